//! Spawning a task from the one that is being worked on.

use super::claim::{check_caller, check_writer};
use super::{Context, Result, add};
use crate::model::{Definition, Task};
use crate::policy::hierarchy::{Place, usual_place};
use crate::policy::holding::Part;
use crate::policy::{Reason, Refusal};
use crate::store::Reader;
use crate::views::Spawned;

/// A task to spawn.
#[derive(Debug, Default)]
pub struct SpawnRequest {
    /// What it is. An empty role and an absent priority are inherited; its parent is not looked at.
    pub definition: Definition,
    /// Where it goes; without it below the current task, or beside it when that is of a leaf kind.
    pub place: Option<Place>,
    /// `--from-task`: the current task.
    pub from_task: Option<String>,
    /// `FAIRWAY_TASK_ID`: the current task, unless the flag names one.
    pub task_variable: Option<String>,
    /// `FAIRWAY_SESSION_ID`: the session whose task is the current one.
    pub session_variable: Option<String>,
    /// Do not warn about a child of a leaf kind.
    pub force: bool,
}

/// The task that is being worked on, and how it was found.
struct Current {
    task: Task,
    found_by: String,
}

/// Adds a task in `todo` beside, below or apart from the one that is being worked on, whose role and priority it
/// inherits.
///
/// # Errors
/// A refusal of class `usage` when no current task is found and one is needed, else as [`super::add`].
pub fn spawn(context: &Context, request: &SpawnRequest) -> Result<Spawned> {
    add::check_id(context, &request.definition.id)?;
    context.write("spawn", |tx| {
        let current = current(context, tx, request)?;
        match &current {
            Some(current) => check_writer(context, tx, current.task.id(), Part::Other)?,
            None => check_caller(context, tx)?,
        }
        let is_leaf = |task: &Task| {
            let kinds = &context.config.task_kinds;
            kinds.leaf.contains(task.definition.kind.as_ref().unwrap_or(&kinds.default))
        };
        let place = match (&request.place, &current) {
            (Some(place), _) => place.clone(),
            (None, Some(current)) => usual_place(is_leaf(&current.task)),
            (None, None) => return Err(no_current(context).into()),
        };
        let parent = match (&place, &current) {
            (Place::Root, _) => None,
            (Place::Under(parent), _) => Some(parent.clone()),
            (Place::Child, Some(current)) => Some(current.task.id().to_owned()),
            (Place::Sibling, Some(current)) => current.task.definition.parent.clone(),
            (Place::Child | Place::Sibling, None) => return Err(no_current(context).into()),
        };
        let above = match &parent {
            Some(parent) => tx.task(parent)?,
            None => None,
        };
        let mut definition = Definition { parent, ..request.definition.clone() };
        inherit(context, &mut definition, current.as_ref().map(|found| &found.task).or(above.as_ref()))?;
        let warning = above.filter(|task| matches!(place, Place::Child | Place::Under(_)) && is_leaf(task));
        let written = add::insert(context, tx, definition)?;
        let (from_task, found_by) = match current {
            Some(Current { task, found_by }) => (Some(task.definition.id), Some(found_by)),
            None => (None, None),
        };
        Ok(Spawned {
            task: written.task,
            from_task,
            found_by,
            warning: warning.filter(|_| !request.force).map(|above| leaf_warning(context, &above)),
        })
    })
}

/// Role and priority come from the current task, or from the parent where there is none.
fn inherit(context: &Context, definition: &mut Definition, from: Option<&Task>) -> Result<()> {
    if definition.priority.is_none() {
        definition.priority = from.and_then(|task| task.definition.priority);
    }
    if definition.role.is_empty() {
        definition.role = match from {
            Some(task) => task.definition.role.clone(),
            None => context.acting_role()?.name.clone(),
        };
    }
    Ok(())
}

/// The current task: the one that is named, that of the session, or that of the role's only live session.
fn current(context: &Context, reader: &Reader<'_>, request: &SpawnRequest) -> Result<Option<Current>> {
    let named = [(&request.from_task, "--from-task"), (&request.task_variable, "FAIRWAY_TASK_ID")];
    for (id, by) in named {
        if let Some(id) = id {
            let unknown = || Refusal::unknown_task(id).hint(format!("{by} names it"));
            let task = reader.task(id)?.ok_or_else(unknown)?;
            return Ok(Some(Current { task, found_by: by.to_owned() }));
        }
    }
    if let Some(session) = &request.session_variable
        && let Some(id) = reader.task_of_session(session)?
        && let Some(task) = reader.task(&id)?
    {
        return Ok(Some(Current { task, found_by: "FAIRWAY_SESSION_ID".to_owned() }));
    }
    let needed = !matches!(request.place, Some(Place::Root | Place::Under(_)));
    let Ok(role) = context.acting_role() else { return Ok(None) };
    let live = reader.live_sessions_of(&role.name)?;
    let at_work: Vec<(&String, &String)> =
        live.iter().filter_map(|(session, task)| Some((session, task.as_ref()?))).collect();
    match at_work[..] {
        [(session, id)] if live.len() == 1 => {
            Ok(reader.task(id)?.map(|task| Current { task, found_by: format!("session {session}") }))
        }
        [_, _, ..] if needed => {
            let sessions: Vec<String> =
                at_work.iter().map(|(session, task)| format!("{session} ({task})")).collect();
            let message = format!("{} has several live sessions: {}", role.name, sessions.join(", "));
            Err(Refusal::new(Reason::Usage, message).hint("name the current task: --from-task TASK").into())
        }
        _ => Ok(None),
    }
}

fn no_current(context: &Context) -> Refusal {
    let role = context.acting_role().map_or_else(
        |_| "no role acts here".to_owned(),
        |role| format!("{} has no single live session with a task", role.name),
    );
    Refusal::new(Reason::Usage, format!("no current task is known: {role}")).hint(
        "give --from-task TASK, set FAIRWAY_TASK_ID or FAIRWAY_SESSION_ID, or say where it goes with --parent TASK or --root",
    )
}

fn leaf_warning(context: &Context, above: &Task) -> String {
    let kind = above.definition.kind.as_ref().unwrap_or(&context.config.task_kinds.default);
    format!("{} is of kind {kind}, which usually has no children; --force says that it is meant", above.id())
}
