//! The queries that show a system's state.

use crate::datafile::{Table, suggest};
use crate::observation::StateSchema;

use super::Values;
use super::shared::Shared;

/// A section of the canonical state and the query that reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateSection {
    /// The section's name in the schema.
    pub name: String,
    /// The query. Its columns are named as the schema's; a list or an object is JSON text.
    pub sql: String,
    /// Columns whose texts stand for other values.
    pub values: Vec<(String, Values)>,
}

pub(super) fn sections(table: &Table<'_>, schema: &StateSchema, shared: &Shared) -> Vec<StateSection> {
    let known: Vec<&str> = schema.sections.iter().map(|section| section.name.as_str()).collect();
    let sections = table.need("sections").and_then(|node| node.table(Table::entries)).unwrap_or_default();
    let place = table.get("sections").and_then(|node| node.as_table());
    for (name, _) in &sections {
        if let Some(place) = place.as_ref().filter(|_| !known.contains(&name.as_str())) {
            place.key_problem(name, format!("unknown section `{name}`"), Some(suggest(name, &known)));
        }
    }
    let mut sections: Vec<StateSection> = sections
        .into_iter()
        .map(|(name, node)| StateSection { name, sql: node.text(), values: Vec::new() })
        .collect();
    for (name, node) in super::entries(table.get("values")) {
        let columns = node.table(Table::entries).unwrap_or_default();
        let Some(section) = sections.iter_mut().find(|section| section.name == name) else {
            let names: Vec<&str> = sections.iter().map(|section| section.name.as_str()).collect();
            node.problem(format!("no section `{name}` here"), Some(suggest(&name, &names)));
            continue;
        };
        let values = |(column, node)| (column, Values::parse(&node, shared));
        section.values = columns.into_iter().map(values).collect();
    }
    sections
}
