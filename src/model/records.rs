//! The records that gather on a task: history, evidence, handoffs, reviews, routes, watchers, sessions.
//!
//! Field names are the store's column names.

use serde::Serialize;

macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, schemars::JsonSchema)]
        pub enum $name { $($(#[$vmeta])* #[schemars(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in the order in which help and errors list them.
            pub const ALL: &'static [&'static str] = &[$($text),+];

            /// The same as values.
            pub const VALUES: &'static [Self] = &[$(Self::$variant),+];

            /// The text in the store, in JSON and on the command line.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(format!("expected one of {}", Self::ALL.join(", "))),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

pub(super) use text_enum;

text_enum! {
    /// What running a command showed.
    EvidenceResult {
        /// It exited well and showed what was asked for.
        Pass => "pass",
        /// It failed.
        Fail => "fail",
        /// Some of it was run; the notes say which.
        Partial => "partial",
        /// It was not run.
        Skipped => "skipped",
        /// It could not be run.
        Blocked => "blocked",
    }
}

text_enum! {
    /// What a reviewer says.
    Verdict {
        /// Good to merge.
        Approve => "approve",
        /// Good after changes.
        Changes => "changes",
        /// Not to be merged.
        Reject => "reject",
    }
}

/// One transition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct HistoryRow {
    /// Counts up, never reused.
    pub id: i64,
    /// The task.
    pub task_id: String,
    /// None when the task arrived in `to_status`.
    pub from_status: Option<String>,
    /// The status it moved to.
    pub to_status: String,
    /// The owner label after the transition, where Fairway made it.
    pub owner: Option<String>,
    /// The branch after the transition, where Fairway made it.
    pub branch: Option<String>,
    /// The commit given with the transition.
    pub commit_sha: Option<String>,
    /// The verb that made it.
    pub command_source: String,
    /// Who.
    pub actor: String,
    /// Why, when a reason was given.
    pub reason: Option<String>,
    /// When.
    pub at: String,
}

/// One run of a command, kept as proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Evidence {
    /// Counts up, never reused.
    pub id: i64,
    /// The task.
    pub task_id: String,
    /// What was run.
    pub command_text: String,
    /// What it showed.
    pub result: String,
    /// A file that shows it.
    pub artifact_path: Option<String>,
    /// What kind of file that is.
    pub artifact_type: Option<String>,
    /// How long it ran, in seconds.
    pub duration_seconds: Option<i64>,
    /// Anything else.
    pub notes: Option<String>,
    /// Who recorded it.
    pub actor: String,
    /// When.
    pub created_at: String,
}

/// Work handed from one role to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Handoff {
    /// Counts up, never reused.
    pub id: i64,
    /// The task.
    pub task_id: String,
    /// Who hands over.
    pub from_role: String,
    /// Who takes over.
    pub to_role: String,
    /// Free text beside the named fields.
    pub payload: Option<String>,
    /// The commit handed over, as given.
    pub commit_sha: Option<String>,
    /// Files that changed.
    pub changed_files: Option<String>,
    /// Commands that were run.
    pub commands: Option<String>,
    /// What they showed.
    pub results: Option<String>,
    /// What may go wrong.
    pub risks: Option<String>,
    /// What is in the way.
    pub blockers: Option<String>,
    /// What to do next.
    pub next_step: Option<String>,
    /// Who recorded it.
    pub actor: String,
    /// When.
    pub created_at: String,
    /// When it was acknowledged.
    pub acknowledged_at: Option<String>,
    /// By whom.
    pub acknowledged_by: Option<String>,
    /// With what words.
    pub ack_notes: Option<String>,
}

/// One verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Review {
    /// Counts up, never reused.
    pub id: i64,
    /// The task.
    pub task_id: String,
    /// Who reviewed.
    pub reviewer: String,
    /// `approve`, `changes` or `reject`.
    pub verdict: String,
    /// The commit reviewed, as given.
    pub reviewed_commit_sha: Option<String>,
    /// Why, when given.
    pub notes: Option<String>,
    /// Who recorded it.
    pub actor: String,
    /// When.
    pub created_at: String,
}

/// A reviewer that a path's rule selected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReviewRoute {
    /// Counts up, never reused.
    pub id: i64,
    /// The task.
    pub task_id: String,
    /// Who has to look.
    pub reviewer: String,
    /// The path, or `-` for a reviewer named by hand.
    pub path: String,
    /// The rule that matched, or `manual`.
    pub rule: String,
    /// The commit that was routed.
    pub commit_sha: Option<String>,
    /// Who routed it.
    pub actor: String,
    /// When.
    pub created_at: String,
}
