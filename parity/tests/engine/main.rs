//! The harness against real systems: the legacy scripts with themselves, and a small made-up pair.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod adapt;
mod copy;
mod grade;
mod made_up;
mod misbehaviour;
mod mutants;
mod noise;
mod reference;
