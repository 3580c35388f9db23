//! What has no place in the store: whole tables, and columns of tables that have one. Their rows are kept as JSON.

use rusqlite::types::Value as Sql;
use serde_json::Value;

use super::ImportError;
use super::plan::{Ignored, Plan, Unmapped};
use crate::legacy::snapshot::{RawRow, Snapshot, SourceTable};
use crate::model::Timestamp;
use crate::store::{PreservedRow, Writer};

/// Names what has no place, and counts its rows. Answers the tables of which [`apply`] has rows to keep.
pub(super) fn plan(snapshot: &Snapshot, plan: &mut Plan) -> Result<Vec<String>, ImportError> {
    let mapping = snapshot.mapping();
    let mut kept = Vec::new();
    for (table, reason) in &mapping.ignored {
        if snapshot.table(table).is_some() {
            plan.ignored.push(Ignored { table: table.clone(), reason: reason.clone() });
        }
    }
    for project in snapshot.other_projects() {
        let reason = "they are another project's; they are kept with the sources".to_owned();
        plan.ignored.push(Ignored { table: format!("all rows of {project}"), reason });
    }
    for table in snapshot.tables() {
        let columns = unmapped_columns(snapshot, table);
        let whole = is_unmapped(snapshot, table);
        if whole {
            let rows = snapshot.count(table)?;
            let row = plan.table(&table.name, "preserved_rows");
            (row.read, row.preserved) = (rows, rows);
            kept.extend((rows > 0).then(|| table.name.clone()));
            plan.unmapped.push(Unmapped { table: table.name.clone(), columns: Vec::new(), rows });
        } else if !columns.is_empty() {
            let rows = rows_with(snapshot, table, |row| left_over(row, &columns, &[]).is_some())?;
            let names = columns.iter().map(|place| table.columns[*place].clone()).collect();
            plan.unmapped.push(Unmapped { table: table.name.clone(), columns: names, rows });
        }
        let has_times = table.name == mapping.tasks.source;
        if is_tasks(snapshot, table) && (has_times || !columns.is_empty()) {
            let apart =
                |row: &RawRow<'_>| left_over(row, &columns, &finer_times(snapshot, table, row)).is_some();
            let rows = rows_with(snapshot, table, apart)?;
            let target = if has_times { "task_state" } else { "task_dependencies" };
            plan.table(&table.name, target).preserved += rows;
            kept.extend((rows > 0).then(|| table.name.clone()));
        }
    }
    Ok(kept)
}

/// Keeps the rows of tables without a place, and the columns of tasks without one. Those of the other tables are kept
/// with their rows.
pub(super) fn apply(snapshot: &Snapshot, kept: &[String], tx: &Writer<'_>) -> Result<(), ImportError> {
    for table in snapshot.tables().iter().filter(|table| kept.contains(&table.name)) {
        let whole = is_unmapped(snapshot, table);
        let columns = unmapped_columns(snapshot, table);
        snapshot.each_row(table, |row| -> Result<(), ImportError> {
            let kept = if whole {
                Some(row.to_json(&[]))
            } else {
                left_over(&row, &columns, &finer_times(snapshot, table, &row))
            };
            if let Some(json) = kept {
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
    columns
        .filter(|(place, column)| !table.is_project(*place) && !named.contains(&column.as_str()))
        .map(|(place, _)| place)
        .collect()
}

/// What the store has no place for in a row that has one itself: columns that the mapping does not name, and times that are
/// finer than the store's. None when they are empty.
pub(super) fn left_over(row: &RawRow<'_>, unmapped: &[usize], finer: &[usize]) -> Option<Value> {
    let filled = unmapped.iter().any(|column| row.value(*column) != Sql::Null);
    let columns: Vec<usize> =
        if filled { unmapped.iter().chain(finer).copied().collect() } else { finer.to_vec() };
    (!columns.is_empty()).then(|| row.to_json(&columns))
}

/// The columns of a task whose times are finer than the store's.
fn finer_times(snapshot: &Snapshot, table: &SourceTable, row: &RawRow<'_>) -> Vec<usize> {
    let tasks = &snapshot.mapping().tasks;
    if table.name != tasks.source {
        return Vec::new();
    }
    let finer = |place: &usize| {
        row.text(*place).and_then(|text| Timestamp::parse(&text)).is_some_and(|time| !time.fits_the_store())
    };
    tasks.times.iter().filter_map(|name| table.column(name)).filter(finer).collect()
}

fn rows_with(
    snapshot: &Snapshot,
    table: &SourceTable,
    counts: impl Fn(&RawRow<'_>) -> bool,
) -> Result<usize, ImportError> {
    let mut rows = 0;
    snapshot.each_row(table, |row| -> Result<(), ImportError> {
        rows += usize::from(counts(&row));
        Ok(())
    })?;
    Ok(rows)
}
