//! The fields of one row of the queue DB, each against what the store has for it.

use rusqlite::types::Value as Sql;
use serde_json::{Map, Value};

use super::account::{FieldAccount, Loss, Losses};
use super::carried::{Column, carried};
use crate::legacy::plain::{PlainRow, to_json};

/// Where a row of the source stands.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) table: &'a str,
    pub(super) key: &'a str,
}

impl At<'_> {
    pub(super) fn name(self) -> (String, String) {
        (self.table.to_owned(), self.key.to_owned())
    }

    pub(super) fn loss(self, field: Option<&str>, source: Value, store: Value) -> Loss {
        let (table, row) = self.name();
        Loss { table, row, field: field.map(str::to_owned), source, store }
    }
}

/// What a field of the source is in the store.
pub(super) struct Stored<'v> {
    pub(super) value: &'v Sql,
    pub(super) column: Column<'v>,
    /// What counts when the values differ.
    pub(super) excuse: Option<Excuse>,
}

/// Why a field may differ.
#[derive(Clone, Copy)]
pub(super) enum Excuse {
    /// The file speaks for it.
    Superseded,
    /// A later call was about it.
    ChangedSince,
}

/// A row whose fields are accounted for.
pub(super) struct Row<'v> {
    pub(super) at: At<'v>,
    pub(super) values: &'v PlainRow,
    /// What the store keeps of it as JSON.
    pub(super) kept: Option<&'v Map<String, Value>>,
    /// Columns that say which row it is, or whose: they were read to find the other.
    pub(super) says: &'v [Option<&'v str>],
}

impl<'v> Row<'v> {
    /// Goes over the fields that hold something. `stored` says what each is in the store; none when it has no place.
    pub(super) fn account(
        &self,
        stored: impl Fn(&'v str) -> Option<Stored<'v>>,
        fields: &mut FieldAccount,
        losses: &mut Losses,
    ) {
        for (name, value) in self.values.columns().filter(|(_, value)| holds(value)) {
            fields.all += 1;
            if self.says.contains(&Some(name)) {
                fields.imported += 1;
                continue;
            }
            let kept = self.kept.and_then(|row| row.get(name));
            match stored(name) {
                Some(found) if carried(value, found.value, found.column) => fields.imported += 1,
                _ if kept == Some(&to_json(value)) => fields.preserved += 1,
                Some(Stored { excuse: Some(Excuse::Superseded), .. }) => fields.superseded += 1,
                Some(Stored { excuse: Some(Excuse::ChangedSince), .. }) => fields.changed_since += 1,
                other => {
                    fields.lost += 1;
                    let store = match other {
                        Some(found) => to_json(found.value),
                        None => kept.cloned().unwrap_or_default(),
                    };
                    losses.add(self.at.loss(Some(name), to_json(value), store));
                }
            }
        }
    }
}

/// Nothing and empty text carry nothing.
pub(super) fn holds(value: &Sql) -> bool {
    !matches!(value, Sql::Null) && !matches!(value, Sql::Text(text) if text.is_empty())
}
