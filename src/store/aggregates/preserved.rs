//! Rows of an imported database: those that have a table here, and those that are kept as JSON.

use std::collections::HashMap;

use rusqlite::params;
use rusqlite::types::Value as Sql;
use serde_json::Value;

use crate::store::{Reader, Result, Writer};

/// A row of a source that has no table of its own, or the columns of one that have no column.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct PreservedRow {
    /// The source's table.
    pub source_table: String,
    /// What tells the row from the others of its table.
    pub row_key: String,
    /// The row, by column.
    pub row: Value,
}

impl Reader<'_> {
    /// Everything that was preserved, in the order of its import.
    pub fn preserved_rows(&self) -> Result<Vec<PreservedRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT source_table, row_key, row FROM preserved_rows WHERE project_id = ?1 ORDER BY id",
        )?;
        let rows = statement.query_map([&self.settings.project], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        rows.map(|row| {
            let (source_table, row_key, text) = row?;
            let row = super::parse_json(&text, "preserved_rows", "row", &row_key, "JSON")?;
            Ok(PreservedRow { source_table, row_key, row })
        })
        .collect()
    }
}

impl Writer<'_> {
    /// Keeps a row as it is.
    pub fn preserve(&self, row: &PreservedRow) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO preserved_rows (project_id, source_table, row_key, row, imported_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (project_id, source_table, row_key) DO UPDATE SET row = excluded.row",
            )?
            .execute(params![
                self.settings.project,
                row.source_table,
                row.row_key,
                row.row.to_string(),
                self.at
            ])?;
        Ok(())
    }

    /// Lets the next number of a counting table be at least `last + 1`, so that no number is used twice.
    pub fn advance_sequence(&self, table: &str, last: i64) -> Result<()> {
        let moved = self
            .connection
            .prepare_cached("UPDATE sqlite_sequence SET seq = MAX(seq, ?2) WHERE name = ?1")?
            .execute(params![table, last])?;
        if moved == 0 {
            self.connection
                .prepare_cached("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)")?
                .execute(params![table, last])?;
        }
        Ok(())
    }
}

/// A column of one of the store's tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Whether it holds integers; the others hold text.
    pub integer: bool,
    /// Whether it holds something in every row, and has no default.
    pub required: bool,
}

impl Reader<'_> {
    /// The columns of one of the store's tables, without `project_id`; none when there is no such table.
    pub fn columns(&self, table: &str) -> Result<Vec<Column>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT name, type = 'INTEGER', \"notnull\" = 1 AND dflt_value IS NULL FROM pragma_table_info(?1)
             WHERE name <> 'project_id'",
        )?;
        let rows = statement.query_map([table], |row| {
            Ok(Column { name: row.get(0)?, integer: row.get(1)?, required: row.get(2)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many rows one of the store's tables has.
    ///
    /// `table` is one of [`Reader::table_names`].
    pub fn row_count(&self, table: &str) -> Result<usize> {
        self.count(&format!("SELECT COUNT(*) FROM {table} WHERE project_id = ?1"))
    }

    /// In how many rows of one of the store's tables a column says something.
    ///
    /// `table` is one of [`Reader::table_names`], `column` one of its columns.
    pub fn filled(&self, table: &str, column: &str) -> Result<usize> {
        let filled = format!("{column} IS NOT NULL AND {column} NOT IN ('', 0)");
        self.count(&format!("SELECT COUNT(*) FROM {table} WHERE project_id = ?1 AND {filled}"))
    }

    fn count(&self, sql: &str) -> Result<usize> {
        let count: i64 =
            self.connection.prepare_cached(sql)?.query_row([&self.settings.project], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The rows of one of the store's tables: each row's key, as text, and some of its columns.
    ///
    /// `table` and the columns come from a mapping that was checked against [`Reader::columns`].
    pub fn row_facts(&self, table: &str, key: &str, columns: &[&str]) -> Result<HashMap<String, Vec<Sql>>> {
        let names: String = columns.iter().fold(String::new(), |names, name| names + ", " + name);
        let sql = format!("SELECT CAST({key} AS TEXT){names} FROM {table} WHERE project_id = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([&self.settings.project], |row| {
            let facts = (1..=columns.len()).map(|index| row.get(index)).collect::<rusqlite::Result<_>>()?;
            Ok((row.get(0)?, facts))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The last number that a counting table gave out; 0 when it gave none.
    pub fn last_number(&self, table: &str) -> Result<i64> {
        Ok(self
            .connection
            .prepare_cached("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = ?1")?
            .query_row([table], |row| row.get(0))?)
    }
}
