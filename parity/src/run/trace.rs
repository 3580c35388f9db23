//! What a system showed from the start to the last step of a scenario, and where two such traces differ.

use crate::compare::{self, Difference};
use crate::normalise::Masked;
use crate::observation::{Observation, QueueState};
use crate::report::StepDiff;
use crate::scenario::Scenario;

/// What one side showed, with what a normaliser masks masked.
pub(crate) struct Trace {
    /// The queue's state after the setup.
    pub(crate) start: QueueState,
    /// What came of each step; nothing where the harness itself edits, which is the same on both sides.
    pub(crate) steps: Vec<Option<Observation>>,
    /// How often each normaliser masked a value.
    pub(crate) masked: Masked,
}

impl Trace {
    /// Every place where `other` differs, and the same to read: a diff for each step that differs.
    pub(crate) fn compare(&self, other: &Self, scenario: &Scenario) -> (Vec<Difference>, Vec<StepDiff>) {
        let mut differences = compare::states(&self.start, &other.start).found;
        let mut diffs = Vec::new();
        if !differences.is_empty() {
            let diff = compare::unified(&self.start, &other.start);
            diffs.push(StepDiff { at: "start".to_owned(), diff });
        }
        let pairs = self.steps.iter().zip(&other.steps);
        for (index, (action, pair)) in scenario.steps.iter().zip(pairs).enumerate() {
            let (Some(a), Some(b)) = pair else { continue };
            let found = compare::observations(index + 1, a, b).found;
            if !found.is_empty() {
                let at = format!("step {} ({})", index + 1, action.title());
                diffs.push(StepDiff { at, diff: compare::unified(a, b) });
                differences.extend(found);
            }
        }
        (differences, diffs)
    }
}
