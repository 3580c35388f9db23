//! Fairway through its real binary: one file per verb or flow.

mod yaml_psych;
