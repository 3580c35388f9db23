//! The state of a role's worktree.

use serde::Serialize;

/// What a role's worktree looks like; of several, the first that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum WorktreeState {
    /// There is no checkout.
    Missing,
    /// It stands on a commit and on no branch.
    Detached {
        /// The commit, shortened.
        commit: String,
    },
    /// It stands on another branch than the role's.
    WrongBranch {
        /// That branch.
        head: String,
    },
    /// It has changes that are not committed.
    Dirty {
        /// How many paths.
        paths: usize,
    },
    /// None of these.
    Clean,
}

impl WorktreeState {
    /// The stable code of a finding; none when nothing is wrong.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Missing => Some("WORKTREE_MISSING"),
            Self::Detached { .. } => Some("WORKTREE_DETACHED"),
            Self::WrongBranch { .. } => Some("WORKTREE_WRONG_BRANCH"),
            Self::Dirty { .. } => Some("WORKTREE_DIRTY"),
            Self::Clean => None,
        }
    }

    /// One word for a table.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Detached { .. } => "detached",
            Self::WrongBranch { .. } => "wrong branch",
            Self::Dirty { .. } => "dirty",
            Self::Clean => "clean",
        }
    }

    /// A sentence about the worktree called `name`, whose role works on `branch`.
    pub fn sentence(&self, name: &str, branch: &str) -> String {
        match self {
            Self::Missing => format!("{name} is missing"),
            Self::Detached { commit } => format!("{name} is detached at {commit}"),
            Self::WrongBranch { head } => format!("{name} is on {head}, expected {branch}"),
            Self::Dirty { paths } => format!("{name} has {paths} uncommitted path(s)"),
            Self::Clean => format!("{name} is clean"),
        }
    }
}
