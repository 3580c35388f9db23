//! The first import into a store that has no tasks: every task arrives, so nothing has to be compared with what is there.

use super::definitions::facts;
use super::index::Index;
use super::states::StateActions;
use super::{Import, ImportError};
use crate::legacy::queue::QueueTask;
use crate::migrate::watch::Steps;
use crate::model::task::TODO;
use crate::store::{StateFacts, Writer};

/// Writes every task of the file, in the order of the ids, all but the history that they bring.
pub(super) fn tasks(
    import: &Import<'_>,
    index: &Index<'_>,
    order: &[usize],
    actions: &StateActions,
    tx: &Writer<'_>,
) -> Result<(), ImportError> {
    let tasks = index.tasks();
    let state = |place: usize| state(&tasks[place], place, actions);
    tx.in_bulk(|| {
        each(import, "definitions", order, |places| {
            tx.many_definitions(places.map(|place| {
                let StateFacts { status, unmet, .. } = state(place);
                (facts(&tasks[place], place), status == TODO && unmet == 0)
            }))
        })?;
        each(import, "states", order, |places| tx.many_states(places.map(state)))?;
        each(import, "dependencies", order, |places| {
            tx.many_dependencies(places.flat_map(|place| {
                let task = &tasks[place];
                let links = import.queue.depends_on(task).zip(0_i64..);
                links.map(|(depends_on, position)| (&*task.id, depends_on, position))
            }))
        })
    })
}

/// Writes the transition by which each task arrived whose state the file names.
pub(super) fn history(index: &Index<'_>, actions: &StateActions, tx: &Writer<'_>) -> Result<(), ImportError> {
    let tasks = index.tasks().iter().enumerate();
    let from_file = tasks.filter(|(place, _)| actions.comes_from_file(*place));
    let states = from_file.map(|(place, task)| state(task, place, actions));
    tx.without_indexes("task_state_history", || {
        Ok(tx.many_arrivals(states.filter(|state| state.status != TODO))?)
    })
}

/// Goes over the tasks while somebody watches.
fn each(
    import: &Import<'_>,
    name: &str,
    order: &[usize],
    write: impl FnOnce(&mut dyn Iterator<Item = usize>) -> crate::store::Result<()>,
) -> Result<(), ImportError> {
    let mut steps = Steps::begin(import.watch, name, order.len());
    write(&mut order.iter().copied().inspect(|_| steps.step()))?;
    Ok(())
}

/// The state in which a task arrives.
fn state<'a>(task: &'a QueueTask, place: usize, actions: &'a StateActions) -> StateFacts<'a> {
    let unmet = actions.unmet(task);
    if let Some(state) = actions.of_snapshot(place) {
        return StateFacts::of(&task.id, state, unmet);
    }
    let seed = task.seed.as_deref().filter(|_| actions.comes_from_file(place));
    let Some(seed) = seed else {
        return StateFacts { id: &task.id, status: TODO, unmet, ..StateFacts::default() };
    };
    StateFacts {
        id: &task.id,
        status: seed.status(),
        unmet,
        owner: seed.owner.as_deref(),
        branch: seed.branch.as_deref(),
        commit_sha: seed.commit.as_deref(),
        completed_at: seed.completed_at.as_deref(),
        ..StateFacts::default()
    }
}
