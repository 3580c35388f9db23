//! Goldens: what was recorded, and what became of recordings.

use std::path::PathBuf;

use fairway_parity::golden::Pending;
use fairway_parity::run::{RecordedAs, RecordedScenario, Recording};
use serde::Serialize;

use crate::ui::{Page, Table, View};

/// How many places of a scenario's trouble are listed.
const TROUBLES: usize = 10;

/// A recording, and where everything raw is.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct GoldensRecorded {
    /// What came of it.
    #[serde(flatten)]
    #[schemars(with = "serde_json::Value")]
    pub recording: Recording,
    /// Where everything that the commands printed is.
    pub out: PathBuf,
}

impl View for GoldensRecorded {
    fn show(&self, page: &mut Page) {
        for scenario in &self.recording.scenarios {
            line(page, scenario);
        }
        let count = |recorded| self.recording.count(recorded);
        let counts = [
            (count(RecordedAs::Same), "as accepted"),
            (count(RecordedAs::Refreshed), "as accepted, with new digests"),
            (count(RecordedAs::Changed), "changed"),
            (count(RecordedAs::New), "new"),
            (count(RecordedAs::Unstable), "unstable"),
            (count(RecordedAs::Errored), "errored"),
        ];
        let said: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let (reference, seconds) = (&self.recording.reference.adapter, self.recording.wall_seconds);
        page.line(format_args!("recorded `{reference}`: {} in {seconds:.1} s", said.join(", ")));
        page.line(format_args!("goldens: {}", self.recording.goldens.display()));
        if count(RecordedAs::Changed) + count(RecordedAs::New) > 0 {
            page.line("changed and new ones wait: `fairway parity review`");
        }
        if !self.recording.original_untouched {
            page.line("the original changed meanwhile; nothing here runs in it, so see who else does:");
            for change in &self.recording.original_changes {
                page.line(format_args!("  {change}"));
            }
        }
    }
}

/// A scenario that was not as accepted.
fn line(page: &mut Page, scenario: &RecordedScenario) {
    let what = match scenario.recorded {
        RecordedAs::Same | RecordedAs::Refreshed => return,
        RecordedAs::Changed => "changed",
        RecordedAs::New => "new",
        RecordedAs::Unstable => "unstable: the reference disagrees with itself; not recorded",
        RecordedAs::Errored => "errored; not recorded",
    };
    page.line(format_args!("{}/{}: {what}", scenario.behaviour, scenario.name));
    for trouble in scenario.trouble.iter().take(TROUBLES) {
        page.indented(trouble);
    }
    if let Some(more) = scenario.trouble.len().checked_sub(TROUBLES).filter(|more| *more > 0) {
        page.line(format_args!("  and {more} more"));
    }
}

/// What became of the recordings that waited.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct GoldenReview {
    /// Each of them, by name.
    pub goldens: Vec<GoldenLine>,
}

/// A recording.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct GoldenLine {
    /// The adapter of the reference.
    pub adapter: String,
    /// The behaviour.
    pub behaviour: String,
    /// The scenario.
    pub scenario: String,
    /// Whether there was no accepted golden.
    pub new: bool,
    /// What became of it.
    pub state: GoldenState,
    /// Where the recording is, or was.
    pub path: PathBuf,
}

/// What became of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GoldenState {
    /// It waits.
    Pending,
    /// It is the golden now.
    Accepted,
    /// It was thrown away.
    Rejected,
}

impl GoldenLine {
    /// A recording, and what became of it.
    pub fn new(pending: &Pending, state: GoldenState) -> Self {
        let name = pending.recorded.name.clone();
        let (new, path) = (pending.accepted.is_none(), pending.path.clone());
        Self { adapter: name.adapter, behaviour: name.behaviour, scenario: name.scenario, new, state, path }
    }
}

impl View for GoldenReview {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["GOLDEN", "ADAPTER", "WAS", "IS"]);
        for golden in &self.goldens {
            let name = format!("{}/{}", golden.behaviour, golden.scenario);
            let was = if golden.new { "missing" } else { "accepted" };
            let state = match golden.state {
                GoldenState::Pending => "pending",
                GoldenState::Accepted => "accepted",
                GoldenState::Rejected => "rejected",
            };
            table.row([Some(name.as_str()), Some(&golden.adapter), Some(was), Some(state)]);
        }
        page.table(table, "(nothing waits for a review)");
    }
}
