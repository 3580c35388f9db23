//! What has to hold before a task's branch is merged: one gate each.

use serde::Serialize;

use crate::model::Task;
use crate::model::records::Review;

/// A gate, whether it is passed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Gate {
    /// `evidence`, `review`, `handoff`, `branch`, `not-behind` or `worktree`.
    pub gate: &'static str,
    /// Whether it is passed.
    pub pass: bool,
    /// A sentence.
    pub detail: String,
}

impl Gate {
    /// A gate with its sentence.
    pub fn new(gate: &'static str, pass: bool, detail: impl Into<String>) -> Self {
        Self { gate, pass, detail: detail.into() }
    }
}

/// Evidence with an accepted result is there.
pub fn evidence(count: i64, accepted: &[String]) -> Gate {
    Gate::new("evidence", count > 0, format!("{count} row(s) with result {}", accepted.join(" or ")))
}

/// Every reviewer that the task is routed to approves the commit that its branch stands at.
pub fn review(task: &Task, wanted: &[String], reviews: &[Review], head: Option<&str>) -> Gate {
    if wanted.is_empty() {
        let detail = format!("not routed; run `fairway route review {}`", task.id());
        return Gate::new("review", false, detail);
    }
    let said: Vec<(bool, String)> =
        wanted.iter().map(|reviewer| word_of(task, reviewer, reviews, head)).collect();
    let details: Vec<&str> = said.iter().map(|(_, text)| text.as_str()).collect();
    Gate::new("review", said.iter().all(|(approves, _)| *approves), details.join(", "))
}

/// The last word of one reviewer on the commit, and whether it approves.
fn word_of(task: &Task, reviewer: &str, reviews: &[Review], head: Option<&str>) -> (bool, String) {
    let mine = || reviews.iter().rev().filter(|review| review.reviewer == reviewer);
    let here = mine().find(|review| same_commit(review.reviewed_commit_sha.as_deref(), head));
    if let Some(review) = here {
        return (review.verdict == "approve", format!("{reviewer} {}", review.verdict));
    }
    if reviewer == task.definition.role {
        return (false, format!("{reviewer} is the task's own role, re-route with --reviewer"));
    }
    match mine().next() {
        Some(review) => (false, format!("{reviewer} {} at another commit", review.verdict)),
        None => (false, format!("{reviewer} missing")),
    }
}

/// Whether two ids mean one commit: the shorter begins the longer, and has at least seven characters.
fn same_commit(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let (short, long) =
        if one.chars().count() <= other.chars().count() { (&one, &other) } else { (&other, &one) };
    short.chars().count() >= 7 && long.starts_with(short.as_str())
}

/// A task that changed its role since it was claimed was handed over. `claimed` is the role it was claimed for, when
/// that is another; `acknowledged` a handoff to the new role that arrived.
pub fn handoff(role: &str, claimed: Option<&str>, acknowledged: Option<i64>) -> Gate {
    let Some(claimed) = claimed else { return Gate::new("handoff", true, "not needed, role unchanged") };
    let why = format!("role changed from {claimed} to {role}");
    match acknowledged {
        Some(id) => Gate::new("handoff", true, format!("{why}, handoff {id} acknowledged")),
        None => Gate::new("handoff", false, format!("{why}, no acknowledged handoff")),
    }
}

/// The task's branch is there.
pub fn branch(branch: &str, head: Option<&str>) -> Gate {
    match head {
        Some(head) => Gate::new("branch", true, format!("{branch} at {head}")),
        None => Gate::new("branch", false, format!("{branch} does not exist")),
    }
}

/// The task's branch has all of the main branch; `behind` is none when it is not there.
pub fn not_behind(branch: &str, behind: Option<usize>, main: &str) -> Gate {
    match behind {
        Some(count) => {
            Gate::new("not-behind", count == 0, format!("{branch} is {count} commit(s) behind {main}"))
        }
        None => Gate::new("not-behind", false, format!("{branch} does not exist")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "0123456789abcdef0123456789abcdef01234567";

    fn said(reviewer: &str, verdict: &str, commit: &str) -> Review {
        Review {
            id: 0,
            task_id: "A-1".to_owned(),
            reviewer: reviewer.to_owned(),
            verdict: verdict.to_owned(),
            reviewed_commit_sha: Some(commit.to_owned()),
            notes: None,
            actor: "x".to_owned(),
            created_at: String::new(),
        }
    }

    fn gate(wanted: &[&str], reviews: &[Review], head: Option<&str>) -> (bool, String) {
        let mut task = Task::default();
        task.definition.id = "A-1".to_owned();
        task.definition.role = "api".to_owned();
        let wanted: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
        let gate = review(&task, &wanted, reviews, head);
        (gate.pass, gate.detail)
    }

    #[test]
    fn every_routed_reviewer_has_to_approve_this_commit() {
        let reviews = [
            said("web", "approve", HEAD),
            said("ops", "approve", "ffffffff"),
            said("web", "changes", &HEAD[..7]),
            said("web", "approve", &HEAD.to_uppercase()[..9]),
        ];
        assert_eq!(gate(&["web"], &reviews, Some(HEAD)), (true, "web approve".to_owned()));
        assert_eq!(gate(&["web"], &reviews[..3], Some(HEAD)), (false, "web changes".to_owned()));
        let (pass, detail) = gate(&["web", "ops", "arch", "api"], &reviews, Some(HEAD));
        assert!(!pass);
        assert_eq!(
            detail,
            "web approve, ops approve at another commit, arch missing, \
             api is the task's own role, re-route with --reviewer"
        );
        assert_eq!(gate(&["web"], &reviews, None), (false, "web approve at another commit".to_owned()));
        assert!(!gate(&[], &reviews, Some(HEAD)).0);
        assert!(!gate(&["web"], &[said("web", "approve", &HEAD[..6])], Some(HEAD)).0, "six are too few");
    }

    #[test]
    fn a_changed_role_needs_a_handoff_that_arrived() {
        assert!(handoff("web", None, None).pass);
        assert!(!handoff("web", Some("api"), None).pass);
        assert!(handoff("web", Some("api"), Some(3)).pass);
    }
}
