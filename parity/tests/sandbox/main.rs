//! Copies of real checkouts: the reconstructed legacy queue, and small repositories made for one question.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what a test relies on fails the test"
)]

mod database;
mod environment;
mod fallbacks;
mod hostile;
mod keeper;
mod legacy;
mod repository;
mod share;
mod support;
mod survey;
mod whole;
