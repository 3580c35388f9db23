//! Whether a task's branch may be merged.

use super::git_check::{base_branch, worktree_of};
use super::{Context, Result};
use crate::model::records::Review;
use crate::model::{Task, WorktreeState};
use crate::policy::Refusal;
use crate::policy::merging::{self, Gate};
use crate::store::Reader;
use crate::views::MergeReadiness;

/// What the store knows of a task that shall be merged.
struct Known {
    task: Task,
    evidence: i64,
    wanted: Vec<String>,
    reviews: Vec<Review>,
    /// The role it was claimed for, when that is another one than it has now.
    claimed: Option<String>,
    acknowledged: Option<i64>,
}

/// Every gate before a merge, passed or not, with its reason. `base` stands in for the main branch.
///
/// # Errors
/// A refusal of class `not-found`, `unknown-role`, or when the repository cannot be read.
pub fn merge_ready(context: &Context, id: &str, base: Option<&str>) -> Result<MergeReadiness> {
    let accepted: Vec<String> = context
        .config
        .gates
        .accepted_evidence_results
        .iter()
        .map(|result| result.as_str().to_owned())
        .collect();
    let known = context.read(|reader| known(context, &reader, id, &accepted))?;
    let Known { task, evidence, wanted, reviews, claimed, acknowledged } = &known;
    let role = context.role(&task.definition.role)?;
    let repository = context.repository()?;
    let branch = context.branch_of(task)?;
    let head = repository.commit(&branch)?;
    let main = match base {
        Some(_) => base_branch(context, &repository, base)?,
        None => context.config.fairway.main_branch.clone(),
    };
    let behind = head.as_deref().map(|head| repository.behind(head, &main)).transpose()?;
    let (state, sentence) = worktree_of(context, role)?;
    let gates = vec![
        merging::evidence(*evidence, &accepted),
        merging::review(task, wanted, reviews, head.as_deref()),
        merging::handoff(&role.name, claimed.as_deref(), *acknowledged),
        merging::branch(&branch, head.as_deref()),
        merging::not_behind(&branch, behind, &main),
        Gate::new("worktree", state == WorktreeState::Clean, sentence),
    ];
    let ready = gates.iter().all(|gate| gate.pass);
    Ok(MergeReadiness { task: task.id().to_owned(), ready, gates })
}

fn known(context: &Context, reader: &Reader<'_>, id: &str, accepted: &[String]) -> Result<Known> {
    let task = reader.task(id)?.ok_or_else(|| Refusal::unknown_task(id))?;
    let mut wanted = Vec::new();
    for route in reader.review_routes(id)? {
        if !wanted.contains(&route.reviewer) {
            wanted.push(route.reviewer);
        }
    }
    let role = &task.definition.role;
    // The branch remembers the role that claimed; the definition may have moved on.
    let asked = context.config.gates.require_handoff_before_merge_ready;
    let claimed = task.state.branch.as_deref().filter(|_| asked);
    let claimed = claimed.and_then(|branch| context.config.roles.iter().find(|role| role.branch() == branch));
    let claimed = claimed.map(|found| found.name.clone()).filter(|name| name != role);
    Ok(Known {
        evidence: reader.count_evidence(id, accepted)?,
        reviews: reader.reviews(id)?,
        acknowledged: reader.latest_acknowledged_handoff(id, role)?,
        wanted,
        claimed,
        task,
    })
}
