//! What a queue file has to hold, and how much each departure from it weighs.

use std::collections::BTreeMap;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::model::Severity;

/// The fields of a task in a queue file, by Fairway's names.
pub const TASK_FIELDS: &[&str] = &[
    "id",
    "title",
    "role",
    "kind",
    "parent",
    "depends_on",
    "priority",
    "sequence",
    "acceptance_checks",
    "notes",
    "status",
    "owner",
    "branch",
    "commit",
    "completed_at",
];

/// Something that is checked of a queue file's tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// A task has an id.
    MissingId,
    /// The id has the configured form.
    BadId,
    /// No two tasks have one id.
    DuplicateId,
    /// A task has a title.
    MissingTitle,
    /// A task has a role.
    MissingRole,
    /// The role is configured.
    UnknownRole,
    /// The status is configured.
    UnknownStatus,
    /// Integers, lists and texts stand where they belong.
    WrongType,
    /// A task does not depend on itself.
    SelfDependency,
    /// Dependencies name tasks of the file.
    UnknownDependency,
    /// Dependencies do not lead back to where they began.
    DependencyCycle,
    /// The parent is a task of the file.
    UnknownParent,
    /// Parents do not lead back to where they began.
    ParentCycle,
    /// Times parse; one that does not is kept as it is.
    UnparsedTime,
    /// A key stands once in a mapping; the last one counts.
    DuplicateKey,
    /// The envelope's version is the expected one.
    BadVersion,
}

/// How much a departure weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Nothing is written.
    Error,
    /// It is shown.
    Warning,
    /// It is not looked for.
    Ignore,
}

impl Check {
    /// Every check, in the order in which they are listed.
    pub const ALL: &'static [Self] = &[
        Self::MissingId,
        Self::BadId,
        Self::DuplicateId,
        Self::MissingTitle,
        Self::MissingRole,
        Self::UnknownRole,
        Self::UnknownStatus,
        Self::WrongType,
        Self::SelfDependency,
        Self::UnknownDependency,
        Self::DependencyCycle,
        Self::UnknownParent,
        Self::ParentCycle,
        Self::UnparsedTime,
        Self::DuplicateKey,
        Self::BadVersion,
    ];

    /// The problem's code; with `_` for `-` it is the key in the configuration.
    pub fn code(self) -> &'static str {
        match self {
            Self::MissingId => "missing-id",
            Self::BadId => "bad-id",
            Self::DuplicateId => "duplicate-id",
            Self::MissingTitle => "missing-title",
            Self::MissingRole => "missing-role",
            Self::UnknownRole => "unknown-role",
            Self::UnknownStatus => "unknown-status",
            Self::WrongType => "wrong-type",
            Self::SelfDependency => "self-dependency",
            Self::UnknownDependency => "unknown-dependency",
            Self::DependencyCycle => "dependency-cycle",
            Self::UnknownParent => "unknown-parent",
            Self::ParentCycle => "parent-cycle",
            Self::UnparsedTime => "unparsed-time",
            Self::DuplicateKey => "duplicate-key",
            Self::BadVersion => "bad-version",
        }
    }

    /// Whether its weight may be chosen. Without an id of its own a task cannot be kept, a dependency has to name a
    /// task for the store to hold it, and the fields of another version are not known.
    pub fn configurable(self) -> bool {
        !matches!(self, Self::MissingId | Self::DuplicateId | Self::UnknownDependency | Self::BadVersion)
    }

    /// Its weight when nothing is configured.
    pub fn default_weight(self) -> Weight {
        match self {
            Self::UnparsedTime | Self::DuplicateKey => Weight::Warning,
            _ => Weight::Error,
        }
    }
}

/// What an import demands of a queue file.
#[derive(Debug, Clone)]
pub struct ImportRules {
    /// The configured roles, in their order.
    pub roles: Vec<String>,
    /// The configured states, in their order.
    pub statuses: Vec<String>,
    /// The form of a task id.
    pub id_pattern: Regex,
    /// When given, the file is an envelope with this `version`.
    pub expected_version: Option<i64>,
    /// Other names of a task's fields: the file's name, Fairway's name.
    pub aliases: Vec<(String, String)>,
    /// Other names of the roles: the queue's name, the configured name.
    pub role_names: Vec<(String, String)>,
    /// Weights that differ from the defaults.
    pub weights: BTreeMap<Check, Weight>,
}

impl ImportRules {
    /// How much a departure weighs; `None` when it is not looked for.
    pub fn severity(&self, check: Check) -> Option<Severity> {
        let chosen = self.weights.get(&check).copied().filter(|_| check.configurable());
        match chosen.unwrap_or_else(|| check.default_weight()) {
            Weight::Error => Some(Severity::Error),
            Weight::Warning => Some(Severity::Warning),
            Weight::Ignore => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_kept_is_an_error_whatever_is_configured() {
        let rules = ImportRules {
            roles: Vec::new(),
            statuses: Vec::new(),
            id_pattern: Regex::new("^[A-Z]+-[0-9]+$").unwrap(),
            expected_version: None,
            aliases: Vec::new(),
            role_names: Vec::new(),
            weights: Check::ALL.iter().map(|check| (*check, Weight::Ignore)).collect(),
        };
        for check in Check::ALL {
            let expected = (!check.configurable()).then_some(Severity::Error);
            assert_eq!(rules.severity(*check), expected, "{}", check.code());
        }
    }
}
