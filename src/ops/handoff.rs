//! Recording a handoff from one role to another.

use serde_json::json;

use super::{Context, Result};
use crate::model::records::Handoff;
use crate::model::task::ReviewStatus;
use crate::policy::{Reason, Refusal};
use crate::views::HandoffRecorded;

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
/// A refusal of class `usage` that names every required field that is missing, `unknown-role`, or `not-found`.
pub fn record_handoff(context: &Context, request: &HandoffRequest) -> Result<HandoffRecorded> {
    require_fields(context, &request.handoff)?;
    context.role(&request.handoff.to_role)?;
    if !request.handoff.from_role.is_empty() {
        context.role(&request.handoff.from_role)?;
    }
    context.write("record handoff", |tx| {
        let mut handoff = request.handoff.clone();
        let task = tx.task(&handoff.task_id)?.ok_or_else(|| Refusal::unknown_task(&handoff.task_id))?;
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
