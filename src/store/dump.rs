//! The whole store at once: as JSON, and as a backup file.

use std::path::{Path, PathBuf};

use rusqlite::backup;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Reader, Result, Store, StoreError};

/// A backup that was made and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

/// Every table that holds a project's rows, with the order in which an export lists them.
const TABLES: &[(&str, &str)] = &[
    ("task_definitions", "file_order IS NULL, file_order, created_at, id"),
    ("task_dependencies", "task_id, position"),
    ("task_state", "task_id"),
    ("task_state_history", "id"),
    ("task_handoffs", "id"),
    ("task_evidence", "id"),
    ("task_reviews", "id"),
    ("task_review_routes", "id"),
    ("agent_sessions", "started_at, id"),
    ("task_checkpoints", "id"),
    ("task_watchers", "started_at, id"),
    ("tracker_links", "task_id, provider"),
    ("preserved_rows", "id"),
    ("audit_events", "id"),
];

impl Reader<'_> {
    /// Every table as a list of rows, by column name, in a stable order.
    pub fn dump(&self) -> Result<Map<String, Value>> {
        TABLES
            .iter()
            .map(|(table, order)| {
                let sql = format!("SELECT * FROM {table} WHERE project_id = ?1 ORDER BY {order}");
                Ok(((*table).to_owned(), Value::Array(self.rows(&sql, params![self.settings.project])?)))
            })
            .collect()
    }

    /// The watchers of a task, by start.
    pub fn watchers(&self, id: &str) -> Result<Vec<Value>> {
        let sql = "SELECT * FROM task_watchers WHERE project_id = ?1 AND task_id = ?2 ORDER BY id";
        self.rows(sql, params![self.settings.project, id])
    }

    /// The sessions that work on a task, by id.
    pub fn sessions(&self, id: &str) -> Result<Vec<Value>> {
        let sql = "SELECT * FROM agent_sessions WHERE project_id = ?1 AND task_id = ?2 ORDER BY id";
        self.rows(sql, params![self.settings.project, id])
    }

    fn rows(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Value>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = statement.query(values)?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            let mut object = Map::new();
            for (index, name) in names.iter().enumerate().filter(|(_, name)| *name != "project_id") {
                object.insert(name.clone(), json(row.get_ref(index)?));
            }
            out.push(Value::Object(object));
        }
        Ok(out)
    }
}

/// The store's tables are STRICT and hold text, integers and nulls only.
fn json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned().into(),
    }
}

impl Store {
    /// Copies the store, as it stands now, to a new file and checks the copy.
    ///
    /// # Errors
    /// When the file exists, cannot be written, or does not pass SQLite's integrity check.
    pub fn backup(&self, path: &Path) -> Result<Backup> {
        if path.exists() {
            return Err(StoreError::Exists(path.to_owned()));
        }
        let file_error = |source| StoreError::File { path: path.to_owned(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(file_error)?;
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Under another name until it is whole.
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let unfinished = builder.prefix(".fairway-").tempfile_in(folder).map_err(file_error)?;
        let mut copy = Connection::open(unfinished.path())?;
        backup::Backup::new(&self.connection, &mut copy)?.run_to_completion(
            1024,
            std::time::Duration::ZERO,
            None,
        )?;
        let verdict: String = copy.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        if verdict != "ok" {
            return Err(StoreError::BadValue {
                table: "backup",
                column: "integrity_check",
                row: path.display().to_string(),
                value: verdict,
                expected: "ok",
            });
        }
        drop(copy);
        unfinished.persist_noclobber(path).map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => StoreError::Exists(path.to_owned()),
            _ => file_error(error.error),
        })?;
        let bytes = std::fs::metadata(path).map_err(file_error)?.len();
        Ok(Backup { path: path.to_owned(), bytes })
    }
}
