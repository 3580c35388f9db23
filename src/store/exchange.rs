//! Exchanging all rows of a store for those of an earlier copy of it, in one transaction.

use std::path::Path;

use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};
use serde_json::{Map, Value};

use super::aggregates::migrations::COUNTED;
use super::{Reader, Result, Store, StoreError, Writer};
use crate::model::Timestamp;

/// The name under which the copy is attached.
pub(super) const COPY: &str = "earlier";

/// Tables whose rows are not the queue's: they stay.
const STAYING: [&str; 7] = [
    "schema_migrations",
    "store_settings",
    "migrations",
    "lane_authorities",
    "pilots",
    "lane_events",
    "pilot_syncs",
];

impl Store {
    /// [`Store::write`] with an earlier copy of the store at hand. Rows that are only ever added can be taken away while
    /// `body` runs, and no trigger fires.
    ///
    /// # Errors
    /// What `body` answers, or a failure of the database.
    pub fn exchange<T, E: From<StoreError>>(
        &mut self,
        operation: &str,
        actor: &str,
        now: Timestamp,
        copy: Option<&Path>,
        body: impl FnOnce(&Writer<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        if let Some(copy) = copy {
            let path = copy.to_string_lossy();
            self.connection
                .execute("ATTACH DATABASE ?1 AS earlier", params![path])
                .map_err(StoreError::from)?;
        }
        let quiet = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false);
        let answer = match quiet {
            Ok(_) => self.write(operation, actor, now, body),
            Err(error) => Err(StoreError::from(error).into()),
        };
        let loud = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true);
        let detached = match copy {
            Some(_) => self.connection.execute_batch("DETACH DATABASE earlier"),
            None => Ok(()),
        };
        let answer = answer?;
        loud.and(Ok(())).and(detached).map_err(StoreError::from)?;
        Ok(answer)
    }
}

impl Writer<'_> {
    /// Takes every row of the queue away, for others to come in the same transaction. Rows that are only ever added go too.
    pub fn take_rows_away(&self) -> Result<()> {
        let db = self.connection;
        db.pragma_update(None, "defer_foreign_keys", true)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        let taken = tables(db, "main")?
            .iter()
            .try_for_each(|table| db.execute_batch(&format!("DELETE FROM main.{table}")))
            // An epoch is given out once, whatever rows come and go.
            .and_then(|()| db.execute_batch("DELETE FROM main.sqlite_sequence WHERE name <> 'task_claims'"));
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true)?;
        Ok(taken?)
    }

    /// Takes every row of the queue away and brings those of the copy, when there is one; marks the migration as rolled
    /// back. What the store knows of migrations and of itself stays.
    pub fn exchange_rows(&self, copy: bool, migration: &str) -> Result<()> {
        let db = self.connection;
        // What rows name may come after them; it is looked at when all are there.
        db.pragma_update(None, "defer_foreign_keys", true)?;
        let epochs: i64 = db.query_row(
            "SELECT COALESCE(MAX(seq), 0) FROM main.sqlite_sequence WHERE name = 'task_claims'",
            [],
            |row| row.get(0),
        )?;
        for table in tables(db, "main")? {
            db.execute_batch(&format!("DELETE FROM main.{table}"))?;
        }
        db.execute_batch("DELETE FROM main.store_settings")?;
        if copy {
            for table in tables(db, COPY)? {
                let columns = columns(db, &table)?;
                db.execute_batch(&format!(
                    "INSERT INTO main.{table} ({columns}) SELECT {columns} FROM {COPY}.{table}"
                ))?;
            }
            db.execute_batch(&format!(
                "INSERT INTO main.store_settings SELECT * FROM {COPY}.store_settings;
                 DELETE FROM main.sqlite_sequence;
                 INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM {COPY}.sqlite_sequence"
            ))?;
        } else {
            db.execute_batch("DELETE FROM main.sqlite_sequence")?;
            // A store that holds nothing knows its terminal states all the same.
            db.execute(
                "INSERT INTO store_settings (project_id, key, value) VALUES (?1, 'terminal_states', ?2)",
                params![self.settings.project, self.settings.terminal_json()],
            )?;
        }
        // An epoch is given out once: whoever holds a claim that is undone here never holds a later one by chance.
        db.execute_batch(&format!(
            "INSERT INTO main.sqlite_sequence (name, seq)
               SELECT 'task_claims', 0 WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_sequence WHERE name = 'task_claims');
             UPDATE main.sqlite_sequence SET seq = max(seq, {epochs}) WHERE name = 'task_claims'"
        ))?;
        db.execute(
            "UPDATE migrations SET state = 'rolled_back', rolled_back_at = ?3, rolled_back_by = ?4
             WHERE project_id = ?1 AND id = ?2",
            params![self.settings.project, migration, self.at, self.actor],
        )?;
        Ok(())
    }
}

