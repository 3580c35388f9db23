//! What has no place in the store: whole tables, and columns of tables that have one. Their rows are kept as JSON.

use rusqlite::types::Value as Sql;

use super::ImportError;
use super::plan::{Ignored, Plan, Unmapped};
use crate::legacy::snapshot::{Snapshot, SourceTable};
use crate::store::{PreservedRow, Writer};

/// Names what has no place, and counts its rows.
pub(super) fn plan(snapshot: &Snapshot, plan: &mut Plan) -> Result<(), ImportError> {
    let mapping = snapshot.mapping();
    for (table, reason) in &mapping.ignored {
        if snapshot.table(table).is_some() {
            plan.ignored.push(Ignored { table: table.clone(), reason: reason.clone() });
        }
    }
    for table in snapshot.tables() {
        let columns = unmapped_columns(snapshot, table);
        let whole = is_unmapped(snapshot, table);
        if columns.is_empty() && !whole {
            continue;
        }
        let rows = if whole { snapshot.count(table)? } else { rows_with(snapshot, table, &columns)? };
        let names = columns.iter().map(|place| table.columns[*place].clone()).collect();
        plan.unmapped.push(Unmapped { table: table.name.clone(), columns: names, rows });
        if whole {
            let row = plan.table(&table.name, "preserved_rows");
            (row.read, row.preserved) = (rows, rows);
        } else if is_tasks(snapshot, table) {
            plan.table(&table.name, "task_state").preserved = rows;
        }
    }
    Ok(())
}

/// Keeps the rows of tables without a place, and the columns of tasks without one. Those of the other tables are kept
/// with their rows.
pub(super) fn apply(snapshot: &Snapshot, tx: &Writer<'_>) -> Result<(), ImportError> {
    for table in snapshot.tables() {
        let whole = is_unmapped(snapshot, table);
        let columns = unmapped_columns(snapshot, table);
        let of_tasks = is_tasks(snapshot, table) && !columns.is_empty();
        if !(whole || of_tasks) {
            continue;
        }
        snapshot.each_row(table, |row| -> Result<(), ImportError> {
            if whole || columns.iter().any(|column| row.value(*column) != Sql::Null) {
                let json = row.to_json(&columns);
                tx.preserve(&PreservedRow {
                    source_table: table.name.clone(),
                    row_key: row.key(),
                    row: json,
                })?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn is_unmapped(snapshot: &Snapshot, table: &SourceTable) -> bool {
    !snapshot.mapping().tables().any(|name| name == table.name)
}

fn is_tasks(snapshot: &Snapshot, table: &SourceTable) -> bool {
    let mapping = snapshot.mapping();
    table.name == mapping.tasks.source || table.name == mapping.dependencies.source
}

/// The columns of a mapped table that the mapping does not name; none of a table that is unmapped or ignored.
fn unmapped_columns(snapshot: &Snapshot, table: &SourceTable) -> Vec<usize> {
    let mapping = snapshot.mapping();
    let named: Vec<&str> = if table.name == mapping.tasks.source {
        mapping.tasks.columns().collect()
    } else if table.name == mapping.dependencies.source {
        let dependencies = &mapping.dependencies;
        vec![&dependencies.task, &dependencies.depends_on, &dependencies.position]
    } else {
        match mapping.tables.iter().find(|mapped| mapped.source == table.name) {
            Some(mapped) => mapped.columns.keys().map(String::as_str).collect(),
            None => return Vec::new(),
        }
    };
    let columns = table.columns.iter().enumerate();
    columns.filter(|(_, column)| !named.contains(&column.as_str())).map(|(place, _)| place).collect()
}

fn rows_with(snapshot: &Snapshot, table: &SourceTable, columns: &[usize]) -> Result<usize, ImportError> {
    let mut rows = 0;
    snapshot.each_row(table, |row| -> Result<(), ImportError> {
        rows += usize::from(columns.iter().any(|column| row.value(*column) != Sql::Null));
        Ok(())
    })?;
    Ok(rows)
}
