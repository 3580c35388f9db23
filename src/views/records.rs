//! Records that were added: evidence, a handoff, a review.

use serde::Serialize;

use crate::ui::{Page, View};

/// Evidence that was recorded.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct EvidenceRecorded {
    /// Its number.
    pub id: i64,
    /// The task.
    pub task: String,
    /// What it showed.
    pub result: &'static str,
}

impl View for EvidenceRecorded {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("evidence {} recorded for {}: {}", self.id, self.task, self.result));
    }
}

/// A handoff that was recorded.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct HandoffRecorded {
    /// Its number.
    pub id: i64,
    /// The task.
    pub task: String,
    /// Who hands over.
    pub from_role: String,
    /// Who takes over.
    pub to_role: String,
    /// The commit handed over.
    pub commit_sha: Option<String>,
}

impl View for HandoffRecorded {
    fn show(&self, page: &mut Page) {
        let at = self.commit_sha.as_ref().map(|commit| format!(" at {commit}")).unwrap_or_default();
        page.line(format_args!(
            "handoff {} recorded for {}: {} -> {}{at}",
            self.id, self.task, self.from_role, self.to_role
        ));
    }
}

/// A review that was recorded.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ReviewRecorded {
    /// Its number.
    pub id: i64,
    /// The task.
    pub task: String,
    /// Who reviewed.
    pub reviewer: String,
    /// What they say.
    pub verdict: &'static str,
    /// The commit they looked at.
    pub commit_sha: String,
}

impl View for ReviewRecorded {
    fn show(&self, page: &mut Page) {
        let Self { id, task, reviewer, verdict, commit_sha } = self;
        page.line(format_args!("review {id} recorded for {task}: {reviewer} {verdict} at {commit_sha}"));
    }
}
