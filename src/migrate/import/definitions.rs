//! Definitions: what the file says that tasks are, against what the store says.

use super::index::Index;
use super::plan::Plan;
use super::{Import, ImportError};
use crate::legacy::queue::QueueTask;
use crate::migrate::watch::Steps;
use crate::store::{DefinitionFacts, Reader, Writer};

/// What becomes of the definition of one task of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// It is new.
    Arrive,
    /// It differs, its dependencies included or not.
    Change { dependencies: bool },
    /// It stands elsewhere in the file.
    Move,
    /// Nothing.
    Keep,
}

/// What becomes of definitions.
#[derive(Debug, Default)]
pub(super) struct DefinitionActions {
    /// By place in the file.
    pub(super) file: Vec<Action>,
    /// Tasks that leave the source.
    pub(super) left: Vec<String>,
    /// Whether the snapshot has the task, by place in the file; nothing without a snapshot.
    pub(super) in_snapshot: Vec<bool>,
    /// Tasks that only the snapshot has, in its order.
    pub(super) only_in_snapshot: std::collections::HashSet<String>,
}

impl DefinitionActions {
    /// Whether the store knows none of the file's tasks.
    pub(super) fn all_arrive(&self) -> bool {
        self.file.iter().all(|action| *action == Action::Arrive)
    }
}

/// A task of the file as the store's columns.
pub(super) fn facts(task: &QueueTask, place: usize) -> DefinitionFacts<'_> {
    DefinitionFacts {
        id: &task.id,
        title: &task.title,
        role: &task.role,
        kind: task.kind.as_deref(),
        parent: task.parent.as_deref(),
        notes: task.notes.as_deref(),
        acceptance_checks: &task.acceptance_checks,
        extra: &task.extra,
        priority: task.priority,
        sequence: task.sequence,
        file_order: i64::try_from(place).ok(),
        in_source: true,
    }
}

/// Compares every task of the file with the store, in one pass over the store.
pub(super) fn plan(
    import: &Import<'_>,
    index: &Index<'_>,
    store: &Reader<'_>,
    plan: &mut Plan,
) -> Result<DefinitionActions, ImportError> {
    let tasks = index.tasks();
    let mut actions = DefinitionActions { file: vec![Action::Arrive; tasks.len()], ..Default::default() };
    // Where the database defines tasks, none has left a file.
    let defined = import.snapshot.is_some_and(|snapshot| snapshot.mapping().tasks.defines);
    store.each_definition(|old| match index.place(old.id) {
        Some(place) => actions.file[place] = compare(old, &facts(&tasks[place], place)),
        None if old.file_order.is_some() && old.in_source && !defined => actions.left.push(old.id.to_owned()),
        None => {}
    })?;
    actions.left.sort_unstable();
    compare_dependencies(index, store, &mut actions.file)?;
    if let Some(snapshot) = import.snapshot {
        super::snapshot_tasks::plan(snapshot, index, store, &mut actions, plan)?;
    }
    count(&actions, plan);
    if defined {
        plan.definitions.arrived += actions.only_in_snapshot.len();
    }
    count_dependencies(tasks, &actions, plan);
    Ok(actions)
}

fn compare(old: &DefinitionFacts<'_>, new: &DefinitionFacts<'_>) -> Action {
    if old == new {
        Action::Keep
    } else if *old == (DefinitionFacts { file_order: old.file_order, ..*new }) && old.file_order.is_some() {
        Action::Move
    } else {
        Action::Change { dependencies: false }
    }
}

/// Tasks whose dependencies are others, or stand in another order, are changed.
fn compare_dependencies(
    index: &Index<'_>,
    store: &Reader<'_>,
    actions: &mut [Action],
) -> Result<(), ImportError> {
    if actions.iter().all(|action| *action == Action::Arrive) {
        return Ok(());
    }
    let mut stored: Vec<Vec<(i64, u32)>> = vec![Vec::new(); actions.len()];
    let mut others = vec![false; actions.len()];
    store.each_dependency(|task, depends_on, position| {
        let Some(place) = index.place(task) else { return };
        match index.place(depends_on).map(u32::try_from) {
            Some(Ok(target)) => stored[place].push((position, target)),
            _ => others[place] = true,
        }
    })?;
    for (place, task) in index.tasks().iter().enumerate() {
        let found = &mut stored[place];
        found.sort_unstable();
        let same = !others[place] && found.iter().map(|(_, target)| target).eq(task.depends_on.iter());
        if !same && actions[place] != Action::Arrive {
            actions[place] = Action::Change { dependencies: true };
        }
    }
    Ok(())
}

fn count(actions: &DefinitionActions, plan: &mut Plan) {
    for action in &actions.file {
        let counts = &mut plan.definitions;
        let counter = match action {
            Action::Arrive => &mut counts.arrived,
            Action::Change { .. } => &mut counts.changed,
            Action::Move => &mut counts.moved,
            Action::Keep => &mut counts.unchanged,
        };
        *counter += 1;
    }
    let counts = plan.definitions.clone();
    let row = plan.table("file", "task_definitions");
    row.read = actions.file.len();
    row.added = counts.arrived;
    row.changed = counts.changed + counts.moved;
    row.kept = counts.unchanged;
    plan.definitions.left.clone_from(&actions.left);
}

fn count_dependencies(tasks: &[QueueTask], actions: &DefinitionActions, plan: &mut Plan) {
    let row = plan.table("file", "task_dependencies");
    for (task, action) in tasks.iter().zip(&actions.file) {
        let count = task.depends_on.len();
        row.read += count;
        match action {
            Action::Arrive => row.added += count,
            Action::Change { dependencies: true } => row.changed += count,
            _ => row.kept += count,
        }
    }
}

/// Writes the definitions that are new or differ, and marks those that left.
pub(super) fn apply(
    import: &Import<'_>,
    index: &Index<'_>,
    order: &[usize],
    actions: &DefinitionActions,
    tx: &Writer<'_>,
) -> Result<(), ImportError> {
    let mut steps = Steps::begin(import.watch, "definitions", actions.file.len());
    for place in order {
        steps.step();
        if actions.file[*place] != Action::Keep {
            tx.write_definition(&facts(&index.tasks()[*place], *place))?;
        }
    }
    for id in &actions.left {
        tx.leave_source(id)?;
        tx.clear_dependencies(id)?;
    }
    Ok(())
}

/// Writes the dependencies that are new or differ. Every task has to be there.
pub(super) fn apply_dependencies(
    import: &Import<'_>,
    index: &Index<'_>,
    order: &[usize],
    actions: &DefinitionActions,
    tx: &Writer<'_>,
) -> Result<(), ImportError> {
    let mut steps = Steps::begin(import.watch, "dependencies", order.len());
    for place in order {
        steps.step();
        match actions.file[*place] {
            Action::Arrive => {}
            Action::Change { dependencies: true } => tx.clear_dependencies(&index.tasks()[*place].id)?,
            _ => continue,
        }
        let task = &index.tasks()[*place];
        tx.add_dependencies(&task.id, import.queue.depends_on(task))?;
    }
    Ok(())
}
