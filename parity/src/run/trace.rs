//! What a system showed from the start to the last step of a scenario, and where two such traces differ.

use crate::compare::{self, Difference, Scope};
use crate::normalise::{Bytes, Masked};
use crate::observation::{Channel, Delta, Observation, QueueState};
use crate::report::StepDiff;
use crate::scenario::Scenario;

/// What one run showed, with what a normaliser masks masked.
pub(crate) struct Trace {
    /// The queue's state after the setup.
    pub(crate) start: QueueState,
    /// What else was there after the setup. A golden does not know.
    pub(crate) around: Option<Around>,
    /// What came of each step; nothing where the harness itself edits, which is the same on both sides.
    pub(crate) steps: Vec<Option<Observation>>,
    /// How often each normaliser masked a value.
    pub(crate) masked: Masked,
    /// How much was compared, and how much of it masked.
    pub(crate) bytes: Bytes,
}

/// What was there after the setup beside the queue's rows, as what a first look finds new.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Around {
    pub(crate) files: Delta,
    pub(crate) git: Delta,
    /// What the commands of the setup left running.
    pub(crate) processes: Delta,
}

impl Trace {
    /// Whether two runs of one side showed the same in everything that is observed.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.start == other.start && self.around == other.around && self.steps == other.steps
    }

    /// Every place where `other` differs, and the same to read, under these names: a diff for each step that differs.
    pub(crate) fn compare(
        &self,
        other: &Self,
        scenario: &Scenario,
        scope: Scope,
        names: [&str; 2],
    ) -> (Vec<Difference>, Vec<StepDiff>) {
        let mut differences = self.starts(other, scope);
        let mut diffs = Vec::new();
        if !differences.is_empty() {
            let diff = compare::unified(&self.start, &other.start, names);
            diffs.push(StepDiff { at: "start".to_owned(), diff });
        }
        let pairs = self.steps.iter().zip(&other.steps);
        for (index, (action, pair)) in scenario.steps.iter().zip(pairs).enumerate() {
            let (Some(a), Some(b)) = pair else { continue };
            let found = compare::observations(index + 1, a, b, scope).found;
            if !found.is_empty() {
                let at = format!("step {} ({})", index + 1, action.title());
                diffs.push(StepDiff { at, diff: compare::unified(a, b, names) });
                differences.extend(found);
            }
        }
        (differences, diffs)
    }

    /// The differences after the setup. What a side's setup writes into the checkout is its installation, which the
    /// other side need not have.
    fn starts(&self, other: &Self, scope: Scope) -> Vec<Difference> {
        let mut found = compare::states(&self.start, &other.start).found;
        if let (Some(one), Some(two)) = (&self.around, &other.around) {
            if scope == Scope::OneSide {
                found.extend(compare::starts(Channel::Files, &one.files, &two.files).found);
            }
            found.extend(compare::starts(Channel::Git, &one.git, &two.git).found);
            found.extend(compare::starts(Channel::Processes, &one.processes, &two.processes).found);
        }
        found
    }
}
