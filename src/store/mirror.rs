//! The scripts' queue as a store of its own, and what is brought from there: their rows with their numbers.
//!
//! The other store is attached, and no trigger fires: see [`super::Store::exchange`].

use rusqlite::params;
use serde_json::Value;

use super::exchange::{COPY, columns};
use super::{Reader, Result, Writer};

/// A row whose author says more than a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedRow {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's id.
    pub id: String,
    /// What the column says.
    pub text: String,
}

/// A row that one side numbers otherwise than the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renumbered {
    /// The table.
    pub table: &'static str,
    /// Our number.
    pub ours: String,
    /// Theirs.
    pub theirs: String,
}

/// The first row of a task's history, which says that it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Its number.
    pub id: i64,
    /// Who read the file in which it came.
    pub actor: String,
    /// When.
    pub at: String,
}

/// Who did it, in every table that says so. Their rows may be marked there.
const AUTHORS: [(&str, &str); 8] = [
    ("task_state_history", "actor"),
    ("task_handoffs", "actor"),
    ("task_handoffs", "acknowledged_by"),
    ("task_evidence", "actor"),
    ("task_reviews", "actor"),
    ("task_review_routes", "actor"),
    ("task_checkpoints", "actor"),
    ("task_watchers", "actor"),
];

/// The tables whose rows are only added, with what may still change in them.
const ADDED: [(&str, &[&str]); 5] = [
    ("task_state_history", &[]),
    ("task_handoffs", &["acknowledged_at", "acknowledged_by", "ack_notes"]),
    ("task_evidence", &[]),
    ("task_reviews", &[]),
    ("task_checkpoints", &[]),
];

/// What a state says; the others are counted or Fairway's own.
const STATE: [&str; 10] = [
    "status",
    "owner",
    "claimant",
    "branch",
    "claimed_at",
    "completed_at",
    "commit_sha",
    "blocked_reason",
    "review_status",
    "updated_at",
];