impl Reader<'_> {
    /// The project whose rows these are.
    pub fn project(&self) -> &str {
        &self.settings.project
    }

    /// Copies the store as it was committed last to a new file, whatever this connection has under way.
    pub fn copy_committed(&self, path: &Path) -> Result<()> {
        let file_error = |source| StoreError::File { path: path.to_owned(), source };
        let source = Connection::open_with_flags(
            self.connection.path().unwrap_or_default(),
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        let mut copy = Connection::open(path)?;
        copy.pragma_update(None, "synchronous", "OFF")?;
        Backup::new(&source, &mut copy)?.run_to_completion(i32::MAX, std::time::Duration::ZERO, None)?;
        // The file is whole by itself, without a log beside it.
        copy.pragma_update(None, "journal_mode", "DELETE")?;
        copy.close().map_err(|(_, error)| error)?;
        std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(file_error)
    }

    /// What was done since the tables that count stood at these numbers: their new rows, and all that the tasks and
    /// sessions of those rows are now. The event of `operation` that set the numbers is left out.
    pub fn since(&self, marks: &Map<String, Value>, operation: &str) -> Result<Map<String, Value>> {
        let mut since = Map::new();
        let project = &self.settings.project;
        for table in COUNTED {
            let mark = marks.get(table).and_then(Value::as_i64).unwrap_or_default();
            let own = if table == "audit_events" { " AND NOT (id = ?2 + 1 AND action = ?3)" } else { "" };
            let sql = format!("SELECT * FROM {table} WHERE project_id = ?1 AND id > ?2{own} ORDER BY id");
            let rows = if own.is_empty() {
                self.rows(&sql, params![project, mark])?
            } else {
                self.rows(&sql, params![project, mark, operation])?
            };
            since.insert(table.to_owned(), rows.into());
        }
        let mark = marks.get("audit_events").and_then(Value::as_i64).unwrap_or_default();
        for (table, id) in [
            ("task_definitions", "id"),
            ("task_dependencies", "task_id"),
            ("task_state", "task_id"),
            ("task_watchers", "task_id"),
            ("task_claims", "task_id"),
        ] {
            let sql = format!(
                "SELECT * FROM {table} WHERE project_id = ?1 AND {id} IN (
                   SELECT task_id FROM audit_events WHERE project_id = ?1 AND id > ?2) ORDER BY 1, 2"
            );
            since.insert(table.to_owned(), self.rows(&sql, params![project, mark])?.into());
        }
        Ok(since)
    }
}

/// The tables whose rows are the queue's.
fn tables(db: &Connection, schema: &str) -> Result<Vec<String>> {
    let mut statement = db.prepare(
        "SELECT name FROM pragma_table_list WHERE schema = ?1 AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         ORDER BY name",
    )?;
    let names = statement.query_map([schema], |row| row.get::<_, String>(0))?;
    let mut names: Vec<String> = names.collect::<rusqlite::Result<_>>()?;
    names.retain(|name| !STAYING.contains(&name.as_str()));
    Ok(names)
}

/// The columns that a table of the copy has; the store's may have more by now, with defaults.
pub(super) fn columns(db: &Connection, table: &str) -> Result<String> {
    let mut statement = db.prepare("SELECT name FROM pragma_table_info(?1, ?2) ORDER BY cid")?;
    let names = statement.query_map([table, COPY], |row| row.get::<_, String>(0))?;
    Ok(names.collect::<rusqlite::Result<Vec<_>>>()?.join(", "))
}
