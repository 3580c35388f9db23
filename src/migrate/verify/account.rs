//! What a verification found: how many rows and fields went where, and everything that did not arrive.

use serde::Serialize;
use serde_json::Value;

/// Most differences that are kept; the rest is counted.
const SHOWN: usize = 200;

/// The rows of one table of the source, by what became of them. The counts add up to `rows`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RowAccount {
    /// The source's table.
    pub table: String,
    /// How many rows it has.
    pub rows: usize,
    /// Rows that are in the store.
    pub imported: usize,
    /// Rows that are kept whole, as JSON.
    pub preserved: usize,
    /// Rows that the queue file speaks for: it owns definitions.
    pub superseded: usize,
    /// Rows of a table that carries nothing over, for the reason that the mapping gives.
    pub ignored: usize,
    /// Rows that are nowhere.
    pub lost: usize,
    /// What became of the fields of these rows.
    pub fields: FieldAccount,
}

/// Fields that hold something, by what became of them. The counts add up to `all`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FieldAccount {
    /// How many there are.
    pub all: usize,
    /// Fields whose value is in the store.
    pub imported: usize,
    /// Fields that are kept as JSON.
    pub preserved: usize,
    /// Fields that another source speaks for.
    pub superseded: usize,
    /// Fields of a table that carries nothing over.
    pub ignored: usize,
    /// Fields of a record that was changed in the store since the migration.
    pub changed_since: usize,
    /// Fields whose value is nowhere.
    pub lost: usize,
}

impl RowAccount {
    /// Whether every row and every field went somewhere.
    pub fn adds_up(&self) -> bool {
        let Self { rows, imported, preserved, superseded, ignored, lost, .. } = self;
        *lost == 0 && *rows == imported + preserved + superseded + ignored && self.fields.adds_up()
    }
}

impl FieldAccount {
    /// Whether every field went somewhere.
    pub fn adds_up(&self) -> bool {
        let Self { all, imported, preserved, superseded, ignored, changed_since, lost } = self;
        *lost == 0 && *all == imported + preserved + superseded + ignored + changed_since
    }
}

/// Something of a source that is not in the store, or is there as something else.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Loss {
    /// The source's table, `file` for the queue file, or the section of the canonical state.
    pub table: String,
    /// The row, task or record.
    pub row: String,
    /// The field; none when the whole row is missing.
    pub field: Option<String>,
    /// What the source has.
    pub source: Value,
    /// What the store has.
    pub store: Value,
}

/// All losses; those beyond the first are counted.
#[derive(Debug, Clone, Default, Serialize, schemars::JsonSchema)]
pub struct Losses {
    /// How many there are.
    pub count: usize,
    /// The first of them.
    pub shown: Vec<Loss>,
}

impl Losses {
    pub(super) fn add(&mut self, loss: Loss) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(loss);
        }
    }
}
