//! The branches and worktrees of roles, as they stand in the legacy's repository. A migration leaves them where they are.

use serde::Serialize;

use crate::git::{GitError, Repository, worktree_state};
use crate::model::WorktreeState;

/// A role, and its branch in the legacy's repository.
#[derive(Debug, Clone)]
pub struct LaneQuestion {
    /// The role's name here.
    pub role: String,
    /// Its branch there.
    pub branch: String,
}

/// Where a role works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LaneFacts {
    /// The role's name here.
    pub role: String,
    /// Its branch.
    pub branch: String,
    /// What the branch stands on; none when there is no such branch.
    pub commit: Option<String>,
    /// The worktree in which the branch is checked out.
    pub worktree: WorktreeState,
}

/// Looks at every lane.
///
/// # Errors
/// When the repository or a worktree cannot be read.
pub fn lanes(repository: &Repository, questions: Vec<LaneQuestion>) -> Result<Vec<LaneFacts>, GitError> {
    questions
        .into_iter()
        .map(|LaneQuestion { role, branch }| {
            let commit = repository.commit(&branch)?;
            let worktree = match repository.checked_out_at(&branch)? {
                Some(path) => worktree_state(&path, &branch)?,
                None => WorktreeState::Missing,
            };
            Ok(LaneFacts { role, branch, commit, worktree })
        })
        .collect()
}
