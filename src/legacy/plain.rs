//! The rows of a SQLite file by plain SQL and nothing else: the second pair of eyes of a verification.
//!
//! Nothing here is shared with [`super::snapshot`], through which rows are imported, so that a fault there is seen here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, OpenFlags, Row};
use serde_json::{Map, Value};

/// How long an exclusive lock of somebody else is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// A database cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}", path = path.display())]
pub struct PlainError {
    /// Its file.
    pub path: PathBuf,
    /// What SQLite says.
    pub source: rusqlite::Error,
}

/// A row: every column's name and value, in the order of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainRow(Vec<(String, Sql)>);

/// A table, and the columns that tell its rows apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainTable {
    /// Its name.
    pub name: String,
    /// Its primary key, in the key's order; none when it has only SQLite's row number.
    pub key: Vec<String>,
}

/// A query that is read like a table.
#[derive(Debug, Clone, Copy)]
pub struct PlainView<'a> {
    /// Its name.
    pub name: &'a str,
    /// The query.
    pub sql: &'a str,
    /// The columns that tell its rows apart.
    pub key: &'a [String],
    /// Columns that are left out.
    pub without: &'a [String],
}

/// A database that is open to look at, at one moment.
#[derive(Debug)]
pub struct PlainDatabase {
    connection: Connection,
    path: PathBuf,
    /// Columns that are left out, by the view that has them.
    without: BTreeMap<String, Vec<String>>,
}

impl PlainRow {
    /// The value of a column; none where the table has no such column.
    pub fn get(&self, column: &str) -> Option<&Sql> {
        self.0.iter().find_map(|(name, value)| (name == column).then_some(value))
    }

    /// Every column with its value.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &Sql)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// What tells the row from the others of its table, as text. `number` is SQLite's.
    pub fn key(&self, table: &PlainTable, number: i64) -> String {
        let part = |name: &String| self.get(name).map_or(Value::Null, to_json);
        match table.key.as_slice() {
            [] => number.to_string(),
            [one] => match part(one) {
                Value::String(text) => text,
                Value::Null => String::new(),
                other => other.to_string(),
            },
            many => Value::Array(many.iter().map(part).collect()).to_string(),
        }
    }

    /// The whole row.
    pub fn to_json(&self) -> Map<String, Value> {
        self.columns().map(|(name, value)| (name.to_owned(), to_json(value))).collect()
    }
}

impl PlainDatabase {
    /// Opens a file that is there; nothing is written to it.
    ///
    /// # Errors
    /// It is not there, or no database.
    pub fn open(path: &Path) -> Result<Self, PlainError> {
        let failed = |source| PlainError { path: path.to_owned(), source };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        connection.execute_batch("BEGIN; SELECT COUNT(*) FROM sqlite_master;").map_err(failed)?;
        Ok(Self { connection, path: path.to_owned(), without: BTreeMap::new() })
    }

    /// Adds a query that is read like a table; the file stays as it is. Answers the table.
    ///
    /// # Errors
    /// It is no query.
    pub fn add_view(&mut self, view: PlainView<'_>) -> Result<PlainTable, PlainError> {
        let sql = format!("CREATE TEMP VIEW {} AS {}", quoted(view.name), view.sql);
        self.connection.execute_batch(&sql).map_err(self.failed())?;
        self.without.insert(view.name.to_owned(), view.without.to_vec());
        Ok(PlainTable { name: view.name.to_owned(), key: view.key.to_vec() })
    }

