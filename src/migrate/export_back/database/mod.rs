//! The legacy's database, brought to the state of the store.
//!
//! It begins as a copy of the one that was imported, so that tables, columns and rows without a place in the store stay. A
//! value is only written where the import of what stands there would give another than the store has: what did not
//! change keeps its own spelling. What the legacy cannot express is listed ([`Lost`]).

mod lost;
mod rows;
mod tasks;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use rusqlite::types::Value as Sql;
use serde::Serialize;

use super::{BackError, state};
use crate::legacy::snapshot::{Mapping, Snapshot};
use crate::store::{Column, Outward, Reader};

/// What was written, and what could not be.
#[derive(Debug, Clone, Default, Serialize, schemars::JsonSchema)]
pub struct DatabaseBack {
    /// Rows, by their table.
    pub tables: Vec<TableBack>,
    /// What the legacy cannot express.
    pub lost: Vec<Lost>,
}

/// Rows of one of the legacy's tables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TableBack {
    /// Its name.
    pub table: String,
    /// Rows that stay as they are.
    pub kept: usize,
    /// Rows of which a value changes.
    pub changed: usize,
    /// Rows that are new.
    pub added: usize,
    /// Rows that go, because the store has them no more.
    pub removed: usize,
}

/// Something that the legacy cannot express.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Lost {
    /// Where it is in the store: a table, or a column of one.
    pub what: String,
    /// Why it stays behind.
    pub why: String,
    /// How many rows are concerned.
    pub rows: usize,
    /// The first of them, by its key.
    pub first: String,
}

impl DatabaseBack {
    /// Notes a row that stays behind.
    fn lose(&mut self, what: impl Into<String>, why: impl Into<String>, row: &str) {
        let (what, why) = (what.into(), why.into());
        match self.lost.iter_mut().find(|lost| lost.what == what && lost.why == why) {
            Some(lost) => lost.rows += 1,
            None => self.lost.push(Lost { what, why, rows: 1, first: row.to_owned() }),
        }
    }
}

/// Brings a copy of the imported database to the state of the store, in one transaction. `snapshot` is the database as it
/// was imported, `copy` what becomes of it.
///
/// # Errors
/// When one of the three cannot be read or written, or the mapping does not fit them. Then the copy is as it was.
pub fn write(
    snapshot: &Snapshot,
    store: &Reader<'_>,
    statuses: &[String],
    copy: &mut Outward,
) -> Result<DatabaseBack, BackError> {
    let mut back = DatabaseBack::default();
    copy.write(|out| -> Result<(), BackError> {
        let preserved = preserved(snapshot, store)?;
        let known = tasks::write(snapshot, store, statuses, out, &mut back)?;
        for mapping in &snapshot.mapping().tables {
            if snapshot.table(&mapping.source).is_some() {
                rows::write(snapshot, mapping, (store, &preserved, &known), out, &mut back)?;
            }
        }
        Ok(())
    })?;
    lost::columns_and_tables(snapshot.mapping(), store, &mut back)?;
    Ok(back)
}

/// The rows that the import kept whole as JSON, by table and key: they have no counterpart in the store, and stay.
fn preserved(snapshot: &Snapshot, store: &Reader<'_>) -> Result<HashSet<(String, String)>, BackError> {
    let whole = |table: &str, columns: usize| {
        snapshot.table(table).is_some_and(|source| source.columns.len() == columns)
    };
    let rows = store.preserved_rows()?.into_iter();
    let rows =
        rows.filter(|row| whole(&row.source_table, row.row.as_object().map_or(0, serde_json::Map::len)));
    Ok(rows.map(|row| (row.source_table, row.row_key)).collect())
}

/// A value of the store as the legacy has it, for one of its columns.
fn theirs(
    mapping: &Mapping,
    value: &Sql,
    column: &Column,
    time: bool,
    values: Option<&BTreeMap<String, String>>,
) -> Result<Sql, BackError> {
    let words = match value {
        Sql::Text(words) => words,
        Sql::Null if column.required && !column.integer => return Ok(Sql::Text(String::new())),
        other => return Ok(other.clone()),
    };
    let named = values.and_then(|values| values.iter().find(|(_, ours)| *ours == words));
    let words = named.map_or(words, |(theirs, _)| theirs);
    Ok(Sql::Text(if time { state::theirs(mapping, words)? } else { words.clone() }))
}
