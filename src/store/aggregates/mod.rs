//! One file per aggregate: what is read of it, and how it is written.

pub(super) mod checkpoints;
pub(super) mod claims;
pub(super) mod definitions;
pub(super) mod dependencies;
pub(super) mod epochs;
pub(super) mod evidence;
pub(super) mod handoffs;
pub(super) mod history;
pub(super) mod lane_events;
pub(super) mod lanes;
pub(super) mod merging;
pub(super) mod migrations;
pub(super) mod pilots;
pub(super) mod preserved;
pub(super) mod reviews;
pub(super) mod sessions;
pub(super) mod state;
pub(super) mod watchers;

use rusqlite::{Row, types::FromSql};

use super::{Result, StoreError};

/// A column of a row, by name.
pub(super) fn get<T: FromSql>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    row.get(column)
}

/// A column that holds one of a closed set of words.
fn column<T: std::str::FromStr<Err = String>>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let index = row.as_ref().column_index(column)?;
    let text: String = row.get(index)?;
    text.parse().map_err(|expected: String| {
        rusqlite::Error::FromSqlConversionFailure(
            index,
            rusqlite::types::Type::Text,
            format!("{column} holds {text:?}: {expected}").into(),
        )
    })
}

/// A JSON column; text that is not the JSON expected is an error, never a default.
pub(super) fn parse_json<T: serde::de::DeserializeOwned>(
    text: &str,
    table: &'static str,
    column: &'static str,
    row: &str,
    expected: &'static str,
) -> Result<T> {
    serde_json::from_str(text).map_err(|_| StoreError::BadValue {
        table,
        column,
        row: row.to_owned(),
        value: text.to_owned(),
        expected,
    })
}
