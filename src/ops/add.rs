//! Adding and changing definitions by hand.

use serde_json::json;

use super::claim::{check_caller, check_writer};
use super::{Context, Result};
use crate::model::Definition;
use crate::model::task::{TODO, TaskState};
use crate::policy::holding::Part;
use crate::policy::{Reason, Refusal, dependencies};
use crate::store::Writer;
use crate::views::TaskWritten;

/// A task to add.
#[derive(Debug, Default)]
pub struct NewTask {
    /// Its definition.
    pub definition: Definition,
}

/// Changes to a definition. An absent field stays; `Some(None)` and an empty list clear.
#[derive(Debug, Default)]
pub struct TaskChange {
    /// The task.
    pub id: String,
    /// A new title.
    pub title: Option<String>,
    /// A new role.
    pub role: Option<String>,
    /// A new kind.
    pub kind: Option<Option<String>>,
    /// A new parent.
    pub parent: Option<Option<String>>,
    /// A new priority.
    pub priority: Option<Option<i64>>,
    /// A new sequence.
    pub sequence: Option<Option<i64>>,
    /// New notes.
    pub notes: Option<Option<String>>,
    /// New dependencies, all of them.
    pub depends_on: Option<Vec<String>>,
    /// New acceptance checks, all of them.
    pub acceptance_checks: Option<Vec<String>>,
}

/// Adds a task in `todo`.
///
/// # Errors
/// A refusal of class `usage` (bad id, id taken, kind not allowed, self-dependency), `unknown-role`,
/// `not-found` (a dependency or the parent), or `stale-claim`.
pub fn add(context: &Context, request: &NewTask) -> Result<TaskWritten> {
    check_id(context, &request.definition.id)?;
    check_fields(context, &request.definition)?;
    context.write("add", |tx| {
        check_caller(context, tx)?;
        insert(context, tx, request.definition.clone())
    })
}

/// Inserts a task whose id has been checked, in `todo`, with the kind and priority of a task that has none.
pub(super) fn insert(context: &Context, tx: &Writer<'_>, mut definition: Definition) -> Result<TaskWritten> {
    definition.in_source = true;
    if definition.kind.is_none() {
        definition.kind = Some(context.config.task_kinds.default.clone());
    }
    if definition.priority.is_none() {
        definition.priority = context.config.task_priorities.default;
    }
    check_fields(context, &definition)?;
    if tx.has_task(&definition.id)? {
        let message = format!("there is a task `{}` already", definition.id);
        return Err(Refusal::new(Reason::Usage, message).hint("change it with `fairway update`").into());
    }
    check_dependencies(tx, &definition)?;
    check_parent(tx, &definition)?;
    tx.load_definition(&definition, true)?;
    let state = TaskState { status: TODO.to_owned(), updated_at: tx.at(), ..TaskState::default() };
    tx.insert_state(&definition.id, &state)?;
    tx.replace_dependencies(&definition.id, &definition.depends_on)?;
    tx.audit(Some(&definition.id), Some(json!({ "title": definition.title })));
    written(tx, &definition.id, true)
}

/// Changes a definition; its state stays.
///
/// # Errors
/// As [`add`], and `not-found` when there is no such task, `usage` when the new dependencies make a cycle.
pub fn update(context: &Context, change: &TaskChange) -> Result<TaskWritten> {
    context.write("update", |tx| {
        let task = tx.task(&change.id)?.ok_or_else(|| Refusal::unknown_task(&change.id))?;
        check_writer(context, tx, task.id(), Part::Holder)?;
        let definition = change.applied_to(task.definition);
        check_fields(context, &definition)?;
        check_dependencies(tx, &definition)?;
        // What a source file says of a parent is not this call's to refuse.
        if change.parent.is_some() {
            check_parent(tx, &definition)?;
        }
        tx.load_definition(&definition, false)?;
        tx.replace_dependencies(&definition.id, &definition.depends_on)?;
        tx.audit(Some(&definition.id), None);
        written(tx, &definition.id, false)
    })
}

