//! Fairway through its real binary: one file per verb or flow.
