//! Who may claim a task, and when.

use super::{Reason, Refusal};
use crate::model::Task;
use crate::model::task::{BLOCKED, IN_PROGRESS, TODO};
use crate::model::time;

/// Whether `role` may claim `task` now. `open` are its unmet dependencies with the state they are in.
///
/// # Errors
/// A refusal of class `not-in-source`, `wrong-role`, `held`, `terminal`, `reason-required` or
/// `dependencies-open`; of several, the first in this order.
pub fn check(
    task: &Task,
    role: &str,
    reason: Option<&str>,
    require_reason_when_blocked: bool,
    open: &[(String, String)],
) -> Result<(), Refusal> {
    let id = task.id();
    if !task.definition.in_source {
        return Err(Refusal::new(Reason::NotInSource, format!("{id} has left the queue's source file"))
            .hint("claim a task that `fairway ready` lists"));
    }
    if task.definition.role != role {
        return Err(Refusal::new(
            Reason::WrongRole,
            format!("{id} belongs to {}, not to {role}", task.definition.role),
        )
        .hint(format!("`fairway ready --as {role}` lists what {role} could claim")));
    }
    match task.state.status.as_str() {
        TODO => {}
        IN_PROGRESS => return Err(held(task)),
        BLOCKED if reason.is_some() || !require_reason_when_blocked => {}
        BLOCKED => {
            let why = task.state.blocked_reason.as_deref().unwrap_or("no reason recorded");
            return Err(Refusal::new(Reason::ReasonRequired, format!("{id} is blocked: {why}"))
                .hint("give --reason TEXT to unblock and claim it"));
        }
        status => {
            return Err(Refusal::new(Reason::Terminal, format!("{id} is {status}"))
                .hint("reopen it with `fairway set-status`, --reopen and --reason"));
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    let waiting: Vec<String> = open.iter().map(|(id, status)| format!("{id} ({status})")).collect();
    Err(Refusal::new(Reason::DependenciesOpen, format!("{id} is waiting for {}", waiting.join(", "))))
}

/// The refusal that names the holder.
pub fn held(task: &Task) -> Refusal {
    let id = task.id();
    let state = &task.state;
    let message = match state.claimant.as_deref() {
        None => format!("{id} is in progress, and no claimant is recorded"),
        Some(claimant) => format!(
            "{id} is claimed by {claimant} (owner {}, branch {}) since {}",
            state.owner.as_deref().unwrap_or("-"),
            state.branch.as_deref().unwrap_or("-"),
            state.claimed_at.as_deref().map_or_else(|| "-".to_owned(), time::display),
        ),
    };
    Refusal::new(Reason::Held, message).hint("claim another task that `fairway ready` lists")
}
