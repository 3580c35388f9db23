//! Who may review a task.

use super::{Reason, Refusal};
use crate::model::Task;

/// Nobody reviews their own work: not the task's role, and not who claimed it.
///
/// # Errors
/// A refusal of class `self-review`.
pub fn check_reviewer(task: &Task, reviewer: &str) -> Result<(), Refusal> {
    let own = if reviewer == task.definition.role {
        "the task's own role"
    } else if Some(reviewer) == task.state.claimant.as_deref() {
        "the claimant"
    } else {
        return Ok(());
    };
    let id = task.id();
    Err(Refusal::new(Reason::SelfReview, format!("{reviewer} may not review {id}: it is {own}"))
        .hint("another role reviews it"))
}
