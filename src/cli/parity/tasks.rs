//! `--record-tasks`: the mismatches of a run as tasks of the project.

use std::fmt::Write as _;

use fairway_parity::Verdict;
use fairway_parity::compare::Difference;
use fairway_parity::report::{RunResult, ScenarioResult, StepDiff};

use crate::cli::{CliError, Session};
use crate::ops::{self, Context, Mismatch};
use crate::views::MismatchTasks;

/// How many places of a step a note lists. result.json names them all.
const PLACES: usize = 20;

/// How many lines of a diff a note has.
const LINES: usize = 200;

/// Where the tasks go.
pub(super) struct Tasks {
    context: Context,
    role: String,
}

impl Tasks {
    /// Made before the run, so that nobody waits for one whose tasks cannot be recorded.
    pub(super) fn new(session: &mut Session, role: Option<&str>) -> Result<Self, CliError> {
        let context = session.context()?;
        let role = ops::can_record_mismatches(&context, role)?;
        Ok(Self { context, role })
    }

    /// Records what has no task yet.
    pub(super) fn record(&self, result: &RunResult) -> Result<MismatchTasks, CliError> {
        let mismatched = result.scenarios.iter().filter(|scenario| scenario.verdict == Verdict::Mismatched);
        let found: Vec<Mismatch> = mismatched.flat_map(|scenario| mismatches(result, scenario)).collect();
        Ok(ops::record_mismatches(&self.context, &self.role, &found)?)
    }
}

/// One mismatch for each step in which something differs that no waiver accepts.
fn mismatches(result: &RunResult, scenario: &ScenarioResult) -> Vec<Mismatch> {
    let steps = scenario.differences.chunk_by(|one, next| one.place.step == next.place.step);
    // There is a diff for each step that differs, in the same order.
    let open = |differences: &[Difference]| differences.iter().any(|one| one.waiver.is_none());
    let steps = steps.zip(&scenario.diffs).filter(|(differences, _)| open(differences));
    steps.map(|(differences, diff)| mismatch(result, scenario, differences, diff)).collect()
}

fn mismatch(
    result: &RunResult,
    scenario: &ScenarioResult,
    differences: &[Difference],
    diff: &StepDiff,
) -> Mismatch {
    let ScenarioResult { behaviour, name, summary, .. } = scenario;
    let place = format!("{behaviour}/{name}, {}", diff.at);
    let mut note = format!("{place}: {summary}\n\n");
    let (run, reference, candidate) = (&result.run_id, &result.reference, &result.candidate);
    let _ = writeln!(
        note,
        "Run {run}: `{}` ({:.12}) and `{}` ({:.12}) differ at",
        reference.adapter, reference.digest, candidate.adapter, candidate.digest
    );
    let open: Vec<_> = differences.iter().filter(|difference| difference.waiver.is_none()).collect();
    for difference in open.iter().take(PLACES) {
        let _ = writeln!(note, "- {}", difference.place);
    }
    rest(&mut note, open.len(), PLACES, "places");
    note.push('\n');
    for line in diff.diff.lines().take(LINES) {
        let _ = writeln!(note, "    {line}");
    }
    rest(&mut note, diff.diff.lines().count(), LINES, "lines");
    Mismatch {
        title: format!("Parity mismatch in {place}"),
        check: format!("`fairway parity run --behaviour {behaviour} --scenario {name}` says matched"),
        place,
        note: note.trim_end().to_owned(),
    }
}

fn rest(note: &mut String, count: usize, shown: usize, what: &str) {
    if let Some(more) = count.checked_sub(shown).filter(|more| *more > 0) {
        let _ = writeln!(note, "and {more} more {what}, which result.json has");
    }
}
