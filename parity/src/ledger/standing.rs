//! Where an operation stands between unproven and graduated.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::{Entry, Graduation, Revocation};
use super::rule::{Assessment, Rule, assess};
use super::seal::{Change, Seal};

/// Where an operation stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum Standing {
    /// No run shows that it matches.
    Unproven,
    /// Runs matched, and it has not graduated.
    Matched,
    /// It graduated, and everything is as it was then.
    Graduated {
        /// How.
        graduation: Graduation,
        /// When.
        at: String,
    },
    /// It graduated, and that does not hold any more.
    Revoked {
        /// Who took it back and why; nothing when something changed.
        by: Option<Revocation>,
        /// What changed since.
        changes: Vec<Change>,
    },
}

impl Standing {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unproven => "unproven",
            Self::Matched => "matched",
            Self::Graduated { .. } => "graduated",
            Self::Revoked { .. } => "revoked",
        }
    }

    /// Whether the operation may be used for real.
    pub fn is_graduated(&self) -> bool {
        matches!(self, Self::Graduated { .. })
    }
}

/// Where an operation stands, and what its runs show under the digests of now; `grant` is where its last graduation leaves
/// it, when there was one.
pub fn standing(
    entries: &[Entry],
    operation: &str,
    seal: &Seal,
    grant: Option<Standing>,
    now: Timestamp,
    rule: &Rule,
) -> (Standing, Assessment) {
    let assessment = assess(entries, operation, seal, now, rule, &[]);
    let unproved = if assessment.runs.is_empty() { Standing::Unproven } else { Standing::Matched };
    let standing = grant.unwrap_or(unproved);
    (standing, assessment)
}
