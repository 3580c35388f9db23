//! Worktrees: how each role's stands, what was done with them, and a review branch that was checked out.

use serde::Serialize;

use crate::ui::{Page, Table, View};

/// The lanes of all roles.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Lanes {
    /// One for each role, in the order of the configuration.
    pub roles: Vec<LaneStatus>,
}

/// The lane of one role.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct LaneStatus {
    /// The role.
    pub role: String,
    /// Who usually fills it.
    pub provider: Option<String>,
    /// Its branch.
    pub branch: String,
    /// The branch on which it reviews.
    pub review_branch: String,
    /// Its worktree, as the configuration spells it.
    pub worktree: String,
    /// `missing`, `detached`, `wrong branch`, `dirty`, `clean`, or `unreadable`.
    pub state: &'static str,
    /// A sentence about it.
    pub detail: String,
}

impl View for Lanes {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["ROLE", "PROVIDER", "BRANCH", "WORKTREE"]).wrapped();
        for lane in &self.roles {
            table.row([Some(&lane.role), lane.provider.as_deref(), Some(&lane.branch), Some(&lane.detail)]);
        }
        page.table(table, "(no roles)");
    }
}

/// What is done with worktrees, or would be.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct WorktreePlan {
    /// One for each worktree.
    pub steps: Vec<WorktreeStep>,
    /// Whether it was done.
    pub applied: bool,
}

/// What is done with one worktree.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct WorktreeStep {
    /// The worktree, as the configuration spells it, or its path.
    pub worktree: String,
    /// The role, when it is known.
    pub role: Option<String>,
    /// `add`, `forget`, `remove`, `keep` or `blocked`.
    pub action: &'static str,
    /// What comes with it, or why it stays.
    pub detail: String,
}

impl View for WorktreePlan {
    fn show(&self, page: &mut Page) {
        // Lines rather than a table: why a worktree stays is not to be cut.
        for WorktreeStep { action, worktree, detail, .. } in &self.steps {
            page.line(format_args!("{action:<7}  {worktree}: {detail}"));
        }
        if self.steps.is_empty() {
            page.line("(no worktrees)");
        }
        if !self.applied {
            page.gap();
            page.line("nothing was changed");
        }
    }
}

/// A review branch, and the worktree that stands on it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ReviewCheckout {
    /// The task under review.
    pub task: String,
    /// Who reviews.
    pub reviewer: String,
    /// The branch under review.
    pub source: String,
    /// Its head.
    pub commit_sha: String,
    /// The review branch.
    pub branch: String,
    /// The reviewer's worktree.
    pub worktree: String,
    /// Whether it was done.
    pub applied: bool,
}

impl View for ReviewCheckout {
    fn show(&self, page: &mut Page) {
        let Self { task, reviewer, source, commit_sha, branch, worktree, applied } = self;
        let verb = if *applied { "stands" } else { "would stand" };
        page.line(format_args!("{worktree} {verb} on {branch}, for {reviewer} to review {task}"));
        page.line(format_args!("  {source} at {commit_sha}"));
        if !applied {
            page.line("nothing was changed");
        }
    }
}
