//! How the store would look in another database.

use serde::Serialize;

use crate::store::TableShape;
use crate::ui::{Page, Table, View};

/// The store's tables in another database, and what has no counterpart there.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Compatibility {
    /// The other database.
    pub backend: &'static str,
    /// The schema that the tables are in.
    pub schema: &'static str,
    /// The tables.
    pub tables: Vec<TableShape>,
    /// The indexes.
    pub indexes: Vec<String>,
    /// The tables whose rows cannot be changed or deleted.
    pub append_only: Vec<String>,
    /// The triggers that are left out.
    pub left_out: Vec<String>,
    /// The statements, for `--print-ddl`.
    #[serde(skip)]
    pub ddl: String,
}

impl View for Compatibility {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["TABLE", "COLUMNS", "CHECKS", "APPEND-ONLY", "REFERS TO"]).right(&[1, 2]);
        for shape in &self.tables {
            let mut names: Vec<&str> = shape.references.iter().map(|to| to.table.as_str()).collect();
            names.dedup();
            let append_only = self.append_only.contains(&shape.name);
            table.row([
                Some(&shape.name),
                Some(&shape.columns.len().to_string()),
                Some(&shape.checks.len().to_string()),
                Some(if append_only { "yes" } else { "no" }),
                Some(&names.join(", ")),
            ]);
        }
        page.table(table, "(none)");
        page.gap();
        page.line(format_args!(
            "{} table(s), {} index(es) for {}, in the schema {}",
            self.tables.len(),
            self.indexes.len(),
            self.backend,
            self.schema
        ));
        if !self.left_out.is_empty() {
            page.line(format_args!("without the triggers {}", self.left_out.join(", ")));
        }
    }
}
