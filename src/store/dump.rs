//! The whole store at once: as JSON, and as a backup file.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

use rusqlite::backup;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};
use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
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
    ("task_claims", "epoch"),
    ("task_handoffs", "id"),
    ("task_evidence", "id"),
    ("task_reviews", "id"),
    ("task_review_routes", "id"),
    ("agent_sessions", "started_at, id"),
    ("task_checkpoints", "id"),
    ("task_watchers", "started_at, id"),
    ("tracker_links", "task_id, provider"),
    ("preserved_rows", "id"),
    ("migrations", "applied_at, id"),
    ("audit_events", "id"),
];

/// Why rows could not be read while they were serialised; a serialiser's own errors cannot carry it.
pub type Trouble = RefCell<Option<StoreError>>;

/// The rows of a table by column name, in a stable order. They are read while they are serialised, so that a store of any
/// size can be written out without being held in memory.
#[derive(Debug)]
pub struct Rows<'a> {
    /// The table.
    pub table: &'static str,
    order: &'static str,
    reader: Reader<'a>,
    trouble: &'a Trouble,
    count: Cell<usize>,
}

impl Rows<'_> {
    /// How many there were, once they have been serialised.
    pub fn count(&self) -> usize {
        self.count.get()
    }

    fn each(&self, mut body: impl FnMut(&RowOf<'_>)) -> Result<()> {
        let Self { table, order, reader, .. } = self;
        let sql = format!("SELECT * FROM {table} WHERE project_id = ?1 ORDER BY {order}");
        let mut statement = reader.connection.prepare_cached(&sql)?;
        let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = statement.query(params![reader.settings.project])?;
        while let Some(row) = rows.next()? {
            body(&RowOf { row, names: &names });
            self.count.set(self.count.get() + 1);
        }
        Ok(())
    }
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.count.set(0);
        let mut list = serializer.serialize_seq(None)?;
        let mut failed = None;
        let read = self.each(|row| {
            if failed.is_none() {
                failed = list.serialize_element(row).err();
            }
        });
        if let Err(error) = read {
            let text = error.to_string();
            self.trouble.replace(Some(error));
            return Err(S::Error::custom(text));
        }
        failed.map_or_else(|| list.end(), Err)
    }
}

/// One row; every row is this project's, so that is left out.
struct RowOf<'a> {
    row: &'a Row<'a>,
    names: &'a [String],
}

impl Serialize for RowOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (index, name) in self.names.iter().enumerate().filter(|(_, name)| *name != "project_id") {
            // The store's tables are STRICT and hold text, integers and nulls only.
            match self.row.get_ref(index).map_err(S::Error::custom)? {
                ValueRef::Null => map.serialize_entry(name, &())?,
                ValueRef::Integer(number) => map.serialize_entry(name, &number)?,
                ValueRef::Real(number) => map.serialize_entry(name, &number)?,
                ValueRef::Text(text) | ValueRef::Blob(text) => {
                    map.serialize_entry(name, &String::from_utf8_lossy(text))?;
                }
            }
        }
        map.end()
    }
}

impl<'a> Reader<'a> {
    /// Every table.
    pub fn tables(self, trouble: &'a Trouble) -> impl Iterator<Item = Rows<'a>> {
        let rows = move |&(table, order)| Rows { table, order, reader: self, trouble, count: Cell::new(0) };
        TABLES.iter().map(rows)
    }
}

impl Reader<'_> {
    /// The name of every table that holds a project's rows.
    pub fn table_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        TABLES.iter().map(|(table, _)| *table)
    }

    /// Every table as a list of rows, in memory.
    pub fn dump(&self) -> Result<Map<String, Value>> {
        let trouble = Trouble::default();
        let tables = self.tables(&trouble).map(|rows| {
            // What is read always serialises: texts, integers and nulls under text keys.
            let value = serde_json::to_value(&rows).unwrap_or_default();
            trouble.take().map_or_else(|| Ok((rows.table.to_owned(), value)), Err)
        });
        tables.collect()
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

    pub(super) fn rows(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Value>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = statement.query(values)?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            // Texts, integers and nulls under text keys always serialise.
            out.push(serde_json::to_value(RowOf { row, names: &names }).unwrap_or_default());
        }
        Ok(out)
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
        // What breaks off here is thrown away, so nothing need be kept to undo it; all of it is brought to the disk
        // once, at the end.
        copy.pragma_update(None, "synchronous", "OFF")?;
        copy.pragma_update(None, "journal_mode", "OFF")?;
        // In one step, and so from one moment, whoever writes meanwhile.
        backup::Backup::new(&self.connection, &mut copy)?.run_to_completion(
            i32::MAX,
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
        unfinished.as_file().sync_all().map_err(file_error)?;
        unfinished.persist_noclobber(path).map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => StoreError::Exists(path.to_owned()),
            _ => file_error(error.error),
        })?;
        let bytes = std::fs::metadata(path).map_err(file_error)?.len();
        Ok(Backup { path: path.to_owned(), bytes })
    }
}
