//! Rows of an imported database: those that have a table here, and those that are kept as JSON.

use rusqlite::types::Value as Sql;
use rusqlite::{params, params_from_iter};
use serde_json::Value;

use crate::store::{Reader, Result, Writer};

/// A row of a source that has no table of its own, or the columns of one that have no column.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
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
                self.at()
            ])?;
        Ok(())
    }

    /// Adds a row of an imported database to one of the store's tables, its number included. A row whose number
    /// is there already is left as it is. Answers whether it was added.
    ///
    /// `table` and `columns` come from a mapping that was checked against [`Reader::columns`].
    pub fn import_row(&self, table: &str, columns: &[&str], values: &[Sql]) -> Result<bool> {
        let names = columns.join(", ");
        let places = vec!["?"; columns.len() + 1].join(", ");
        let sql = format!("INSERT OR IGNORE INTO {table} (project_id, {names}) VALUES ({places})");
        let project = Sql::Text(self.settings.project.clone());
        let added = self
            .connection
            .prepare_cached(&sql)?
            .execute(params_from_iter(std::iter::once(&project).chain(values)))?;
        Ok(added > 0)
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

impl Reader<'_> {
    /// The columns of one of the store's tables, without `project_id`; none when there is no such table.
    pub fn columns(&self, table: &str) -> Result<Vec<String>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name FROM pragma_table_info(?1) WHERE name <> 'project_id'")?;
        let rows = statement.query_map([table], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
