//! Where the time of a run goes.

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::turn::Role;

/// Time by what it was spent on, everything that ran side by side added up.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Spent {
    /// The commands of the reference and of the candidate that set a scenario up.
    pub(super) setup: [Duration; 2],
    /// Their commands in the steps.
    pub(super) steps: [Duration; 2],
    /// Making and removing sandboxes.
    pub(super) copies: Duration,
    /// Reading queue states.
    pub(super) states: Duration,
    /// Looking at files and at git.
    pub(super) surveys: Duration,
}

/// The same in seconds, for `result.json`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Parts {
    /// Commands of the reference that set scenarios up.
    pub reference_setup: f64,
    /// Commands of the candidate that set scenarios up.
    pub candidate_setup: f64,
    /// Commands of the reference in steps.
    pub reference_steps: f64,
    /// Commands of the candidate in steps.
    pub candidate_steps: f64,
    /// Making and removing sandboxes.
    pub copies: f64,
    /// Reading queue states.
    pub states: f64,
    /// Looking at files and at git.
    pub surveys: f64,
}

impl Spent {
    /// What several scenarios took together.
    pub(super) fn sum<'s>(all: impl Iterator<Item = &'s Self>) -> Self {
        let mut sum = Self::default();
        all.for_each(|one| sum.add(one));
        sum
    }

    /// Adds what a run of a side took in commands: those of the setup, and those of the steps.
    pub(super) fn commands(&mut self, role: Role, setup: Duration, steps: Duration) {
        let side = usize::from(role == Role::Candidate);
        self.setup[side] += setup;
        self.steps[side] += steps;
    }

    /// All commands of both sides.
    pub(super) fn children(&self) -> Duration {
        self.setup.iter().chain(&self.steps).sum()
    }

    pub(super) fn add(&mut self, other: &Self) {
        for side in 0..2 {
            self.setup[side] += other.setup[side];
            self.steps[side] += other.steps[side];
        }
        self.copies += other.copies;
        self.states += other.states;
        self.surveys += other.surveys;
    }

    pub(super) fn parts(&self) -> Parts {
        Parts {
            reference_setup: self.setup[0].as_secs_f64(),
            candidate_setup: self.setup[1].as_secs_f64(),
            reference_steps: self.steps[0].as_secs_f64(),
            candidate_steps: self.steps[1].as_secs_f64(),
            copies: self.copies.as_secs_f64(),
            states: self.states.as_secs_f64(),
            surveys: self.surveys.as_secs_f64(),
        }
    }
}

/// Does something and adds how long it took.
pub(super) fn timed<T>(sum: &mut Duration, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let made = work();
    *sum += began.elapsed();
    made
}
