//! `[sessions]` and `[coordinator]`: sessions of coding agents, and the reports on all of them.

use std::path::PathBuf;

use crate::config::section::{choice, section};
use crate::config::value::TimeSpan;

section! {
    /// Sessions of coding agents.
    pub struct Sessions {
        /// What runs a session that is launched without a backend.
        pub default_backend: String = "shell".to_owned(),
        /// By what `session reconcile` tells that a session is stale.
        pub stale_when: Vec<Staleness> =
            vec![Staleness::ProcessGone, Staleness::ProcessReplaced, Staleness::Silent],
        /// How long a session without a process may be silent before it counts as stale.
        pub stale_after: TimeSpan = TimeSpan::hours(12),
        /// The directory of the transcripts of launched sessions, relative to the project's root.
        pub transcripts: PathBuf = PathBuf::from(".fairway/transcripts"),
        /// Variables that a launched session has besides `FAIRWAY_SESSION_ID`, `FAIRWAY_ROLE` and `FAIRWAY_TASK_ID`, as
        /// `NAME=VALUE`; in the value `{session}`, `{role}`, `{lane}`, `{provider}`, `{branch}`, `{task}` and
        /// `{worktree}` stand for what they say.
        pub environment: Vec<String> = Vec::new(),
    }
}

choice! {
    /// A sign that nobody is behind a session any more.
    pub enum Staleness {
        /// There is no process of its id.
        ProcessGone = "process_gone",
        /// The process of its id began after the session was last heard of, so it is another one.
        ProcessReplaced = "process_replaced",
        /// It has no process id, and was not heard of for `stale_after`.
        Silent = "silent",
    }
}

section! {
    /// Reports of the coordinator.
    pub struct Coordinator {
        /// How many tasks a role may work on at once; one with fewer is idle.
        pub max_primary_tracks: u32 = 1,
        /// How old the latest checkpoint of an open track may be before the track counts as stale.
        pub checkpoint_stale_after: TimeSpan = TimeSpan::hours(24),
        /// The findings on which `coordinator preflight` fails; all others are warnings.
        pub blockers: Vec<Blocker> = vec![
            Blocker::NoRoles,
            Blocker::WorktreeMissing,
            Blocker::WorktreeDirty,
            Blocker::StaleWork,
            Blocker::HandoffOverdue,
        ],
    }
}

choice! {
    /// A finding on which `coordinator preflight` can fail.
    pub enum Blocker {
        /// No role is configured.
        NoRoles = "no_roles",
        /// The queue file has a problem.
        QueueProblem = "queue_problem",
        /// The store is missing or cannot be used.
        StoreUnusable = "store_unusable",
        /// A task in progress has no branch, or one that does not exist.
        TaskBranchMissing = "task_branch_missing",
        /// A role's branch does not exist.
        RoleBranchMissing = "role_branch_missing",
        /// A role's worktree does not exist.
        WorktreeMissing = "worktree_missing",
        /// A role's worktree is on no branch.
        WorktreeDetached = "worktree_detached",
        /// A role's worktree is on another branch.
        WorktreeWrongBranch = "worktree_wrong_branch",
        /// A role's worktree has changes that are not committed.
        WorktreeDirty = "worktree_dirty",
        /// A task has been in progress, or a session silent, for too long.
        StaleWork = "stale_work",
        /// A handoff has waited for more than an hour.
        HandoffOverdue = "handoff_overdue",
    }
}