    fn failed(&self) -> impl Fn(rusqlite::Error) -> PlainError + '_ {
        |source| PlainError { path: self.path.clone(), source }
    }

    /// Its tables by name, SQLite's own left out.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn tables(&self) -> Result<Vec<PlainTable>, PlainError> {
        let read = || {
            let mut names = self.connection.prepare(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name",
            )?;
            let mut key =
                self.connection.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?;
            let names = names.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
            let table = |name: String| {
                let key = key.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
                Ok(PlainTable { name, key })
            };
            names.into_iter().map(table).collect::<rusqlite::Result<_>>()
        };
        read().map_err(self.failed())
    }

    /// Goes over the rows of a table, each with what tells it from the others.
    ///
    /// # Errors
    /// What `body` answers, or when the database cannot be read.
    pub fn each_row<E: From<PlainError>>(
        &self,
        table: &PlainTable,
        mut body: impl FnMut(&str, PlainRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let number = if table.key.is_empty() { "rowid" } else { "0" };
        let sql = format!("SELECT {number}, * FROM {}", quoted(&table.name));
        let mut statement = self.connection.prepare(&sql).map_err(self.failed())?;
        let names = self.columns(&table.name).map_err(self.failed())?;
        let without = self.without.get(&table.name).map_or(&[][..], Vec::as_slice);
        let mut rows = statement.query([]).map_err(self.failed())?;
        while let Some(row) = rows.next().map_err(self.failed())? {
            let number = row.get(0).map_err(self.failed())?;
            let mut row = plain(row, &names);
            row.0.retain(|(name, _)| !without.contains(name));
            body(&row.key(table, number), row)?;
        }
        Ok(())
    }

    /// The names of what `*` selects from a table. Asked of the schema: a statement's own names have to be UTF-8, which a
    /// damaged database does not keep to.
    fn columns(&self, table: &str) -> rusqlite::Result<Vec<String>> {
        let sql = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid";
        let mut names = self.connection.prepare_cached(sql)?;
        names.query_map([table], |row| row.get(0))?.collect()
    }

    /// How many rows of a table have these values.
    ///
    /// # Errors
    /// When the database cannot be read, or lacks the table or a column.
    pub fn count(&self, table: &str, filter: &[(&str, Sql)]) -> Result<usize, PlainError> {
        let sql = format!("SELECT COUNT(*) FROM {}{}", quoted(table), conditions(filter));
        let values = filter.iter().map(|(_, value)| value);
        let counted = self.connection.prepare_cached(&sql).and_then(|mut query| {
            query.query_row(rusqlite::params_from_iter(values), |row| row.get::<_, i64>(0))
        });
        counted.map(|count| usize::try_from(count).unwrap_or_default()).map_err(self.failed())
    }

    /// How many rows of a table are in no row of others: what its column holds, none of them holds in theirs; `also` is a
    /// column that has to agree as well.
    ///
    /// # Errors
    /// When the database cannot be read, or lacks a table or a column.
    pub fn count_outside(
        &self,
        (table, column): (&str, &str),
        others: &[(&str, &str)],
        also: Option<&str>,
    ) -> Result<usize, PlainError> {
        let also = also.map(quoted).map(|name| format!(" AND b.{name} IS a.{name}")).unwrap_or_default();
        let outside = |(other, key): &(&str, &str)| {
            let (other, key, column) = (quoted(other), quoted(key), quoted(column));
            format!("NOT EXISTS (SELECT 1 FROM {other} b WHERE b.{key} IS a.{column}{also})")
        };
        let conditions: Vec<String> = others.iter().map(outside).collect();
        let sql = format!("SELECT COUNT(*) FROM {} a WHERE {}", quoted(table), conditions.join(" AND "));
        let counted = self.connection.query_row(&sql, [], |row| row.get::<_, i64>(0));
        counted.map(|count| usize::try_from(count).unwrap_or_default()).map_err(self.failed())
    }

    /// The rows of a table that have these values.
    ///
    /// # Errors
    /// When the database cannot be read, or lacks the table or a column.
    pub fn find(&self, table: &str, filter: &[(&str, Sql)]) -> Result<Vec<PlainRow>, PlainError> {
        let read = || {
            let sql = format!("SELECT 0, * FROM {}{}", quoted(table), conditions(filter));
            let mut statement = self.connection.prepare_cached(&sql)?;
            let names = self.columns(table)?;
            let rows = statement
                .query_map(rusqlite::params_from_iter(filter.iter().map(|(_, value)| value)), |row| {
                    Ok(plain(row, &names))
                })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(self.failed())
    }
}

fn conditions(filter: &[(&str, Sql)]) -> String {
    let each =
        filter.iter().enumerate().map(|(index, (name, _))| format!("{} IS ?{}", quoted(name), index + 1));
    match each.collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        all => format!(" WHERE {}", all.join(" AND ")),
    }
}

fn plain(row: &Row<'_>, names: &[String]) -> PlainRow {
    let value = |index: usize| match row.get_ref(index + 1) {
        Ok(ValueRef::Text(bytes)) => match std::str::from_utf8(bytes) {
            Ok(text) => Sql::Text(text.to_owned()),
            Err(_) => Sql::Blob(bytes.to_vec()),
        },
        Ok(ValueRef::Integer(number)) => Sql::Integer(number),
        Ok(ValueRef::Real(number)) => Sql::Real(number),
        Ok(ValueRef::Blob(bytes)) => Sql::Blob(bytes.to_vec()),
        Ok(ValueRef::Null) | Err(_) => Sql::Null,
    };
    PlainRow(names.iter().enumerate().map(|(index, name)| (name.clone(), value(index))).collect())
}

/// A value as it is shown and preserved. JSON has no bytes: they are written in hexadecimal.
pub fn to_json(value: &Sql) -> Value {
    match value {
        Sql::Null => Value::Null,
        Sql::Integer(number) => (*number).into(),
        Sql::Real(number) => (*number).into(),
        Sql::Text(text) => text.as_str().into(),
        Sql::Blob(bytes) => {
            let hex = super::hex(bytes);
            serde_json::json!({ "hex": hex })
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
