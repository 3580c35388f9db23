//! What to do next, the most urgent first.

use serde::Serialize;

use super::{Git, Source, Standing, Survey};
use crate::policy::consistency::Finding;

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Recommendation {
    /// Stable name of what to do.
    pub kind: &'static str,
    /// With what: a task, a role, a handoff, a track.
    pub subject: Option<String>,
    /// The task to claim, where that is what to do.
    pub task: Option<String>,
    /// A sentence.
    pub text: String,
    /// The call that does it or begins it.
    pub command: Option<String>,
}

impl Recommendation {
    fn new(kind: &'static str, subject: Option<&str>, text: String, command: Option<String>) -> Self {
        Self { kind, subject: subject.map(str::to_owned), task: None, text, command }
    }
}

/// What follows from a survey: what stands in the way of all, then of others, then what lags behind, then what could be
/// begun. `limit` is how many tasks a role works on at once.
pub fn recommend(survey: &Survey, limit: u32) -> Vec<Recommendation> {
    let mut all = Vec::new();
    if matches!(survey.source, Source::Broken(_) | Source::Unreadable(_)) {
        let text = "fix the queue file".to_owned();
        all.push(Recommendation::new(
            "fix-queue",
            None,
            text,
            Some("fairway coordinator preflight".to_owned()),
        ));
    }
    if let Some(why) = &survey.store {
        if all.is_empty() {
            all.push(Recommendation::new("mend-store", None, format!("mend the store: {why}"), None));
        }
        return all;
    }
    let findings = match &survey.git {
        Git::Findings(findings) => findings.as_slice(),
        Git::Unusable(why) => {
            all.push(Recommendation::new("mend-git", None, format!("make git usable: {why}"), None));
            &[]
        }
    };
    all.extend(health(survey));
    all.extend(findings.iter().filter_map(git));
    if !survey.dead_sessions.is_empty() {
        let command = Some("fairway session reconcile".to_owned());
        all.push(Recommendation::new("reconcile-sessions", None, "mark dead sessions".to_owned(), command));
    }
    for (track, _, why) in &survey.stale_tracks {
        let text = format!("close or re-date track {track} ({why})");
        let command = format!("fairway checkpoint record {track} --state … --summary …");
        all.push(Recommendation::new("close-track", Some(track), text, Some(command)));
    }
    all.extend(survey.roles.iter().filter(|role| role.is_idle(limit)).filter_map(claim));
    all
}

fn health(survey: &Survey) -> Vec<Recommendation> {
    let found = &survey.health;
    let mut all = Vec::new();
    for handoff in &found.handoffs_unacknowledged {
        let overdue = found.handoffs_unacknowledged_over_1h.contains(handoff);
        let text = format!("acknowledge handoff {handoff}{}", if overdue { ", overdue" } else { "" });
        let command = Some(format!("fairway handoff ack {handoff}"));
        all.push(Recommendation::new("ack-handoff", Some(&handoff.to_string()), text, command));
    }
    // Those that are overdue first; the order of their numbers within.
    all.sort_by_key(|one: &Recommendation| !one.text.ends_with("overdue"));
    for task in &found.blocked_over_24h {
        let text = format!("{task}: unblock or escalate, blocked for over 24 h");
        all.push(Recommendation::new(
            "unblock",
            Some(task),
            text,
            Some(format!("fairway task-detail {task}")),
        ));
    }
    for task in &found.in_progress_over_2h {
        let text = format!("{task}: ask for progress, in progress for over 2 h");
        let command = Some(format!("fairway task-detail {task}"));
        all.push(Recommendation::new("ask-progress", Some(task), text, command));
    }
    for task in &found.reviews_pending_unrouted {
        let text = format!("{task}: route the review");
        let command = Some(format!("fairway route review {task}"));
        all.push(Recommendation::new("route-review", Some(task), text, command));
    }
    for task in &found.done_without_evidence {
        let text = format!("{task}: record evidence, done without any");
        let command = Some(format!("fairway record evidence {task} --command-text … --result …"));
        all.push(Recommendation::new("record-evidence", Some(task), text, command));
    }
    all
}

fn git(finding: &Finding) -> Option<Recommendation> {
    let subject = &finding.subject;
    let (kind, what, command) = match finding.code {
        "TASK_BRANCH_MISSING" => (
            "restore-branch",
            "restore the branch or put the task back to todo",
            format!("fairway set-status {subject} todo --reason …"),
        ),
        "DONE_COMMIT_UNKNOWN" => (
            "record-commit",
            "record the commit that finished it",
            format!("fairway set-status {subject} done --reopen --reason … --commit …"),
        ),
        "DONE_NOT_ON_MAIN" => {
            ("merge-or-reopen", "merge it or reopen it", format!("fairway merge-ready {subject}"))
        }
        "ROLE_BRANCH_MISSING" => {
            ("create-branch", "create the branch", format!("fairway worktree setup {subject}"))
        }
        "BRANCH_BEHIND" => {
            ("update-branch", "merge the main branch", format!("fairway preflight --role {subject}"))
        }
        "WORKTREE_MISSING" => {
            ("mend-worktree", "put the worktree right", format!("fairway worktree setup {subject}"))
        }
        code if code.starts_with("WORKTREE_") => {
            ("mend-worktree", "put the worktree right", "fairway worktree status".to_owned())
        }
        _ => return None,
    };
    let text = format!("{subject}: {what} ({})", finding.detail);
    Some(Recommendation::new(kind, Some(subject), text, Some(command)))
}

fn claim(role: &Standing) -> Option<Recommendation> {
    let (task, _) = role.next.first()?;
    let name = &role.role;
    let text = format!("{name} is idle: claim {task}");
    let command = Some(format!("fairway claim {task} --as {name}"));
    Some(Recommendation {
        task: Some(task.clone()),
        ..Recommendation::new("claim", Some(name), text, command)
    })
}
