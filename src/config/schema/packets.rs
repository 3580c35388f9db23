//! `[packets]`: what a packet says where its caller says nothing.

use crate::config::section::section;

section! {
    /// What a packet says where its caller says nothing; each is a list of items.
    pub struct Packets {
        /// What is not a goal.
        pub non_goals: Vec<String> = words(&["none stated"]),
        /// What of the architecture has to be known.
        pub architecture: Vec<String> = words(&["none stated"]),
        /// Where the work runs.
        pub environment: Vec<String> = words(&["local checkout, no shared environment"]),
        /// The files and systems that the task may change.
        pub owned_files: Vec<String> = words(&["only the files that the task names"]),
        /// What has to be left alone.
        pub must_not_touch: Vec<String> = words(&[
            "the worktrees and branches of other lanes",
            "the store, except through fairway",
        ]),
        /// The commands to run.
        pub commands: Vec<String> = words(&["none stated"]),
        /// What may go wrong.
        pub risks: Vec<String> = words(&["none stated"]),
        /// When to stop.
        pub stop_conditions: Vec<String> =
            words(&["a required decision is missing", "the work leaves the owned files"]),
        /// What to do when the work cannot go as it was meant to.
        pub deviation_rules: Vec<String> = words(&["stop and record a blocked status with a reason"]),
        /// How the work is handed over. Empty: by `fairway record handoff`, with the fields that
        /// `gates.required_handoff_fields` asks for.
        pub handoff_format: Vec<String> = Vec::new(),
        /// What the reviewer of a bug fix is asked.
        pub review_questions: Vec<String> = words(&[
            "Does the proof command fail without the fix?",
            "Is the root cause in the owning layer, and is it mended there?",
            "Does the regression coverage run without a person?",
            "Is anything changed that the fix does not need?",
            "Who carries the residual risk, and do they know?",
        ]),
    }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}
