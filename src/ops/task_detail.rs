//! Everything about one task.

use super::{Context, Result};
use crate::policy::Refusal;
use crate::views::TaskDetail;

/// Everything about one task, from one consistent view of the store.
///
/// # Errors
/// A refusal of class `not-found`.
pub fn task_detail(context: &Context, id: &str) -> Result<TaskDetail> {
    context.read(|reader| {
        let task = reader.task(id)?.ok_or_else(|| Refusal::unknown_task(id))?;
        Ok(TaskDetail {
            history: reader.history(id)?,
            evidence: reader.evidence(id)?,
            handoffs: reader.handoffs(id)?,
            reviews: reader.reviews(id)?,
            review_routes: reader.review_routes(id)?,
            watchers: reader.watchers(id)?,
            sessions: reader.sessions(id)?,
            claims: reader.claims_of(id)?,
            task,
        })
    })
}