fn written(tx: &Writer<'_>, id: &str, created: bool) -> Result<TaskWritten> {
    let task = tx.task(id)?.ok_or_else(|| Refusal::unknown_task(id))?;
    let from_source = task.definition.file_order.is_some() && task.definition.in_source;
    Ok(TaskWritten { task, created, from_source })
}

impl TaskChange {
    fn applied_to(&self, old: Definition) -> Definition {
        let change = self;
        Definition {
            title: change.title.clone().unwrap_or(old.title),
            role: change.role.clone().unwrap_or(old.role),
            kind: change.kind.clone().unwrap_or(old.kind),
            parent: change.parent.clone().unwrap_or(old.parent),
            priority: change.priority.unwrap_or(old.priority),
            sequence: change.sequence.unwrap_or(old.sequence),
            notes: change.notes.clone().unwrap_or(old.notes),
            depends_on: change.depends_on.clone().unwrap_or(old.depends_on),
            acceptance_checks: change.acceptance_checks.clone().unwrap_or(old.acceptance_checks),
            ..old
        }
    }
}

pub(super) fn check_id(context: &Context, id: &str) -> Result<()> {
    let pattern = &context.config.fairway.task_id_pattern;
    if pattern.is_match(id) {
        return Ok(());
    }
    Err(Refusal::new(Reason::Usage, format!("bad id `{id}`"))
        .hint(format!("an id matches {}", pattern.as_str()))
        .into())
}

fn check_fields(context: &Context, definition: &Definition) -> Result<()> {
    context.role(&definition.role)?;
    if definition.title.trim().is_empty() {
        return Err(Refusal::new(Reason::Usage, "a task needs a title").hint("give --title TEXT").into());
    }
    let allowed = &context.config.task_kinds.allowed;
    if let Some(kind) = &definition.kind
        && !allowed.is_empty()
        && !allowed.contains(kind)
    {
        return Err(Refusal::new(Reason::Usage, format!("unknown kind `{kind}`"))
            .hint(format!("expected one of {}", allowed.join(", ")))
            .into());
    }
    Ok(())
}

/// Whether another task may be named: it has to be there, and be another one.
fn check_link(tx: &Writer<'_>, id: &str, other: &str) -> Result<()> {
    if other == id {
        let refusal = Refusal::new(Reason::Usage, format!("{id} names itself"));
        return Err(refusal.hint("a task neither depends on itself nor is a part of itself").into());
    }
    if !tx.has_task(other)? {
        return Err(Refusal::unknown_task(other).into());
    }
    Ok(())
}

/// A parent has to exist, and no chain of parents may lead back.
fn check_parent(tx: &Writer<'_>, definition: &Definition) -> Result<()> {
    let (id, Some(parent)) = (&definition.id, &definition.parent) else { return Ok(()) };
    check_link(tx, id, parent)?;
    let above = |task: &str| tx.parent(task).map(|parent| parent.into_iter().collect());
    match dependencies::path_back(id, std::slice::from_ref(parent), above)? {
        Some(path) => {
            let message = format!("cycle of parents: {}", path.join(" -> "));
            Err(Refusal::new(Reason::Usage, message).hint("name a parent that is not below the task").into())
        }
        None => Ok(()),
    }
}

/// Dependencies have to exist, and no chain of them may lead back.
fn check_dependencies(tx: &Writer<'_>, definition: &Definition) -> Result<()> {
    let id = &definition.id;
    for other in &definition.depends_on {
        check_link(tx, id, other)?;
    }
    if let Some(path) = dependencies::path_back(id, &definition.depends_on, |task| tx.dependencies(task))? {
        let message = format!("dependency cycle: {}", path.join(" -> "));
        let refusal = Refusal::new(Reason::Usage, message);
        return Err(refusal.hint("leave out the dependency that leads back").into());
    }
    Ok(())
}
