//! The tables of a database: their columns, and what stands in them. It is a copy that is looked at.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use serde_json::{Map, Value};

/// The most different values of a column that are looked at.
const SAMPLES: usize = 12;
/// How many rows are shown of a table.
const EXAMPLES: usize = 3;
/// The longest text of such a row, in characters.
const LONGEST: usize = 120;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    /// How many rows it has.
    pub(crate) rows: i64,
    /// By column: the different values that it holds, when they are few.
    pub(crate) samples: Vec<(String, Vec<String>)>,
    /// Its first rows, to look at.
    pub(crate) examples: Vec<Map<String, Value>>,
}

impl Table {
    /// The values of a column, when they are few.
    pub(crate) fn samples(&self, column: &str) -> &[String] {
        let found = self.samples.iter().find(|(name, _)| name == column);
        found.map(|(_, values)| values.as_slice()).unwrap_or_default()
    }
}

/// Reads what there is.
pub(crate) fn tables(path: &Path) -> rusqlite::Result<Vec<Table>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags)?;
    let select = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    let names = texts(&database, select)?;
    names.into_iter().map(|name| table(&database, name)).collect()
}

fn table(database: &Connection, name: String) -> rusqlite::Result<Table> {
    let quoted = quote(&name);
    let columns = texts(database, &format!("SELECT name FROM pragma_table_info({})", literal(&name)))?;
    let rows = database.query_row(&format!("SELECT count(*) FROM {quoted}"), [], |row| row.get(0))?;
    let mut samples = Vec::new();
    for column in &columns {
        let column_name = quote(column);
        let select = format!(
            "SELECT DISTINCT CAST({column_name} AS TEXT) FROM {quoted} WHERE {column_name} IS NOT NULL LIMIT {}",
            SAMPLES + 1
        );
        let values = texts(database, &select)?;
        if values.len() <= SAMPLES {
            samples.push((column.clone(), values));
        }
    }
    let mut select = database.prepare(&format!("SELECT * FROM {quoted} LIMIT {EXAMPLES}"))?;
    let examples = select.query_map([], |row| example(row, &columns))?.collect::<rusqlite::Result<_>>()?;
    drop(select);
    Ok(Table { name, columns, rows, samples, examples })
}

/// A row as JSON, its long texts cut.
fn example(row: &Row<'_>, columns: &[String]) -> rusqlite::Result<Map<String, Value>> {
    let value = |place: usize| -> rusqlite::Result<Value> {
        Ok(match row.get_ref(place)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => number.into(),
            ValueRef::Real(number) => number.into(),
            ValueRef::Text(text) => cut(&String::from_utf8_lossy(text)).into(),
            ValueRef::Blob(bytes) => format!("{} bytes", bytes.len()).into(),
        })
    };
    columns.iter().enumerate().map(|(place, column)| Ok((column.clone(), value(place)?))).collect()
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push_str("...");
    }
    short
}

/// The values of a column, a few of them.
pub(crate) fn first(path: &Path, table: &str, column: &str, most: usize) -> rusqlite::Result<Vec<String>> {
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let column = quote(column);
    let table = quote(table);
    texts(
        &database,
        &format!(
            "SELECT DISTINCT CAST({column} AS TEXT) FROM {table} WHERE {column} IS NOT NULL LIMIT {most}"
        ),
    )
}

fn texts(database: &Connection, select: &str) -> rusqlite::Result<Vec<String>> {
    database.prepare(select)?.query_map([], |row| row.get(0))?.collect()
}

/// Whether a column holds a value.
pub(crate) fn holds(path: &Path, table: &str, column: &str, value: &str) -> rusqlite::Result<bool> {
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let select = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE {} = ?1)", quote(table), quote(column));
    database.query_row(&select, [value], |row| row.get(0))
}

/// A name, as SQL quotes it.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
