//! Rows of an imported database on their way into one of the store's tables, many with each statement.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Statement};

use super::{Insert, ROWS};
use crate::store::{Result, Writer};

/// A way for rows into one table.
pub struct ImportedRows<'w> {
    connection: &'w Connection,
    table: &'w str,
    columns: &'w [&'w str],
    /// Columns that have the same value in every row.
    fixed: Vec<(&'w str, &'w str)>,
    many: Statement<'w>,
}

impl Writer<'_> {
    /// Rows that are added with their numbers; the `constants` are the same in each.
    ///
    /// The names come from a mapping that was checked against [`Reader::columns`](crate::store::Reader::columns); that no row
    /// with their key is there was checked against [`Reader::row_facts`](crate::store::Reader::row_facts).
    ///
    /// # Errors
    /// When the table has no such columns.
    pub fn import_rows<'w>(
        &'w self,
        table: &'w str,
        columns: &'w [&'w str],
        constants: &[(&'w str, &'w str)],
    ) -> Result<ImportedRows<'w>> {
        let (connection, project) = (self.connection, self.settings.project.as_str());
        let fixed: Vec<_> =
            std::iter::once(("project_id", project)).chain(constants.iter().copied()).collect();
        let many = Insert { table, columns, fixed: &fixed }.prepare(connection, ROWS)?;
        Ok(ImportedRows { connection, table, columns, fixed, many })
    }
}

impl ImportedRows<'_> {
    /// Adds rows: each a value for each column.
    ///
    /// # Errors
    /// When the store does not take one.
    pub fn add(&mut self, rows: &[Vec<Sql>]) -> Result<()> {
        let chunks = rows.chunks_exact(ROWS);
        let rest = chunks.remainder();
        for rows in chunks {
            write(&mut self.many, self.fixed.len(), rows)?;
        }
        if rest.is_empty() {
            return Ok(());
        }
        let insert = Insert { table: self.table, columns: self.columns, fixed: &self.fixed };
        write(&mut insert.prepare(self.connection, rest.len())?, self.fixed.len(), rest)
    }
}

/// Writes as many rows as the statement has places for, after those of the fixed values.
fn write(statement: &mut Statement<'_>, fixed: usize, rows: &[Vec<Sql>]) -> Result<()> {
    for (place, value) in rows.iter().flatten().enumerate() {
        statement.raw_bind_parameter(fixed + place + 1, value)?;
    }
    statement.raw_execute()?;
    Ok(())
}