impl Reader<'_> {
    /// The rows whose author's text contains a word.
    pub fn rows_by(&self, word: &str) -> Result<Vec<MarkedRow>> {
        let mut found = Vec::new();
        for (table, column) in AUTHORS {
            let sql = format!(
                "SELECT CAST(id AS TEXT), {column} FROM {table}
                 WHERE project_id = ?1 AND instr({column}, ?2) > 0 ORDER BY id"
            );
            let mut statement = self.connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params![self.settings.project, word], |row| {
                Ok(MarkedRow { table, column, id: row.get(0)?, text: row.get(1)? })
            })?;
            found.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        Ok(found)
    }

    /// How each task came, of those whose history says so.
    pub fn arrivals(&self) -> Result<std::collections::HashMap<String, Arrival>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT task_id, MIN(id), actor, at FROM task_state_history
             WHERE project_id = ?1 AND from_status IS NULL GROUP BY task_id",
        )?;
        let rows = statement.query_map([&self.settings.project], |row| {
            Ok((row.get(0)?, Arrival { id: row.get(1)?, actor: row.get(2)?, at: row.get(3)? }))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Gives a row the author's name without its mark.
    pub fn name_author(&self, row: &MarkedRow, name: &str) -> Result<()> {
        let sql = format!("UPDATE {} SET {} = ?3 WHERE project_id = ?1 AND id = ?2", row.table, row.column);
        self.connection.prepare_cached(&sql)?.execute(params![self.settings.project, row.id, name])?;
        Ok(())
    }

    /// Takes a row away that was only a step on the way, and lets the transition after it begin where it began.
    pub fn fold_step(&self, step: &str, into: &str) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE task_state_history SET from_status =
                   (SELECT from_status FROM task_state_history WHERE project_id = ?1 AND id = ?2)
                 WHERE project_id = ?1 AND id = ?3",
            )?
            .execute(params![self.settings.project, step, into])?;
        self.connection
            .prepare_cached("DELETE FROM task_state_history WHERE project_id = ?1 AND id = ?2")?
            .execute(params![self.settings.project, step])?;
        Ok(())
    }

    /// Says that a task came when, and by whose hand, the other side says.
    pub fn name_arrival(&self, id: i64, as_of: &Arrival) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE task_state_history SET actor = ?3, at = ?4 WHERE project_id = ?1 AND id = ?2",
            )?
            .execute(params![self.settings.project, id, as_of.actor, as_of.at])?;
        Ok(())
    }

    /// Gives a row another number, and tells everything that names it.
    pub fn renumber(&self, table: &str, from: &str, to: &str) -> Result<()> {
        let project = &self.settings.project;
        let run = |sql: &str| self.connection.prepare_cached(sql)?.execute(params![project, from, to]);
        self.connection.pragma_update(None, "defer_foreign_keys", true)?;
        run(&format!("UPDATE {table} SET id = ?3 WHERE project_id = ?1 AND id = ?2"))?;
        match table {
            "task_state_history" => {
                run("UPDATE task_claims SET began_with = ?3 WHERE project_id = ?1 AND began_with = ?2")?;
                run("UPDATE task_claims SET ended_with = ?3 WHERE project_id = ?1 AND ended_with = ?2")?;
            }
            "task_handoffs" => {
                run("UPDATE task_evidence SET handoff_id = ?3 WHERE project_id = ?1 AND handoff_id = ?2")?;
            }
            _ => {}
        }
        self.connection
            .prepare_cached(
                "UPDATE lane_events SET row_key = ?3
                 WHERE project_id = ?1 AND row_key = ?2 AND source_table = ?4",
            )?
            .execute(params![project, from, to, table])?;
        Ok(())
    }

    /// Brings what the attached store has in every lane but `held`. Answers how many rows came or changed.
    pub fn bring_lanes(&self, held: &[String]) -> Result<usize> {
        let held = Value::from(held.to_vec()).to_string();
        self.connection.pragma_update(None, "defer_foreign_keys", true)?;
        let mut brought = self.bring_tasks()?;
        brought += self.bring_states(&held)?;
        for (table, changing) in ADDED {
            brought += self.bring_added(table, changing, &held)?;
        }
        brought += self.bring_routes(&held)?;
        brought += self.bring_whole("agent_sessions", "t.role", &held)?;
        brought += self.bring_whole("task_watchers", OF_TASK, &held)?;
        self.run(
            "INSERT INTO main.preserved_rows (project_id, source_table, row_key, row, imported_at)
             SELECT project_id, source_table, row_key, row, imported_at FROM earlier.preserved_rows
             WHERE project_id = ?1 AND ?2 = ?2
             ON CONFLICT (project_id, source_table, row_key) DO UPDATE SET row = excluded.row
               WHERE row <> excluded.row",
            &held,
        )?;
        self.follow_claims(&held)?;
        self.recount_dependencies()?;
        self.run(
            "UPDATE main.task_definitions AS d SET ready = NOT ready WHERE project_id = ?1 AND ?2 = ?2
               AND ready <> EXISTS (SELECT 1 FROM main.task_state s WHERE s.project_id = ?1 AND s.task_id = d.id
                 AND s.status = 'todo' AND s.unmet_dependencies = 0)",
            &held,
        )?;
        Ok(brought)
    }

    fn run(&self, sql: &str, held: &str) -> Result<usize> {
        Ok(self.connection.prepare(sql)?.execute(params![self.settings.project, held])?)
    }

    /// Tasks that only they have: those of the file are there already.
    fn bring_tasks(&self) -> Result<usize> {
        let names = columns(self.connection, "task_definitions")?;
        let values = names.replace("created_at", "?2").replace("created_by", "?3");
        let sql = format!(
            "INSERT INTO main.task_definitions ({names}) SELECT {values} FROM {COPY}.task_definitions t
             WHERE t.project_id = ?1 AND NOT EXISTS (
               SELECT 1 FROM main.task_definitions d WHERE d.project_id = ?1 AND d.id = t.id)"
        );
        let new =
            self.connection.prepare(&sql)?.execute(params![self.settings.project, self.at, self.actor])?;
        self.connection
            .prepare(
                "INSERT OR IGNORE INTO main.task_dependencies (project_id, task_id, depends_on, position)
                 SELECT project_id, task_id, depends_on, position FROM earlier.task_dependencies t
                 WHERE t.project_id = ?1 AND NOT EXISTS (
                   SELECT 1 FROM main.task_state s WHERE s.project_id = ?1 AND s.task_id = t.task_id)",
            )?
            .execute(params![self.settings.project])?;
        Ok(new)
    }

    fn bring_states(&self, held: &str) -> Result<usize> {
        let names = STATE.join(", ");
        let set: Vec<String> = STATE.iter().map(|name| format!("{name} = excluded.{name}")).collect();
        // Theirs are to the second.
        let differs: Vec<String> = STATE
            .iter()
            .map(|name| match name.strip_suffix("_at") {
                Some(_) => format!(
                    "substr(COALESCE(task_state.{name}, ''), 1, 19) <> substr(COALESCE(excluded.{name}, ''), 1, 19)"
                ),
                None => format!("task_state.{name} IS NOT excluded.{name}"),
            })
            .collect();
        let sql = format!(
            "INSERT INTO main.task_state (project_id, task_id, {names})
             SELECT project_id, task_id, {names} FROM {COPY}.task_state t
             WHERE t.project_id = ?1 AND ({OF_TASK} NOT IN (SELECT value FROM json_each(?2))
               OR NOT EXISTS (SELECT 1 FROM main.task_state s WHERE s.project_id = ?1 AND s.task_id = t.task_id))
             ON CONFLICT (project_id, task_id) DO UPDATE SET {} WHERE {}",
            set.join(", "),
            differs.join(" OR ")
        );
        self.run(&sql, held)
    }

    fn bring_added(&self, table: &str, changing: &[&str], held: &str) -> Result<usize> {
        let names = columns(self.connection, table)?;
        let set: Vec<String> = changing.iter().map(|name| format!("{name} = excluded.{name}")).collect();
        let differs: Vec<String> =
            changing.iter().map(|name| format!("{table}.{name} IS NOT excluded.{name}")).collect();
        let conflict = if set.is_empty() {
            "DO NOTHING".to_owned()
        } else {
            format!("DO UPDATE SET {} WHERE {}", set.join(", "), differs.join(" OR "))
        };
        let sql = format!(
            "INSERT INTO main.{table} ({names}) SELECT {names} FROM {COPY}.{table} t
             WHERE t.project_id = ?1 AND {OF_TASK} NOT IN (SELECT value FROM json_each(?2))
             ON CONFLICT (id) {conflict}"
        );
        self.run(&sql, held)
    }

    /// Routes are replaced as a whole.
    fn bring_routes(&self, held: &str) -> Result<usize> {
        let lanes = "SELECT id FROM earlier.task_definitions WHERE project_id = ?1
            AND role NOT IN (SELECT value FROM json_each(?2))";
        let gone = format!(
            "DELETE FROM main.task_review_routes WHERE project_id = ?1 AND task_id IN ({lanes})
               AND id NOT IN (SELECT id FROM {COPY}.task_review_routes WHERE project_id = ?1)"
        );
        Ok(self.run(&gone, held)? + self.bring_added("task_review_routes", &[], held)?)
    }

    /// Rows that are told apart by a name, and change as a whole.
    fn bring_whole(&self, table: &str, lane: &str, held: &str) -> Result<usize> {
        let names = columns(self.connection, table)?;
        // What is Fairway's own stays.
        let own = |name: &&str| !["project_id", "id", "exit_code"].contains(name);
        let list: Vec<&str> = names.split(", ").filter(own).collect();
        let set: Vec<String> = list.iter().map(|name| format!("{name} = excluded.{name}")).collect();
        let differs: Vec<String> =
            list.iter().map(|name| format!("{table}.{name} IS NOT excluded.{name}")).collect();
        let sql = format!(
            "INSERT INTO main.{table} ({names}) SELECT {names} FROM {COPY}.{table} t
             WHERE t.project_id = ?1 AND COALESCE({lane}, '') NOT IN (SELECT value FROM json_each(?2))
             ON CONFLICT (project_id, id) DO UPDATE SET {} WHERE {}",
            set.join(", "),
            differs.join(" OR ")
        );
        self.run(&sql, held)
    }

    /// Claims that were given here end where the scripts moved their task on, and who holds it there holds it here.
    fn follow_claims(&self, held: &str) -> Result<()> {
        let theirs = |row: &str| {
            format!(
                "{row}.project_id = ?1 AND {row}.task_id IN (SELECT id FROM main.task_definitions
                   WHERE project_id = ?1 AND role NOT IN (SELECT value FROM json_each(?2)))"
            )
        };
        let moved = "NOT EXISTS (SELECT 1 FROM main.task_state s WHERE s.project_id = c.project_id
            AND s.task_id = c.task_id AND s.claimant IS c.claimant
            AND substr(s.claimed_at, 1, 19) = substr(c.claimed_at, 1, 19))";
        // The transition that took it away: one back to `todo`, else the last one that began work anew.
        let end = "COALESCE(
            (SELECT MIN(id) FROM main.task_state_history h WHERE h.project_id = c.project_id AND h.task_id = c.task_id
               AND h.id > c.began_with AND h.to_status = 'todo'),
            (SELECT MAX(id) FROM main.task_state_history h WHERE h.project_id = c.project_id AND h.task_id = c.task_id
               AND h.id > c.began_with AND h.to_status = 'in_progress'))";
        self.run(
            &format!(
                "UPDATE main.task_claims AS c SET ended_with = e.id, ended_at = e.at, expires_at = NULL,
                   ended_how = iif(e.to_status = 'todo', 'released', 'taken_over')
                 FROM main.task_state_history e
                 WHERE c.ended_at IS NULL AND {} AND {moved} AND e.id = {end}",
                theirs("c")
            ),
            held,
        )?;
        self.run(
            &format!(
                "INSERT INTO main.task_claims (project_id, task_id, claimant, claimed_at, began_with)
                 SELECT s.project_id, s.task_id, s.claimant, s.claimed_at, MAX(h.id) FROM main.task_state s
                 JOIN main.task_state_history h ON h.project_id = s.project_id AND h.task_id = s.task_id
                   AND h.to_status = 'in_progress' AND h.at = s.claimed_at
                 WHERE {} AND s.claimant IS NOT NULL
                   AND EXISTS (SELECT 1 FROM main.task_claims c WHERE c.project_id = ?1 AND c.task_id = s.task_id)
                   AND NOT EXISTS (SELECT 1 FROM main.task_claims c WHERE c.project_id = ?1
                     AND c.task_id = s.task_id AND c.ended_at IS NULL)
                 GROUP BY s.task_id",
                theirs("s")
            ),
            held,
        )?;
        Ok(())
    }
}

/// The lane of a row `t` of the attached store; empty for what belongs to no task.
const OF_TASK: &str = "COALESCE((SELECT d.role FROM earlier.task_definitions d
    WHERE d.project_id = t.project_id AND d.id = t.task_id), '')";
