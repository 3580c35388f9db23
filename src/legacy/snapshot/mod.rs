//! A snapshot of a legacy queue DB: a private copy, and its rows.
//!
//! Where the rows go is data ([`Mapping`]); what they become is decided where they are imported.

mod error;
mod library;
mod mapping;
mod open;
mod rows;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

pub use error::SnapshotError;
pub use mapping::{
    DependenciesMapping, FileKey, FileMapping, Mapping, MarkedField, SourcesMapping, TableMapping,
    TasksMapping, ToldMapping, ViewMapping,
};
pub use rows::{RawRow, SourceTable};

/// A database as it stood when it was copied.
#[derive(Debug)]
pub struct Snapshot {
    connection: Connection,
    path: PathBuf,
    mapping: Mapping,
    schema: i64,
    tables: Vec<SourceTable>,
    /// The project whose rows these are, and all that the database holds; none where it knows no projects.
    project: Option<String>,
    projects: Vec<String>,
    in_use: bool,
    /// Of its rows, once somebody asked: the copy does not change. Whoever asks meanwhile waits.
    digest: Arc<Mutex<Option<String>>>,
    /// Holds the copy; removed with the last value that reads it.
    folder: Arc<TempDir>,
}

impl Snapshot {
    /// Copies a database that may be in use, and checks that the mapping fits it.
    ///
    /// # Errors
    /// When it is missing, no SQLite database, no queue, newer than the mapping, locked or damaged.
    pub fn open(path: &Path, mapping: Mapping) -> Result<Self, SnapshotError> {
        let open::Copy { connection, folder, in_use } = open::copy(path)?;
        let failed = |error| SnapshotError::from_sqlite(path, error);
        let schema: i64 =
            connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
        if mapping.tasks.source.is_empty() {
            return Err(SnapshotError::NoMapping(path.to_owned()));
        }
        let tables = rows::tables(&connection, &mapping).map_err(failed)?;
        if let Some(table) = missing(&tables, &connection, &mapping).map_err(failed)? {
            return Err(SnapshotError::NotAQueue { path: path.to_owned(), table });
        }
        if schema > mapping.schema {
            let known = mapping.schema;
            return Err(SnapshotError::Newer { path: path.to_owned(), found: schema, known });
        }
        let projects = rows::projects(&connection, &mapping).map_err(failed)?;
        let project = mapping.project_among(&projects).cloned();
        if project.is_none() && !projects.is_empty() {
            return Err(SnapshotError::Projects { path: path.to_owned(), found: projects.join(", ") });
        }
        let path = path.to_owned();
        Ok(Self {
            connection,
            path,
            mapping,
            schema,
            tables,
            project,
            projects,
            in_use,
            digest: Arc::default(),
            folder: Arc::new(folder),
        })
    }

    /// The same copy once more, for another thread.
    ///
    /// # Errors
    /// When the copy cannot be opened.
    pub fn again(&self) -> Result<Self, SnapshotError> {
        let failed = |error| SnapshotError::from_sqlite(&self.path, error);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(open::place(&self.folder), flags).map_err(failed)?;
        open::prepare(&connection)
            .and_then(|()| rows::make_views(&connection, &self.mapping))
            .map_err(failed)?;
        Ok(Self {
            connection,
            path: self.path.clone(),
            mapping: self.mapping.clone(),
            tables: self.tables.clone(),
            project: self.project.clone(),
            projects: self.projects.clone(),
            digest: Arc::clone(&self.digest),
            folder: Arc::clone(&self.folder),
            ..*self
        })
    }

    /// Projects whose rows the database holds as well, and that are not moved.
    pub fn other_projects(&self) -> impl Iterator<Item = &str> {
        self.projects.iter().filter(|name| Some(*name) != self.project.as_ref()).map(String::as_str)
    }

    /// The database that was copied.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether somebody had the database open when it was copied.
    pub fn was_in_use(&self) -> bool {
        self.in_use
    }

    /// Writes the copy to a new file, as one database without a log beside it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn copy_to(&self, path: &Path) -> Result<(), SnapshotError> {
        let failed = |error| SnapshotError::from_sqlite(path, error);
        let mut copy = Connection::open(path).map_err(failed)?;
        rusqlite::backup::Backup::new(&self.connection, &mut copy)
            .and_then(|backup| backup.run_to_completion(i32::MAX, std::time::Duration::ZERO, None))
            .map_err(failed)?;
        // Leaving the write-ahead mode takes the log in; the file is whole by itself.
        copy.pragma_update(None, "journal_mode", "DELETE").map_err(failed)?;
        copy.close().map_err(|(_, error)| failed(error))
    }

    /// Where its rows go.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// Its `PRAGMA user_version`.
    pub fn schema(&self) -> i64 {
        self.schema
    }

    /// Its tables, by name.
    pub fn tables(&self) -> &[SourceTable] {
        &self.tables
    }

    /// One of its tables.
    pub fn table(&self, name: &str) -> Option<&SourceTable> {
        self.tables.iter().find(|table| table.name == name)
    }
}

/// The table without which the database is no queue of the mapping's kind.
fn missing(
    tables: &[SourceTable],
    connection: &Connection,
    mapping: &Mapping,
) -> rusqlite::Result<Option<String>> {
    for table in mapping.views.iter().flat_map(|view| view.carries.keys()) {
        let there = "SELECT EXISTS (SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = ?1)";
        if !connection.query_row(there, [table], |row| row.get::<_, bool>(0))? {
            return Ok(Some(table.clone()));
        }
    }
    let source = &mapping.tasks.source;
    Ok((!tables.iter().any(|table| table.name == *source)).then(|| source.clone()))
}
