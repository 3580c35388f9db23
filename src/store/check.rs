//! Whether a store is what it should be: its file, its schema, its links, and what is counted or kept in two places.

mod claims;
mod history;

use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::{Reader, Result, schema};
pub use history::HistoryCheck;

/// Something that is wrong with a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Finding {
    /// What kind of thing; stable.
    pub code: &'static str,
    /// What it is about: a task, a table, a trigger.
    pub subject: String,
    /// What is wrong.
    pub detail: String,
}

/// A question whose answers are findings: what is wrong, and how it is told. The statement answers a subject and a
/// detail in each row; `?1` is the project and `?2` the terminal states, as JSON.
struct Question {
    code: &'static str,
    sql: &'static str,
}

const QUESTIONS: &[Question] = &[
    Question {
        code: "state-missing",
        sql: "SELECT d.id, 'it has no state' FROM task_definitions d
              WHERE d.project_id = ?1 AND ?2 = ?2 AND NOT EXISTS (
                SELECT 1 FROM task_state s WHERE s.project_id = d.project_id AND s.task_id = d.id)
              ORDER BY d.id",
    },
    Question {
        code: "unmet-count",
        sql: "SELECT s.task_id, 'unmet dependencies are counted as ' || s.unmet_dependencies || ', there are '
                || COUNT(x.task_id)
              FROM task_state s
              LEFT JOIN task_dependencies d ON d.project_id = s.project_id AND d.task_id = s.task_id
              LEFT JOIN task_state x ON x.project_id = d.project_id AND x.task_id = d.depends_on
                AND x.status NOT IN (SELECT value FROM json_each(?2))
              WHERE s.project_id = ?1 GROUP BY s.task_id HAVING s.unmet_dependencies <> COUNT(x.task_id)
              ORDER BY s.task_id",
    },
    Question {
        code: "ready-mark",
        sql: "SELECT s.task_id, CASE d.ready WHEN 1 THEN 'it is marked as ready' ELSE 'it is not marked as ready' END
                || ', and is ' || s.status || ' with ' || COUNT(x.task_id) || ' unmet dependencies'
              FROM task_state s
              JOIN task_definitions d ON d.project_id = s.project_id AND d.id = s.task_id
              LEFT JOIN task_dependencies y ON y.project_id = s.project_id AND y.task_id = s.task_id
              LEFT JOIN task_state x ON x.project_id = y.project_id AND x.task_id = y.depends_on
                AND x.status NOT IN (SELECT value FROM json_each(?2))
              WHERE s.project_id = ?1 GROUP BY s.task_id
              HAVING d.ready <> (s.status = 'todo' AND COUNT(x.task_id) = 0)
              ORDER BY s.task_id",
    },
    Question {
        code: "audit-missing",
        sql: "SELECT d.id, 'no audit event accounts for its arrival at ' || d.created_at
              FROM task_definitions d
              WHERE d.project_id = ?1 AND ?2 = ?2 AND NOT EXISTS (
                SELECT 1 FROM audit_events a WHERE a.project_id = d.project_id AND a.created_at = d.created_at
                  AND a.actor = d.created_by AND COALESCE(a.task_id, d.id) = d.id)
              ORDER BY 1",
    },
];

impl Reader<'_> {
    /// Everything that is wrong with the store. `states` are the states that a task may be in.
    pub fn check(&self, states: &[String]) -> Result<Vec<Finding>> {
        let mut findings = self.integrity()?;
        findings.extend(self.schema_differences()?);
        // What is damaged or lacks a table answers no further questions.
        if !findings.is_empty() {
            return Ok(findings);
        }
        findings.extend(self.broken_links()?);
        findings.extend(self.check_rows(states)?);
        findings.extend(self.check_history()?.findings);
        Ok(findings)
    }

    /// What the rows say against each other, but for the transitions, which [`Reader::check_history`] looks at. For a store that
    /// this process has just filled the two are all that can be wrong: SQLite has looked after its links row by row.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn check_rows(&self, states: &[String]) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for Question { code, sql } in QUESTIONS.iter().chain(claims::QUESTIONS) {
            findings.extend(self.ask(code, sql, &self.settings.terminal)?);
        }
        findings.extend(self.ask(
            "status-unknown",
            "SELECT task_id, status || ' is no configured state' FROM task_state
             WHERE project_id = ?1 AND status NOT IN (SELECT value FROM json_each(?2)) ORDER BY task_id",
            states,
        )?);
        Ok(findings)
    }

    fn ask(&self, code: &'static str, sql: &str, list: &[String]) -> Result<Vec<Finding>> {
        let list = serde_json::Value::from(list.to_vec()).to_string();
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map(params_from_iter([&self.settings.project, &list]), |row| {
            Ok(Finding { code, subject: row.get(0)?, detail: row.get(1)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What SQLite finds wrong with the file, its pages, indexes and CHECKs.
    fn integrity(&self) -> Result<Vec<Finding>> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        let mut findings = Vec::new();
        for row in rows {
            let detail = row?;
            if detail != "ok" {
                findings.push(Finding { code: "integrity", subject: "file".to_owned(), detail });
            }
        }
        Ok(findings)
    }

    /// Tables, indexes and triggers of this program's schema that are not there, or not as they should be. The triggers
    /// that keep tables append-only are among them.
    fn schema_differences(&self) -> Result<Vec<Finding>> {
        let ours = objects(&schema::pristine()?)?;
        let theirs = objects(self.connection)?;
        let mut findings = Vec::new();
        for (kind, name, sql) in ours {
            let found = theirs.iter().find(|(other, named, _)| *other == kind && *named == name);
            let detail = match found {
                None => "it is missing",
                Some((.., other)) if *other != sql => "it is not as this Fairway makes it",
                Some(_) => continue,
            };
            let subject = format!("{kind} {name}");
            findings.push(Finding { code: "schema", subject, detail: detail.to_owned() });
        }
        Ok(findings)
    }

    /// Rows that name rows which are not there.
    fn broken_links(&self) -> Result<Vec<Finding>> {
        let mut statement = self.connection.prepare(
            "SELECT DISTINCT \"table\", COALESCE(rowid, '-'), parent FROM pragma_foreign_key_check ORDER BY 1, 2, 3",
        )?;
        let rows = statement.query_map([], |row| {
            let table: String = row.get(0)?;
            let number = match row.get_ref(1)? {
                rusqlite::types::ValueRef::Integer(number) => format!(" {number}"),
                _ => String::new(),
            };
            let target: String = row.get(2)?;
            Ok(Finding {
                code: "foreign-key",
                subject: format!("{table}{number}"),
                detail: format!("it names a row of {target} that is not there"),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// The objects of a database: kind, name, and how it was made.
fn objects(connection: &Connection) -> Result<Vec<(String, String, Option<String>)>> {
    let mut statement = connection.prepare(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
