//! `[legacy]`: the scripts that Fairway replaces in this project.

use std::path::PathBuf;

use crate::config::section::entry;

entry! {
    /// The scripts that Fairway replaces here. With this section, a verb that the scripts have too is available
    /// only after it has been shown to match them.
    pub struct Legacy {
        /// The adapter that describes the scripts: a name that ships with Fairway or stands in
        /// `.fairway/parity/adapters`, such as `gpuaas`.
        pub adapter: String,
        /// A copy of the checkout with the scripts, relative to the project's root, for comparisons.
        pub copy: Option<PathBuf>,
    }
}
