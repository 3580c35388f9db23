//! `[claims]`, `[gates]`, `[reviews]` and `[[review_routes]]`: what a task needs in order to move on.

use crate::config::section::{choice, entry, section};
use crate::config::value::Globs;
use crate::model::records::EvidenceResult;

section! {
    /// What a claim writes and asks for.
    pub struct Claims {
        /// What a claim writes as the owner: the name of the role, or its provider. One provider may fill
        /// several roles, so that a provider as the owner does not say which role it is; the branch does.
        pub owner: Owner = Owner::Role,
        /// Whether a claim looks at the checkout it is made from: it has to be on the role's branch, and that
        /// must not be behind the main branch.
        pub preflight: bool = false,
        /// Whether claiming a blocked task needs a reason.
        pub require_reason_when_blocked: bool = true,
    }
}

choice! {
    /// What a claim writes as the owner.
    pub enum Owner {
        /// The name of the role.
        Role = "role",
        /// The provider of the role.
        Provider = "provider",
    }
}

section! {
    /// What has to be there before a task moves on.
    pub struct Gates {
        /// Whether a task needs accepted evidence to become done.
        pub require_evidence_before_done: bool = false,
        /// The results of evidence that count for the gates.
        pub accepted_evidence_results: Vec<EvidenceResult> = vec![EvidenceResult::Pass],
        /// Whether a task needs an approving review to become done.
        pub require_review_before_done: bool = false,
        /// Whether an unacknowledged handoff to the task's role keeps it from becoming done.
        pub require_handoff_acknowledged_before_done: bool = false,
        /// Whether a task that changed its role since it was claimed needs an acknowledged handoff to be ready to
        /// merge.
        pub require_handoff_before_merge_ready: bool = false,
        /// The fields that a handoff has to fill.
        pub required_handoff_fields: Vec<HandoffField> = Vec::new(),
        /// Whether blocking a task needs a reason.
        pub require_blocked_reason: bool = true,
        /// Whether `--force` works without a reason.
        pub allow_force_without_reason: bool = false,
    }
}

choice! {
    /// A field of a handoff that can be required.
    pub enum HandoffField {
        /// The commit that is handed over.
        Commit = "commit",
        /// The files that were changed.
        ChangedFiles = "changed_files",
        /// The commands that were run.
        Commands = "commands",
        /// What came of them.
        Results = "results",
        /// What may go wrong.
        Risks = "risks",
        /// What stands in the way.
        Blockers = "blockers",
        /// What to do next.
        NextStep = "next_step",
    }
}

section! {
    /// Who may review, and what a verdict needs.
    pub struct Reviews {
        /// Who may review: one of the roles, or anyone under any name. The task's own role and its claimant
        /// never may.
        pub reviewers: Reviewers = Reviewers::Roles,
        /// Whether a verdict other than `approve` needs a reason.
        pub require_reason_unless_approved: bool = true,
    }
}

choice! {
    /// Who may review.
    pub enum Reviewers {
        /// A configured role.
        Roles = "roles",
        /// Any text.
        Any = "any",
    }
}

entry! {
    /// A rule that says whose review a changed path needs.
    pub struct ReviewRoute {
        /// A glob or a list of globs for paths relative to the repository's root. `*` stays within one path
        /// component, `**` crosses them, `{a,b}` alternates.
        pub r#match: Globs,
        /// The role that has to review.
        pub reviewer: String,
    }
}
