//! The rows of a snapshot, as they are.

use std::sync::PoisonError;

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Mapping, Snapshot, SnapshotError};

/// A table of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTable {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// The columns that tell its rows apart, beside the project; none when only SQLite's row number does.
    key: Vec<usize>,
    /// The column that says whose rows they are.
    project: Option<usize>,
}

/// A row of a table.
#[derive(Debug, Clone, Copy)]
pub struct RawRow<'a> {
    table: &'a SourceTable,
    row: &'a Row<'a>,
}

impl SourceTable {
    /// Where a column stands.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Whether a column says whose row it is.
    pub fn is_project(&self, column: usize) -> bool {
        self.project == Some(column)
    }

    /// Columns by name, or by SQLite's row number.
    fn order(&self) -> String {
        if self.key.is_empty() {
            return "rowid".to_owned();
        }
        let columns = self.key.iter().chain(&self.project);
        columns.map(|index| quote(&self.columns[*index])).collect::<Vec<_>>().join(", ")
    }
}

impl RawRow<'_> {
    /// The value of a column; text that is not UTF-8 comes as bytes.
    pub fn value(&self, column: usize) -> Sql {
        match self.row.get_ref(column) {
            Ok(ValueRef::Integer(number)) => Sql::Integer(number),
            Ok(ValueRef::Real(number)) => Sql::Real(number),
            Ok(ValueRef::Text(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => Sql::Text(text.to_owned()),
                Err(_) => Sql::Blob(bytes.to_vec()),
            },
            Ok(ValueRef::Blob(bytes)) => Sql::Blob(bytes.to_vec()),
            Ok(ValueRef::Null) | Err(_) => Sql::Null,
        }
    }

    /// The text of a column; none for NULL and for what is neither text nor a number.
    pub fn text(&self, column: usize) -> Option<String> {
        match self.row.get_ref(column).ok()? {
            ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Integer(number) => Some(number.to_string()),
            ValueRef::Real(number) => Some(number.to_string()),
            ValueRef::Null | ValueRef::Blob(_) => None,
        }
    }

    /// What tells the row from the others of its table, as text.
    pub fn key(&self) -> String {
        match self.table.key.as_slice() {
            [] => self.text(self.table.columns.len()).unwrap_or_default(),
            [one] => self.text(*one).unwrap_or_default(),
            many => Value::Array(many.iter().map(|index| json(&self.value(*index))).collect()).to_string(),
        }
    }

    /// Some columns as a JSON object; all of them when none are named.
    pub fn to_json(&self, columns: &[usize]) -> Value {
        let all: Vec<usize> = (0..self.table.columns.len()).collect();
        let wanted = if columns.is_empty() { all.as_slice() } else { columns };
        let object: Map<String, Value> = wanted
            .iter()
            .map(|index| (self.table.columns[*index].clone(), json(&self.value(*index))))
            .collect();
        Value::Object(object)
    }
}

impl Snapshot {
    /// Goes over the rows of a table, in the order of its key. Rows of other projects are left out.
    ///
    /// # Errors
    /// What `body` answers, or when the database cannot be read.
    pub fn each_row<E: From<SnapshotError>>(
        &self,
        table: &SourceTable,
        body: impl FnMut(RawRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each(table, self.of_project(table), body)
    }

    /// The condition that a row is of the project, or of none, with its only value.
    fn of_project(&self, table: &SourceTable) -> (String, Option<&String>) {
        match (table.project, &self.project) {
            (Some(column), Some(name)) => {
                (format!(" WHERE COALESCE({}, ?1) IS ?1", quote(&table.columns[column])), Some(name))
            }
            _ => (String::new(), None),
        }
    }

    fn each<E: From<SnapshotError>>(
        &self,
        table: &SourceTable,
        (condition, value): (String, Option<&String>),
        mut body: impl FnMut(RawRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error| SnapshotError::from_sqlite(&self.path, error);
        let columns: Vec<String> = table.columns.iter().map(|column| quote(column)).collect();
        let number = if table.key.is_empty() { ", rowid" } else { "" };
        let sql = format!(
            "SELECT {}{number} FROM {}{condition} ORDER BY {}",
            columns.join(", "),
            quote(&table.name),
            table.order()
        );
        let mut statement = self.connection.prepare(&sql).map_err(failed)?;
        let mut rows = statement.query(rusqlite::params_from_iter(value)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            body(RawRow { table, row })?;
        }
        Ok(())
    }

    /// How many rows of the project a table has.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn count(&self, table: &SourceTable) -> Result<usize, SnapshotError> {
        let (condition, value) = self.of_project(table);
        let sql = format!("SELECT COUNT(*) FROM {}{condition}", quote(&table.name));
        self.connection
            .query_row(&sql, rusqlite::params_from_iter(value), |row| row.get::<_, i64>(0))
            .map(|count| usize::try_from(count).unwrap_or_default())
            .map_err(|error| SnapshotError::from_sqlite(&self.path, error))
    }

    /// The last number that a counting table gave out; none when it does not count.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn last_number(&self, table: &str) -> Result<Option<i64>, SnapshotError> {
        let failed = |error| SnapshotError::from_sqlite(&self.path, error);
        let counts = self
            .connection
            .prepare("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
            .and_then(|mut statement| statement.exists([]))
            .map_err(failed)?;
        if !counts {
            return Ok(None);
        }
        self.connection
            .query_row("SELECT seq FROM sqlite_sequence WHERE name = ?1", [table], |row| row.get(0))
            .optional()
            .map_err(failed)
    }

    /// SHA-256 of what the database says: the rows of its tables, whatever the layout of its file.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn digest(&self) -> Result<String, SnapshotError> {
        let mut known = self.digest.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = known.take().map_or_else(|| self.read_digest(), Ok)?;
        Ok(known.insert(digest).clone())
    }

