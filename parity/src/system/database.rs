//! Reads the canonical state out of a SQLite file, with an adapter's queries and no other.

use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row, Rows};
use serde_json::{Map, Value};

use crate::adapter::StateSection;
use crate::observation::{QueueState, StateSchema};
use crate::operation::FieldType;
use crate::sandbox::Stamp;

use super::SystemError;

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

/// What tells that a database was written: that of its file, its log and its journal. Two that are equal and not
/// young are of one content.
pub(super) fn stamps(path: &Path) -> Vec<Option<Stamp>> {
    let of = |end: &str| {
        let metadata = std::fs::metadata(format!("{}{end}", path.display()));
        metadata.ok().map(|metadata| Stamp::of(&metadata))
    };
    ["", "-wal", "-journal"].map(of).into()
}

/// Reads every section.
pub(super) fn state(
    path: &Path,
    sections: &[StateSection],
    schema: &StateSchema,
) -> Result<QueueState, SystemError> {
    if !path.exists() {
        return Err(DatabaseError::Missing(path.to_owned()).into());
    }
    let open = |source| DatabaseError::Open { path: path.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(open)?;
    // One transaction, so that all sections show one moment.
    connection.execute_batch("BEGIN").map_err(open)?;
    let mut state = QueueState::default();
    for section in sections {
        let Some(declared) = schema.get(&section.name) else { continue };
        let raw = rows(&connection, section, |column| {
            let field = declared.columns.iter().find(|field| field.name == column);
            matches!(field.map(|field| &field.kind), Some(FieldType::Json | FieldType::List { .. }))
        })?;
        state.sections.insert(section.name.clone(), declared.rows(&raw)?);
    }
    Ok(state)
}

fn rows(
    connection: &Connection,
    section: &StateSection,
    is_json: impl Fn(&str) -> bool,
) -> Result<Vec<Value>, DatabaseError> {
    let failed = |source| DatabaseError::Query { section: section.name.clone(), source };
    let mut statement = connection.prepare(&section.sql).map_err(failed)?;
    let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut rows: Rows<'_> = statement.query([]).map_err(failed)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let mut object = Map::new();
        for (index, column) in columns.iter().enumerate() {
            let value = cell(row, index, section, column, is_json(column))?;
            let values = section.values.iter().find(|(name, _)| name == column);
            let mapped = values.and_then(|(_, values)| values.of(value.as_str()?).cloned());
            object.insert(column.clone(), mapped.unwrap_or(value));
        }
        found.push(Value::Object(object));
    }
    Ok(found)
}

fn cell(
    row: &Row<'_>,
    index: usize,
    section: &StateSection,
    column: &str,
    is_json: bool,
) -> Result<Value, DatabaseError> {
    let name = || (section.name.clone(), column.to_owned());
    let form = |found| {
        let (section, column) = name();
        DatabaseError::Form { section, column, found }
    };
    let value = row
        .get_ref(index)
        .map_err(|source| DatabaseError::Query { section: section.name.clone(), source })?;
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
