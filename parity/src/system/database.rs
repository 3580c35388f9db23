//! Reads the canonical state out of a SQLite file, with an adapter's queries and no other.

use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row, Rows};
use serde_json::{Map, Value};

/// The store cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// There is none.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// SQLite refuses.
    #[error("state section `{section}`: {source}")]
    Query {
        /// The section whose query it was.
        section: String,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// It cannot be opened.
    #[error("{path}: {source}", path = path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A column that should hold JSON text does not.
    #[error("state section `{section}`, column `{column}`: not JSON: {source}")]
    Json {
        /// The section.
        section: String,
        /// The column.
        column: String,
        /// Why.
        source: serde_json::Error,
    },
    /// A column holds bytes or a fraction, which no canonical type is.
    #[error("state section `{section}`, column `{column}`: holds {found}")]
    Form {
        /// The section.
        section: String,
        /// The column.
        column: String,
        /// What it holds.
        found: &'static str,
    },
}

/// A database that is open for reading, at one moment.
pub(crate) struct Database(Connection);

impl Database {
    /// Opens a file that is there.
    ///
    /// # Errors
    /// It is not there, or no database.
    pub(crate) fn open(path: &Path) -> Result<Self, DatabaseError> {
        if !path.exists() {
            return Err(DatabaseError::Missing(path.to_owned()));
        }
        let open = |source| DatabaseError::Open { path: path.to_owned(), source };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(open)?;
        // One transaction, so that all sections show one moment.
        connection.execute_batch("BEGIN").map_err(open)?;
        Ok(Self(connection))
    }

    /// The rows of a section's query; text of the columns that `is_json` names is JSON.
    ///
    /// # Errors
    /// The query fails, or a value has no canonical form.
    pub(crate) fn rows(
        &self,
        section: &str,
        sql: &str,
        is_json: impl Fn(&str) -> bool,
    ) -> Result<Vec<Value>, DatabaseError> {
        let failed = |source| DatabaseError::Query { section: section.to_owned(), source };
        let mut statement = self.0.prepare(sql).map_err(failed)?;
        let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows: Rows<'_> = statement.query([]).map_err(failed)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let mut object = Map::new();
            for (index, column) in columns.iter().enumerate() {
                object.insert(column.clone(), cell(row, index, section, column, is_json(column))?);
            }
            found.push(Value::Object(object));
        }
        Ok(found)
    }
}

fn cell(
    row: &Row<'_>,
    index: usize,
    section: &str,
    column: &str,
    is_json: bool,
) -> Result<Value, DatabaseError> {
    let name = || (section.to_owned(), column.to_owned());
    let form = |found| {
        let (section, column) = name();
        DatabaseError::Form { section, column, found }
    };
    let value =
        row.get_ref(index).map_err(|source| DatabaseError::Query { section: section.to_owned(), source })?;
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::from(number)),
        ValueRef::Real(_) => Err(form("a fraction")),
        ValueRef::Blob(_) => Err(form("bytes")),
        ValueRef::Text(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|_| form("text that is not UTF-8"))?;
            if !is_json {
                return Ok(Value::from(text));
            }
            serde_json::from_str(text).map_err(|source| {
                let (section, column) = name();
                DatabaseError::Json { section, column, source }
            })
        }
    }
}
