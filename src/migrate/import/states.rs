//! State: from the store where the task is known, else from the database, else from the file when a task arrives,
//! else `todo`.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::definitions::{Action, DefinitionActions};
use super::drift;
use super::index::Index;
use super::plan::{DefaultTaken, Plan};
use super::snapshot_tasks::TaskTable;
use super::{Import, ImportError};
use crate::legacy::queue::{QueueTask, Seed};
use crate::legacy::snapshot::Snapshot;
use crate::migrate::watch::Steps;
use crate::model::task::{TODO, TaskState};
use crate::store::{NewHistory, Reader, Writer};

/// What the store knows of its tasks.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) states: HashMap<String, TaskState>,
    /// Tasks that have moved in the store, or brought their history along.
    moved: HashSet<String>,
}

impl Known {
    pub(super) fn read(store: &Reader<'_>) -> Result<Self, ImportError> {
        Ok(Self { states: store.states()?, moved: store.moved_tasks()? })
    }
}

/// Where a task's state comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Todo,
    File,
    Snapshot { replace: bool },
    Keep,
}

/// What becomes of states.
#[derive(Debug, Default)]
pub(super) struct StateActions {
    /// By place in the file.
    file: Vec<Origin>,
    /// Whether a dependency on the task is met, by place in the file.
    met: Vec<bool>,
    /// States that come from the snapshot, by place in the file.
    snapshot: Vec<Option<Box<TaskState>>>,
    /// States of tasks that the file does not have; true where it replaces one.
    others: BTreeMap<String, (bool, TaskState)>,
    /// Whether counts of unmet dependencies may have changed that are not written with their task.
    recount: bool,
}

pub(super) fn plan(
    import: &Import<'_>,
    index: &Index<'_>,
    definitions: &DefinitionActions,
    known: &Known,
    store: &Reader<'_>,
    plan: &mut Plan,
) -> Result<StateActions, ImportError> {
    let mut actions = StateActions { recount: !known.states.is_empty(), ..StateActions::default() };
    for (task, action) in index.tasks().iter().zip(&definitions.file) {
        let (origin, status) = match (*action, &task.seed) {
            (Action::Arrive, Some(seed)) if import.state_once => (Origin::File, seed.status()),
            (Action::Arrive, _) => (Origin::Todo, TODO),
            _ => (Origin::Keep, known.states.get(&*task.id).map_or(TODO, |state| &state.status)),
        };
        actions.file.push(origin);
        actions.met.push(store.is_terminal(status));
    }
    if let Some(snapshot) = import.snapshot {
        actions.recount = true;
        actions.snapshot.resize_with(index.tasks().len(), || None);
        let mut pass = Pass { import, index, definitions, known, store, plan, actions: &mut actions };
        pass.snapshot(snapshot)?;
    }
    count(index.tasks(), &actions, plan);
    Ok(actions)
}

/// One pass over the snapshot's tasks.
struct Pass<'p, 'a> {
    import: &'p Import<'a>,
    index: &'p Index<'a>,
    definitions: &'p DefinitionActions,
    known: &'p Known,
    store: &'p Reader<'p>,
    plan: &'p mut Plan,
    actions: &'p mut StateActions,
}

impl Pass<'_, '_> {
    fn snapshot(&mut self, snapshot: &Snapshot) -> Result<(), ImportError> {
        let table = TaskTable::of(snapshot)?;
        let (mut added, mut changed, mut kept) = (0, 0, 0);
        snapshot.each_row(table.table, |row| -> Result<(), ImportError> {
            let id = table.id(&row);
            let (state, problems) = table.state(&row, &id, self.import.statuses);
            self.plan.problems.extend(problems);
            if let Some(place) = self.index.place(&id) {
                let task = &self.index.tasks()[place];
                drift::of_state(task, &state, &mut self.plan.drift);
                drift::of_definition(task, &table, &row, &mut self.plan.definition_drift);
            }
            let counter = match self.origin(&id, state) {
                Origin::Snapshot { replace: false } => &mut added,
                Origin::Snapshot { replace: true } => &mut changed,
                _ => &mut kept,
            };
            *counter += 1;
            Ok(())
        })?;
        // The snapshot comes in the order of ids; people read in the order of the file.
        let index = self.index;
        self.plan.drift.sort_by_key(|drift| index.place(&drift.task));
        self.plan.definition_drift.sort_by_key(|drift| index.place(&drift.task));
        let row = self.plan.table(&table.table.name, "task_state");
        (row.read, row.added, row.changed, row.kept) = (added + changed + kept, added, changed, kept);
        Ok(())
    }

    fn origin(&mut self, id: &str, state: TaskState) -> Origin {
        let place = self.index.place(id);
        let origin = match self.known.states.get(id) {
            None => Origin::Snapshot { replace: false },
            Some(old) if *old == state => Origin::Keep,
            Some(_) if self.known.moved.contains(id) => {
                self.plan.states.moved_since.push(id.to_owned());
                Origin::Keep
            }
            Some(_) => Origin::Snapshot { replace: true },
        };
        let Origin::Snapshot { replace } = origin else { return origin };
        match place {
            Some(place) => {
                self.actions.file[place] = origin;
                self.actions.met[place] = self.store.is_terminal(&state.status);
                self.actions.snapshot[place] = Some(Box::new(state));
            }
            None if replace || self.definitions.only_in_snapshot.contains(id) => {
                self.actions.others.insert(id.to_owned(), (replace, state));
            }
            None => return Origin::Keep,
        }
        origin
    }
}

