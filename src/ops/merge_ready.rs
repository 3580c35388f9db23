//! Whether a task's branch may be merged.

use super::git_check::{base_branch, worktree_of};
use super::{Context, Result};
use crate::git::Repository;
use crate::model::WorktreeState;
use crate::policy::Refusal;
use crate::policy::merging::{self, Gate};
use crate::store::{MergeFacts, Reader};
use crate::views::MergeReadiness;

/// Every gate before a merge, passed or not, with its reason. `base` stands in for the main branch.
///
/// # Errors
/// A refusal of class `not-found`, `unknown-role`, or when the repository cannot be read.
pub fn merge_ready(context: &Context, id: &str, base: Option<&str>) -> Result<MergeReadiness> {
    let facts = context.read(|reader| facts(&reader, id, &accepted(context)))?;
    context.role(&facts.task.definition.role)?;
    judge(context, &context.repository()?, &facts, base)
}

/// The results of evidence that count.
pub(super) fn accepted(context: &Context) -> Vec<String> {
    let results = &context.config.gates.accepted_evidence_results;
    results.iter().map(|result| result.as_str().to_owned()).collect()
}

/// The gates of one task, from what the store knows of it and what git says now.
///
/// # Errors
/// A refusal of class `unknown-role` or `not-found`, or when the repository cannot be read.
pub(super) fn judge(
    context: &Context,
    repository: &Repository,
    facts: &MergeFacts,
    base: Option<&str>,
) -> Result<MergeReadiness> {
    let MergeFacts { task, evidence, wanted, reviews, acknowledged } = facts;
    let role = context.role(&task.definition.role)?;
    let branch = context.branch_of(task)?;
    let head = repository.commit(&branch)?;
    let main = match base {
        Some(_) => base_branch(context, repository, base)?,
        None => context.config.fairway.main_branch.clone(),
    };
    let behind = head.as_deref().map(|head| repository.behind(head, &main)).transpose()?;
    let (state, sentence) = worktree_of(context, role)?;
    let claimed = claimed(context, facts);
    let gates = vec![
        merging::evidence(*evidence, &accepted(context)),
        merging::review(task, wanted, reviews, head.as_deref()),
        merging::handoff(&role.name, claimed.as_deref(), acknowledged.get(&role.name).copied()),
        merging::branch(&branch, head.as_deref()),
        merging::not_behind(&branch, behind, &main),
        Gate::new("worktree", state == WorktreeState::Clean, sentence),
    ];
    let ready = gates.iter().all(|gate| gate.pass);
    Ok(MergeReadiness { task: task.id().to_owned(), ready, gates })
}

/// The role it was claimed for, when that is another one than it has now: the branch remembers the role that claimed;
/// the definition may have moved on.
fn claimed(context: &Context, facts: &MergeFacts) -> Option<String> {
    let asked = context.config.gates.require_handoff_before_merge_ready;
    let branch = facts.task.state.branch.as_deref().filter(|_| asked)?;
    let found = context.config.roles.iter().find(|role| role.branch() == branch)?;
    (found.name != facts.task.definition.role).then(|| found.name.clone())
}

fn facts(reader: &Reader<'_>, id: &str, accepted: &[String]) -> Result<MergeFacts> {
    let task = reader.task(id)?.ok_or_else(|| Refusal::unknown_task(id))?;
    let mut wanted = Vec::new();
    for route in reader.review_routes(id)? {
        if !wanted.contains(&route.reviewer) {
            wanted.push(route.reviewer);
        }
    }
    let role = &task.definition.role;
    let acknowledged = reader.latest_acknowledged_handoff(id, role)?;
    Ok(MergeFacts {
        evidence: reader.count_evidence(id, accepted)?,
        reviews: reader.reviews(id)?,
        acknowledged: acknowledged.map(|number| (role.clone(), number)).into_iter().collect(),
        wanted,
        task,
    })
}
