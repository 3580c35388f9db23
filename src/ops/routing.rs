//! Routing a review: which reviewers the changed paths need.

use serde_json::json;

use super::claim::check_writer;
use super::{Context, Result};
use crate::config::Reviewers;
use crate::model::Task;
use crate::model::task::ReviewStatus;
use crate::policy::holding::Part;
use crate::policy::routing::{self, Route};
use crate::policy::{Reason, Refusal, reviews};
use crate::views::ReviewRouted;

/// A routing that is asked for.
#[derive(Debug, Default)]
pub struct RouteRequest {
    /// The task whose routes are replaced; without one nothing is stored.
    pub task: Option<String>,
    /// The paths; those of the commit or the branch when there are none.
    pub paths: Vec<String>,
    /// The commit that is routed; the head of the task's branch, or of this checkout, when not given.
    pub commit: Option<String>,
    /// A reviewer named by hand.
    pub reviewer: Option<String>,
    /// Why, for the audit trail.
    pub reason: Option<String>,
}

/// The paths under review, and the commit that they belong to.
struct Changes {
    paths: Vec<String>,
    commit: Option<String>,
}

/// Finds the reviewers of changed paths. With a task, its routes are replaced as a whole and its review is pending.
///
/// # Errors
/// A refusal of class `not-found` (task, commit, branch, or no route), `unknown-role`, `self-review` or `stale-claim`.
pub fn route_review(context: &Context, request: &RouteRequest) -> Result<ReviewRouted> {
    let task = match &request.task {
        Some(id) => {
            Some(context.read(|reader| Ok(reader.task(id)?.ok_or_else(|| Refusal::unknown_task(id))?))?)
        }
        None => None,
    };
    let changes = changes(context, request, task.as_ref())?;
    let by_hand = request.reviewer.as_deref();
    if let Some(reviewer) = by_hand {
        if context.config.reviews.reviewers == Reviewers::Roles {
            context.role(reviewer)?;
        }
        if let Some(task) = &task {
            reviews::check_reviewer(task, reviewer)?;
        }
    }
    let own = task.as_ref().map(|task| task.definition.role.as_str());
    let matches = matches(context, &changes.paths);
    let routing = routing::decide(matches, changes.paths.len(), own, by_hand)?;
    let reviewers = routing.reviewers();
    if let Some(task) = &task {
        context.write("route review", |tx| {
            check_writer(context, tx, task.id(), Part::Other)?;
            tx.replace_review_routes(task.id(), &routing.routes, changes.commit.as_deref())?;
            tx.set_review_status(task.id(), ReviewStatus::Pending)?;
            let detail = json!({
                "reviewers": reviewers,
                "reason": request.reason,
                "paths": changes.paths,
                "by_hand": by_hand,
            });
            tx.audit(Some(task.id()), Some(detail));
            Ok(())
        })?;
    }
    Ok(ReviewRouted {
        task: task.map(|task| task.definition.id),
        commit_sha: changes.commit,
        reviewers,
        matches: routing.matches.into_iter().map(Into::into).collect(),
    })
}

/// Every reviewer that a rule selects, in the order of the rules, then of the paths.
fn matches(context: &Context, paths: &[String]) -> Vec<Route> {
    let mut matches = Vec::new();
    for (index, rule) in context.config.review_routes.iter().enumerate() {
        for path in paths {
            if let Some(glob) = rule.r#match.matching(path) {
                matches.push(Route {
                    reviewer: rule.reviewer.clone(),
                    path: path.clone(),
                    rule: glob.to_owned(),
                    place: Some(index + 1),
                });
            }
        }
    }
    matches
}

/// The paths as given; else those of the commit; else those of the task's branch since it left the main branch.
fn changes(context: &Context, request: &RouteRequest, task: Option<&Task>) -> Result<Changes> {
    let repository = context.repository()?;
    let branch = match task {
        Some(task) => context.branch_of(task)?,
        None => "HEAD".to_owned(),
    };
    let unknown = |message: String, hint: &str| Refusal::new(Reason::NotFound, message).hint(hint);
    if !request.paths.is_empty() {
        let commit = match &request.commit {
            Some(commit) => Some(commit.clone()),
            None => repository.commit(&branch)?,
        };
        return Ok(Changes { paths: request.paths.clone(), commit });
    }
    if let Some(name) = &request.commit {
        let commit = repository.commit(name)?.ok_or_else(|| {
            unknown(format!("git knows no commit `{name}`"), "give a branch, a tag or a commit id")
        })?;
        return Ok(Changes { paths: repository.changed_by(&commit)?, commit: Some(commit) });
    }
    let commit = repository.commit(&branch)?.ok_or_else(|| {
        unknown(format!("branch `{branch}` does not exist"), "give --path or --commit, or create the branch")
    })?;
    let paths = repository.changed_since_base(&branch, &context.config.fairway.main_branch)?;
    Ok(Changes { paths, commit: Some(commit) })
}
