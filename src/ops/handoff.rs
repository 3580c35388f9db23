//! Handoffs from one role to another: recording, acknowledging, listing.

use serde_json::json;

use super::claim::check_writer;
use super::{Context, Result};
use crate::model::records::Handoff;
use crate::model::task::ReviewStatus;
use crate::policy::arguments::whole_number;
use crate::policy::holding::Part;
use crate::policy::{Reason, Refusal, handoffs};
use crate::store::{HandoffFilter, Writer};
use crate::views::{HandoffAcknowledged, HandoffList, HandoffRecorded};

/// A handoff to record.
#[derive(Debug, Default)]
pub struct HandoffRequest {
    /// What is handed over; its number, actor and times are not looked at, and an empty `from_role` is the
    /// task's role.
    pub handoff: Handoff,
}

/// Records a handoff. It asks for a review when nothing has yet.
///
/// # Errors
/// A refusal of class `usage` that names every required field that is missing, `unknown-role`, `not-found` or
/// `stale-claim`.
pub fn record_handoff(context: &Context, request: &HandoffRequest) -> Result<HandoffRecorded> {
    require_fields(context, &request.handoff)?;
    context.role(&request.handoff.to_role)?;
    if !request.handoff.from_role.is_empty() {
        context.role(&request.handoff.from_role)?;
    }
    context.write("record handoff", |tx| {
        let mut handoff = request.handoff.clone();
        let task = tx.task(&handoff.task_id)?.ok_or_else(|| Refusal::unknown_task(&handoff.task_id))?;
        check_writer(context, tx, task.id(), Part::Holder)?;
        if handoff.from_role.is_empty() {
            handoff.from_role.clone_from(&task.definition.role);
        }
        let id = tx.add_handoff(&handoff)?;
        if task.state.review_status == ReviewStatus::NotRequired {
            tx.set_review_status(task.id(), ReviewStatus::Pending)?;
        }
        tx.audit(Some(task.id()), Some(json!({ "handoff": id, "to": handoff.to_role })));
        Ok(HandoffRecorded {
            id,
            task: handoff.task_id,
            from_role: handoff.from_role,
            to_role: handoff.to_role,
            commit_sha: handoff.commit_sha,
        })
    })
}

/// The fields that `[gates] required_handoff_fields` names.
fn require_fields(context: &Context, handoff: &Handoff) -> Result<()> {
    let fields = [
        ("commit", &handoff.commit_sha),
        ("changed_files", &handoff.changed_files),
        ("commands", &handoff.commands),
        ("results", &handoff.results),
        ("risks", &handoff.risks),
        ("blockers", &handoff.blockers),
        ("next_step", &handoff.next_step),
    ];
    let required = &context.config.gates.required_handoff_fields;
    let missing: Vec<String> = fields
        .iter()
        .filter(|(name, value)| value.is_none() && required.iter().any(|field| field.as_str() == *name))
        .map(|(name, _)| format!("--{}", name.replace('_', "-")))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(Reason::Usage, format!("the handoff lacks {}", missing.join(", ")))
        .hint("`[gates] required_handoff_fields` asks for them; write `none` where there is nothing to say")
        .into())
}

/// A handoff to acknowledge.
#[derive(Debug, Default)]
pub struct AckRequest {
    /// Its number, as it was written: a role that does not exist is said before a malformed number.
    pub id: Option<String>,
    /// Else the task whose oldest open handoff is meant; beside a number it is not looked at.
    pub task: Option<String>,
    /// With what words.
    pub notes: Option<String>,
}

/// Acknowledges a handoff. A role that was named has to be the one it is addressed to; without one, anybody may.
///
/// # Errors
/// A refusal of class `usage`, `unknown-role`, `not-found`, `stale-claim`, `wrong-role`, or `terminal` when it was acknowledged
/// already.
pub fn ack_handoff(context: &Context, request: &AckRequest) -> Result<HandoffAcknowledged> {
    if request.id.is_none() && request.task.is_none() {
        return Err(Refusal::new(Reason::Usage, "which handoff?")
            .hint("give its number, or --task TASK for the oldest open one of a task")
            .into());
    }
    // As the scripts have it: where somebody stands says nothing about who acknowledges.
    let role = context.role_in_view(None, true)?.map(|role| role.name.as_str());
    let number = request.id.as_deref().map(|text| whole_number("the handoff", text)).transpose()?;
    context.write("handoff ack", |tx| {
        let handoff = match (number, &request.task) {
            (Some(number), _) => by_number(tx, number)?,
            (None, task) => oldest_open(tx, task.as_deref().unwrap_or_default(), role)?,
        };
        check_writer(context, tx, &handoff.task_id, Part::Other)?;
        handoffs::check_acknowledgement(&handoff, role)?;
        tx.acknowledge_handoff(handoff.id, request.notes.as_deref())?;
        tx.audit(Some(&handoff.task_id), Some(json!({ "handoff": handoff.id })));
        Ok(HandoffAcknowledged {
            id: handoff.id,
            task: handoff.task_id,
            to_role: handoff.to_role,
            acknowledged_by: context.actor.clone(),
            acknowledged_at: tx.at(),
        })
    })
}

fn by_number(tx: &Writer<'_>, number: u64) -> Result<Handoff> {
    let found = i64::try_from(number).ok().map(|id| tx.handoff(id)).transpose()?.flatten();
    found.ok_or_else(|| {
        Refusal::new(Reason::NotFound, format!("there is no handoff {number}"))
            .hint("`fairway handoff list` lists them")
            .into()
    })
}

fn oldest_open(tx: &Writer<'_>, task: &str, role: Option<&str>) -> Result<Handoff> {
    if !tx.has_task(task)? {
        return Err(Refusal::unknown_task(task).into());
    }
    let filter = HandoffFilter { task: Some(task.to_owned()), to_role: role.map(str::to_owned), open: true };
    tx.handoff_list(&filter)?.into_iter().next().ok_or_else(|| {
        let whom = role.map(|role| format!(" by {role}")).unwrap_or_default();
        let message = format!("no handoff of {task} waits to be acknowledged{whom}");
        Refusal::new(Reason::NotFound, message)
            .hint("`fairway handoff list --open` lists those that wait")
            .into()
    })
}

/// The handoffs that a filter lets through, oldest first.
///
/// # Errors
/// A refusal of class `unknown-role`, or `not-found` for the task.
pub fn list_handoffs(context: &Context, filter: &HandoffFilter) -> Result<HandoffList> {
    if let Some(role) = &filter.to_role {
        context.role(role)?;
    }
    context.read(|reader| {
        if let Some(task) = &filter.task
            && !reader.has_task(task)?
        {
            return Err(Refusal::unknown_task(task).into());
        }
        Ok(HandoffList { handoffs: reader.handoff_list(filter)? })
    })
}
