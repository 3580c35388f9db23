//! The table of tasks: its state is the store's, its definition the queue file's.

use std::collections::HashSet;

use rusqlite::types::Value as Sql;

use super::{DatabaseBack, TableBack, theirs};
use crate::legacy::snapshot::Snapshot;
use crate::migrate::export_back::{BackError, state};
use crate::migrate::import::snapshot_tasks::TaskTable;
use crate::store::{OutwardWriter, Reader};

/// Writes the states that differ. Answers the tasks that the legacy has.
pub(super) fn write(
    snapshot: &Snapshot,
    store: &Reader<'_>,
    statuses: &[String],
    out: &OutwardWriter<'_>,
    back: &mut DatabaseBack,
) -> Result<HashSet<String>, BackError> {
    let table = TaskTable::of(snapshot)?;
    let mapping = &snapshot.mapping().tasks;
    let columns = out.columns(&mapping.source)?;
    let states = store.states()?;
    let mut known = HashSet::new();
    let mut counts = TableBack { table: mapping.source.clone(), ..TableBack::default() };
    snapshot.each_row(table.table, |row| -> Result<(), BackError> {
        let id = table.id(&row);
        known.insert(id.clone());
        let Some(now) = states.get(&id) else {
            counts.kept += 1;
            return Ok(());
        };
        let (was, _) = table.state(&row, &id, statuses);
        let mut changed = Vec::new();
        for (name, ours) in &mapping.state {
            let Some(column) = columns.iter().find(|column| column.name == *name) else { continue };
            let value = state::column(now, ours)?;
            if value != state::column(&was, ours)? {
                let value = value.map_or(Sql::Null, |text| Sql::Text(text.to_owned()));
                let (time, values) = (mapping.times.contains(name), mapping.values.get(name));
                changed.push((name.as_str(), theirs(snapshot.mapping(), &value, column, time, values)?));
            }
        }
        if changed.is_empty() {
            counts.kept += 1;
            return Ok(());
        }
        match out.change(&mapping.source, (&mapping.id, &Sql::Text(id.clone())), &changed)? {
            None => counts.changed += 1,
            Some(why) => back.lose("task_state", why, &id),
        }
        Ok(())
    })?;
    let mut others: Vec<&String> = states.keys().filter(|id| !known.contains(*id)).collect();
    others.sort_unstable();
    for id in others {
        back.lose(
            "task_definitions",
            "the task is none of the legacy's database; its queue file defines tasks",
            id,
        );
    }
    back.tables.push(counts);
    Ok(known)
}
