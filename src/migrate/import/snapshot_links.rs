//! Dependencies that the snapshot has of tasks that the file does not have. Those of the file's tasks are the file's.

use super::ImportError;
use super::drift;
use super::plan::{Plan, TablePlan};
use super::tables::Tasks;
use crate::legacy::queue::QueueDocument;
use crate::legacy::snapshot::{RawRow, Snapshot, SourceTable};
use crate::model::Diagnostic;
use crate::store::{PreservedRow, Writer};

/// Where the columns of the table stand.
struct Columns<'a> {
    table: &'a SourceTable,
    task: usize,
    depends_on: usize,
    position: Option<usize>,
}

fn columns(snapshot: &Snapshot) -> Option<Columns<'_>> {
    let mapping = &snapshot.mapping().dependencies;
    let table = snapshot.table(&mapping.source)?;
    let (task, depends_on) = (table.column(&mapping.task)?, table.column(&mapping.depends_on)?);
    Some(Columns { table, task, depends_on, position: table.column(&mapping.position) })
}

pub(super) fn plan(
    queue: &QueueDocument,
    snapshot: &Snapshot,
    tasks: &Tasks<'_>,
    plan: &mut Plan,
) -> Result<(), ImportError> {
    compare(queue, snapshot, tasks, plan)?;
    let mut problems = Vec::new();
    let source = &snapshot.mapping().dependencies.source;
    let mut row = plan.table(source, "task_dependencies").clone();
    pass(snapshot, tasks, None, &mut row, &mut problems)?;
    *plan.table(source, "task_dependencies") = row;
    plan.problems.extend(problems);
    Ok(())
}

/// Lists the tasks of the file that depend on others in the database.
fn compare(
    queue: &QueueDocument,
    snapshot: &Snapshot,
    tasks: &Tasks<'_>,
    plan: &mut Plan,
) -> Result<(), ImportError> {
    let Some(Columns { table, task, depends_on, position }) = columns(snapshot) else { return Ok(()) };
    let mut found: Vec<Vec<(i64, String)>> = vec![Vec::new(); queue.tasks.len()];
    snapshot.each_row(table, |row| -> Result<(), ImportError> {
        if let Some(at) = row.text(task).and_then(|id| tasks.index.place(&id)) {
            found[at].push((place(&row, position), row.text(depends_on).unwrap_or_default()));
        }
        Ok(())
    })?;
    let in_file = queue.tasks.iter().zip(found).zip(&tasks.arriving.in_snapshot);
    for ((task, mut db), in_snapshot) in in_file {
        // A task that the database does not have at all disagrees with nothing.
        if !in_snapshot {
            continue;
        }
        db.sort();
        let db: Vec<String> = db.into_iter().map(|(_, id)| id).collect();
        plan.definition_drift.extend(drift::of_dependencies(queue, task, &db));
    }
    Ok(())
}

pub(super) fn apply(snapshot: &Snapshot, tasks: &Tasks<'_>, tx: &Writer<'_>) -> Result<(), ImportError> {
    pass(snapshot, tasks, Some(tx), &mut TablePlan::default(), &mut Vec::new())
}

fn pass(
    snapshot: &Snapshot,
    tasks: &Tasks<'_>,
    writer: Option<&Writer<'_>>,
    counts: &mut TablePlan,
    problems: &mut Vec<Diagnostic>,
) -> Result<(), ImportError> {
    let Some(Columns { table, task, depends_on, position }) = columns(snapshot) else { return Ok(()) };
    snapshot.each_row(table, |row| {
        counts.read += 1;
        let id = row.text(task).unwrap_or_default();
        if !tasks.arriving.only_in_snapshot.contains(&id) {
            counts.kept += 1;
            return Ok(());
        }
        let target = row.text(depends_on).unwrap_or_default();
        if tasks.contains(&target) {
            counts.added += 1;
            if let Some(tx) = writer {
                tx.add_dependency(&id, &target, place(&row, position))?;
            }
            return Ok(());
        }
        counts.preserved += 1;
        let message = format!("depends on {target:?}, which does not exist; the row is kept as JSON");
        problems.push(Diagnostic::warning("row-preserved", message).about(id));
        if let Some(tx) = writer {
            let json = row.to_json(&[]);
            tx.preserve(&PreservedRow { source_table: table.name.clone(), row_key: row.key(), row: json })?;
        }
        Ok(())
    })
}

fn place(row: &RawRow<'_>, column: Option<usize>) -> i64 {
    column.and_then(|column| row.text(column)?.parse().ok()).unwrap_or_default()
}