    fn read_digest(&self) -> Result<String, SnapshotError> {
        let (mut hasher, mut said) = (Sha256::new(), Vec::with_capacity(2 * HASHED_AT_ONCE));
        for table in &self.tables {
            said.extend_from_slice(format!("{}\n{}\n", table.name, table.columns.join(",")).as_bytes());
            self.each(table, (String::new(), None), |row| -> Result<(), SnapshotError> {
                for column in 0..table.columns.len() {
                    say(&mut said, row.row.get_ref(column).unwrap_or(ValueRef::Null));
                }
                if said.len() >= HASHED_AT_ONCE {
                    hasher.update(&said);
                    said.clear();
                }
                Ok(())
            })?;
        }
        hasher.update(&said);
        Ok(crate::legacy::hex(&hasher.finalize()))
    }
}

/// How many bytes are hashed at once: a call for each value of a million rows costs more than the hashing.
const HASHED_AT_ONCE: usize = 64 * 1024;

/// A value as the digest takes it: its kind, and what it is.
fn say(said: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => said.push(b'n'),
        ValueRef::Integer(number) => {
            said.push(b'i');
            said.extend_from_slice(&number.to_le_bytes());
        }
        ValueRef::Real(number) => {
            said.push(b'r');
            said.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            said.push(b't');
            said.extend_from_slice(&bytes.len().to_le_bytes());
            said.extend_from_slice(bytes);
        }
    }
}

/// The tables of a database, by name: SQLite's own and those that a view carries left out, the views among them.
pub(super) fn tables(connection: &Connection, mapping: &Mapping) -> rusqlite::Result<Vec<SourceTable>> {
    make_views(connection, mapping)?;
    let mut statement = connection.prepare(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type IN ('table', 'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         ORDER BY name",
    )?;
    let mut names: Vec<String> =
        statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    names.retain(|name| !mapping.is_carried(name));
    for view in &mapping.views {
        // A view of tables that are not there has no columns.
        if connection.prepare(&view.sql).is_ok() {
            names.push(view.name.clone());
        }
    }
    names.sort_unstable();
    let mut columns = connection.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid")?;
    names
        .into_iter()
        .map(|name| {
            let found: Vec<(String, i64)> = columns
                .query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(table(name, found, mapping))
        })
        .collect()
}

/// Makes the mapping's views; they are this connection's own, the database stays as it is.
pub(super) fn make_views(connection: &Connection, mapping: &Mapping) -> rusqlite::Result<()> {
    if mapping.views.is_empty() {
        return Ok(());
    }
    connection.pragma_update(None, "query_only", false)?;
    for view in &mapping.views {
        connection.execute_batch(&format!("CREATE TEMP VIEW {} AS {}", quote(&view.name), view.sql))?;
    }
    connection.pragma_update(None, "query_only", true)
}

/// A table with its columns, each with its place in the primary key.
fn table(name: String, mut columns: Vec<(String, i64)>, mapping: &Mapping) -> SourceTable {
    let view = mapping.views.iter().find(|view| view.name == name);
    columns.retain(|(column, _)| view.is_none_or(|view| !view.repeats.contains(column)));
    let place_in_key = |(column, place): &(String, i64)| match view {
        Some(view) => view.key.iter().position(|key| key == column),
        None => usize::try_from(*place).ok().filter(|place| *place > 0),
    };
    let project = mapping.project.as_ref();
    let project = columns.iter().position(|(column, _)| Some(column) == project);
    let places = columns.iter().enumerate().filter(|(index, _)| Some(*index) != project);
    let mut key: Vec<(usize, usize)> =
        places.filter_map(|(index, column)| Some((place_in_key(column)?, index))).collect();
    key.sort_unstable();
    SourceTable {
        name,
        columns: columns.into_iter().map(|(column, _)| column).collect(),
        key: key.into_iter().map(|(_, index)| index).collect(),
        project,
    }
}

/// The projects whose tasks a database holds; none where the mapping knows no projects.
pub(super) fn projects(connection: &Connection, mapping: &Mapping) -> rusqlite::Result<Vec<String>> {
    let Some(column) = &mapping.project else { return Ok(Vec::new()) };
    let (column, table) = (quote(column), quote(&mapping.tasks.source));
    let sql = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1");
    let mut statement = connection.prepare(&sql)?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn json(value: &Sql) -> Value {
    match value {
        Sql::Null => Value::Null,
        Sql::Integer(number) => (*number).into(),
        Sql::Real(number) => (*number).into(),
        Sql::Text(text) => text.as_str().into(),
        // JSON has no bytes.
        Sql::Blob(bytes) => serde_json::json!({ "hex": crate::legacy::hex(bytes) }),
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
