//! Rows of an imported database on their way into one of the store's tables, many with each statement.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Statement};

use super::{Insert, ROWS};
use crate::store::{Result, Writer};

/// Rows of one table. Those that are waiting are written by [`ImportedRows::finish`].
pub struct ImportedRows<'w> {
    connection: &'w Connection,
    project: &'w str,
    table: &'w str,
    columns: &'w [&'w str],
    many: Statement<'w>,
    waiting: Vec<Sql>,
}

impl Writer<'_> {
    /// Rows that are added with their numbers.
    ///
    /// `table` and `columns` come from a mapping that was checked against [`Reader::columns`](crate::store::Reader::columns);
    /// that no row with their key is there was checked against [`Reader::row_facts`](crate::store::Reader::row_facts).
    ///
    /// # Errors
    /// When the table has no such columns.
    pub fn import_rows<'w>(&'w self, table: &'w str, columns: &'w [&'w str]) -> Result<ImportedRows<'w>> {
        let (connection, project) = (self.connection, self.settings.project.as_str());
        let fixed = [("project_id", project)];
        let many = Insert { table, columns, fixed: &fixed }.prepare(connection, ROWS)?;
        Ok(ImportedRows { connection, project, table, columns, many, waiting: Vec::new() })
    }
}

impl ImportedRows<'_> {
    /// Adds a row: a value for each column.
    ///
    /// # Errors
    /// When the store does not take it, or one before it.
    pub fn add(&mut self, values: Vec<Sql>) -> Result<()> {
        self.waiting.extend(values);
        if self.waiting.len() == ROWS * self.columns.len() {
            write(&mut self.many, &self.waiting)?;
            self.waiting.clear();
        }
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// When the store does not take a row.
    pub fn finish(self) -> Result<()> {
        let rows = self.waiting.len() / self.columns.len().max(1);
        if rows == 0 {
            return Ok(());
        }
        let fixed = [("project_id", self.project)];
        let insert = Insert { table: self.table, columns: self.columns, fixed: &fixed };
        write(&mut insert.prepare(self.connection, rows)?, &self.waiting)
    }
}

/// Writes as many rows as the statement has places for, after that of the project.
fn write(statement: &mut Statement<'_>, values: &[Sql]) -> Result<()> {
    for (place, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(place + 2, value)?;
    }
    statement.raw_execute()?;
    Ok(())
}
