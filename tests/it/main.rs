//! Fairway through its real binary: one file per verb or flow.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod runbooks;
mod support;
