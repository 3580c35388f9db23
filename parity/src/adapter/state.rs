//! The queries that show a system's state.

use crate::datafile::{Table, suggest};
use crate::observation::StateSchema;

/// A section of the canonical state and the query that reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateSection {
    /// The section's name in the schema.
    pub name: String,
    /// The query. Its columns are named as the schema's; a list or an object is JSON text.
    pub sql: String,
}

pub(super) fn sections(table: &Table<'_>, schema: &StateSchema) -> Vec<StateSection> {
    let known: Vec<&str> = schema.sections.iter().map(|section| section.name.as_str()).collect();
    let sections = table.need("sections").and_then(|node| node.table(Table::entries)).unwrap_or_default();
    let place = table.get("sections").and_then(|node| node.as_table());
    for (name, _) in &sections {
        if let Some(place) = place.as_ref().filter(|_| !known.contains(&name.as_str())) {
            place.key_problem(name, format!("unknown section `{name}`"), Some(suggest(name, &known)));
        }
    }
    sections.into_iter().map(|(name, node)| StateSection { name, sql: node.text() }).collect()
}
