//! What the store holds and the legacy has no place for.

use super::{DatabaseBack, Lost};
use crate::legacy::snapshot::Mapping;
use crate::migrate::export_back::BackError;
use crate::store::Reader;

/// Names tables and columns that are not empty and that the mapping does not carry back.
pub(super) fn columns_and_tables(
    mapping: &Mapping,
    store: &Reader<'_>,
    back: &mut DatabaseBack,
) -> Result<(), BackError> {
    for table in store.table_names() {
        let alone = mapping.alone.get(table);
        // A table that is named without columns is Fairway's own.
        if alone.is_some_and(Vec::is_empty) {
            continue;
        }
        let carried = carried(mapping, table);
        if carried.is_empty() {
            let rows = store.row_count(table)?;
            if rows > 0 {
                let why = "the legacy has no table for it".to_owned();
                back.lost.push(Lost { what: table.to_owned(), why, rows, first: String::new() });
            }
            continue;
        }
        for column in store.columns(table)? {
            let named = carried.contains(&column.name.as_str())
                || alone.is_some_and(|columns| columns.contains(&column.name));
            let rows = if named { 0 } else { store.filled(table, &column.name)? };
            if rows > 0 {
                let what = format!("{table}.{}", column.name);
                let why = "the legacy has no column for it".to_owned();
                back.lost.push(Lost { what, why, rows, first: String::new() });
            }
        }
    }
    Ok(())
}

/// The columns of one of our tables that go back.
fn carried<'m>(mapping: &'m Mapping, table: &str) -> Vec<&'m str> {
    let texts =
        |columns: &'m std::collections::BTreeMap<String, String>| columns.values().map(String::as_str);
    match table {
        "task_definitions" => texts(&mapping.tasks.definition).chain(["id", "in_source"]).collect(),
        "task_state" => texts(&mapping.tasks.state).chain(["task_id"]).collect(),
        "task_dependencies" => vec!["task_id", "depends_on", "position"],
        _ => mapping
            .tables
            .iter()
            .filter(|mapped| mapped.target == table)
            .flat_map(|mapped| texts(&mapped.columns).chain(mapped.constants.keys().map(String::as_str)))
            .collect(),
    }
}
