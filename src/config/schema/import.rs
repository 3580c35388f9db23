//! `[import]`: how a queue file is read, and how much each problem in it weighs.

use crate::config::section::{choice, section};
use crate::config::value::{FieldNames, RoleNames};
use crate::model::diagnostic::Severity;

section! {
    /// How a queue file is read, and how much each problem in it weighs.
    ///
    /// A missing id, a duplicate id and a dependency on an unknown task are always errors: the store could not
    /// keep such a row as it is.
    pub struct Import {
        /// When the definitions are read again: on `fairway import` only, or by every verb that opens the store
        /// once the file of `queue_source` has changed.
        pub refresh: Refresh = Refresh::Explicit,
        /// Whether such a refresh gives a task that arrives the state that the file names for it.
        pub state_once: bool = true,
        /// The `version` that an envelope around the tasks has to carry. Default: none is asked for.
        pub expected_version: Option<i64> = None,
        /// What the queue file calls fields of a task, where it calls them otherwise: `theirs = "ours"`. A field under
        /// its own name comes first; what stands under the other name then is kept as an unknown field. The default
        /// reads the queues of Fairway's prototype.
        pub field_names: FieldNames = FieldNames::of_the_prototype(),
        /// What the queue calls roles, where it calls them otherwise: `theirs = "ours"`. It holds for the queue file and
        /// for a snapshot of its database: tasks, handoffs, reviews, routes and sessions.
        pub role_names: RoleNames = RoleNames::default(),
        /// The mapping that says where the rows of a snapshot go: the name of one that ships with Fairway, or of a
        /// file of the project's own, `.fairway/parity/mappings/<name>.toml`, which comes first. Default: the one of the
        /// adapter that `[legacy]` names; where there is none, a queue has no database.
        pub mapping: Option<String> = None,
        /// A role that is not configured.
        pub unknown_role: ProblemLevel = ProblemLevel::Error,
        /// A status that is not among the allowed states.
        pub unknown_status: ProblemLevel = ProblemLevel::Error,
        /// An id that does not match `task_id_pattern`.
        pub bad_id: ProblemLevel = ProblemLevel::Error,
        /// A task without a title.
        pub missing_title: ProblemLevel = ProblemLevel::Error,
        /// A task without a role.
        pub missing_role: ProblemLevel = ProblemLevel::Error,
        /// A task that depends on itself.
        pub self_dependency: ProblemLevel = ProblemLevel::Error,
        /// Tasks that wait for each other.
        pub dependency_cycle: ProblemLevel = ProblemLevel::Error,
        /// A parent that does not exist.
        pub unknown_parent: ProblemLevel = ProblemLevel::Error,
        /// Tasks that are each other's parents.
        pub parent_cycle: ProblemLevel = ProblemLevel::Error,
        /// A value of another type than its field.
        pub wrong_type: ProblemLevel = ProblemLevel::Error,
        /// A time that cannot be read as one; it is kept as it stands.
        pub unparsed_time: ProblemLevel = ProblemLevel::Warning,
        /// Two equal keys in one task; the last one counts.
        pub duplicate_key: ProblemLevel = ProblemLevel::Warning,
    }
}

impl Import {
    /// How much a kind of problem weighs, by its kebab-case code such as `unknown-role`; `None` when it cannot
    /// be configured.
    pub fn level(&self, code: &str) -> Option<ProblemLevel> {
        Some(match code {
            "unknown-role" => self.unknown_role,
            "unknown-status" => self.unknown_status,
            "bad-id" => self.bad_id,
            "missing-title" => self.missing_title,
            "missing-role" => self.missing_role,
            "self-dependency" => self.self_dependency,
            "dependency-cycle" => self.dependency_cycle,
            "unknown-parent" => self.unknown_parent,
            "parent-cycle" => self.parent_cycle,
            "wrong-type" => self.wrong_type,
            "unparsed-time" => self.unparsed_time,
            "duplicate-key" => self.duplicate_key,
            _ => return None,
        })
    }
}

choice! {
    /// When the definitions are read again.
    pub enum Refresh {
        /// When the import verb is called.
        Explicit = "explicit",
        /// Whenever the file has changed since.
        OnChange = "on-change",
    }
}

choice! {
    /// How much a problem in a queue file weighs.
    pub enum ProblemLevel {
        /// Nothing is imported.
        Error = "error",
        /// It is shown, and the import goes on.
        Warning = "warning",
        /// It is not looked for.
        Ignore = "ignore",
    }
}

impl ProblemLevel {
    /// The severity to report with; `None` when the problem is ignored.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Ignore => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Import, ProblemLevel};

    #[test]
    fn every_level_can_be_asked_for_by_its_code() {
        let import = Import::default();
        for key in &Import::KEYS[6..] {
            assert!(import.level(&key.replace('_', "-")).is_some(), "{key} has no code");
        }
        assert_eq!(import.level("duplicate-key"), Some(ProblemLevel::Warning));
        assert_eq!(import.level("duplicate-id"), None, "always an error");
    }
}
