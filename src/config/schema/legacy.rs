//! `[legacy]`: the scripts that Fairway replaces in this project.

use std::path::PathBuf;

use crate::config::section::{entry, section};

entry! {
    /// The scripts that Fairway replaces here. With this section, a verb that the scripts have too is available
    /// only after it has been shown to match them.
    pub struct Legacy {
        /// The adapter that describes the scripts: a name that ships with Fairway or stands in
        /// `.fairway/parity/adapters`, such as `gpuaas`.
        pub adapter: String,
        /// A copy of the checkout with the scripts, relative to the project's root, for comparisons.
        pub copy: Option<PathBuf>,
        /// The operations that have to have graduated before lanes become Fairway's; without it, all that change
        /// something.
        pub required_operations: Option<Vec<String>>,
        /// How long a call of the scripts that is shadowed may wait for Fairway, before and after it together, in
        /// milliseconds; then it goes on without being compared. 12 unless it is given.
        pub shadow_budget_ms: Option<u32>,
        /// What an operation needs to graduate.
        pub graduation: Option<Graduation>,
    }
}

section! {
    /// What an operation needs to graduate. Without this section it is what is said here.
    pub struct Graduation {
        /// How many live runs in a row have to match.
        pub runs: u32 = 3,
        /// On how many copies of the queue that differ.
        pub copies: u32 = 2,
        /// How many distinct pairs of a question and a starting state they have to show, made-up cases and shadowed
        /// calls included.
        pub cases: u32 = 50,
        /// How old the newest run may be, in hours.
        pub newest_hours: u32 = 24,
        /// How often each side has to be run: with 1, nobody knows whether it agrees with itself.
        pub rounds: u32 = 2,
    }
}