fn count(tasks: &[QueueTask], actions: &StateActions, plan: &mut Plan) {
    let (mut open, mut history) = (0, 0);
    for (task, origin) in tasks.iter().zip(&actions.file) {
        let counter = match origin {
            Origin::Todo => &mut plan.states.todo,
            Origin::File => {
                history += usize::from(seeds_history(task));
                &mut plan.states.from_file
            }
            Origin::Snapshot { .. } => &mut plan.states.from_snapshot,
            Origin::Keep => &mut plan.states.kept,
        };
        *counter += 1;
        let named = task.seed.as_deref().is_some_and(|seed| seed.status.is_some());
        open += usize::from(matches!(origin, Origin::Todo | Origin::File) && !named);
    }
    // What the file says of these is overruled by the database.
    let overruled = plan.states.from_snapshot;
    plan.states.from_snapshot += actions.others.len();
    let (todo, from_file, kept) = (plan.states.todo, plan.states.from_file, plan.states.kept);
    let row = plan.table("file", "task_state");
    (row.read, row.added, row.kept) = (tasks.len(), todo + from_file, kept + overruled);
    let row = plan.table("file", "task_state_history");
    (row.read, row.added) = (history, history);
    if open > 0 {
        plan.defaults.push(DefaultTaken { field: "status", value: TODO.into(), tasks: open });
    }
    for (field, tasks) in [
        ("priority", tasks.iter().filter(|task| task.priority.is_none()).count()),
        ("sequence", tasks.iter().filter(|task| task.sequence.is_none()).count()),
        ("kind", tasks.iter().filter(|task| task.kind.is_none()).count()),
    ] {
        if tasks > 0 {
            plan.defaults.push(DefaultTaken { field, value: serde_json::Value::Null, tasks });
        }
    }
}

/// A task that begins in `todo` has nothing to tell.
fn seeds_history(task: &QueueTask) -> bool {
    task.seed.as_deref().is_some_and(|seed| seed.status() != TODO)
}

/// Writes the states of tasks that arrive, and those that the snapshot gives.
pub(super) fn apply(
    import: &Import<'_>,
    index: &Index<'_>,
    order: &[usize],
    actions: &StateActions,
    tx: &Writer<'_>,
) -> Result<(), ImportError> {
    let mut steps = Steps::begin(import.watch, "states", order.len());
    let at = tx.at();
    for place in order {
        steps.step();
        let task = &index.tasks()[*place];
        let (state, replace) = match (actions.file[*place], actions.of_snapshot(*place)) {
            (Origin::Todo, _) => {
                let state =
                    TaskState { status: TODO.to_owned(), updated_at: at.clone(), ..TaskState::default() };
                (state, false)
            }
            (Origin::File, _) => (seeded(task, &at), false),
            (Origin::Snapshot { replace }, Some(state)) => (state.clone(), replace),
            (Origin::Snapshot { .. } | Origin::Keep, _) => continue,
        };
        if replace {
            tx.replace_state(&task.id, &state)?;
        } else {
            tx.insert_counted_state(&task.id, &state, actions.unmet(task))?;
        }
    }
    apply_others(actions, tx)?;
    for (task, origin) in index.tasks().iter().zip(&actions.file) {
        if *origin == Origin::File && seeds_history(task) {
            write_history(task, tx)?;
        }
    }
    Ok(())
}

/// Writes the states of tasks that only the snapshot has.
pub(super) fn apply_others(actions: &StateActions, tx: &Writer<'_>) -> Result<(), ImportError> {
    for (id, (replace, state)) in &actions.others {
        if *replace {
            tx.replace_state(id, state)?;
        } else {
            tx.insert_counted_state(id, state, 0)?;
        }
    }
    Ok(())
}

fn seeded(task: &QueueTask, at: &str) -> TaskState {
    let none = Seed::default();
    let seed = task.seed.as_deref().unwrap_or(&none);
    let owned = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    TaskState {
        status: seed.status().to_owned(),
        owner: owned(&seed.owner),
        branch: owned(&seed.branch),
        commit_sha: owned(&seed.commit),
        completed_at: owned(&seed.completed_at),
        updated_at: at.to_owned(),
        ..TaskState::default()
    }
}

fn write_history(task: &QueueTask, tx: &Writer<'_>) -> Result<(), ImportError> {
    let Some(seed) = task.seed.as_deref() else { return Ok(()) };
    tx.add_history(&NewHistory {
        task_id: &task.id,
        from_status: None,
        to_status: seed.status(),
        owner: seed.owner.as_deref(),
        branch: seed.branch.as_deref(),
        commit_sha: seed.commit.as_deref(),
        reason: None,
    })?;
    Ok(())
}

impl StateActions {
    /// Whether a task of the file arrives in the state that the file names.
    pub(super) fn comes_from_file(&self, place: usize) -> bool {
        self.file[place] == Origin::File
    }

    /// The state that a task of the file gets from the snapshot.
    pub(super) fn of_snapshot(&self, place: usize) -> Option<&TaskState> {
        self.snapshot.get(place)?.as_deref()
    }

    /// Whether there are tasks that only the snapshot has.
    pub(super) fn has_others(&self) -> bool {
        !self.others.is_empty()
    }

    pub(super) fn unmet(&self, task: &QueueTask) -> usize {
        task.depends_on.iter().filter(|place| !self.met[**place as usize]).count()
    }

    /// Whether the counts of unmet dependencies have to be made anew at the end.
    pub(super) fn recount(&self) -> bool {
        self.recount
    }
}
