//! What a run found, as data (`result.json`) and as text.

mod accepted;
mod cards;
mod format;
mod goldens;
mod html;
mod junit;
mod markdown;
mod overview;
mod read;
mod render;
mod sides;
mod text;

pub use accepted::{NormaliserUse, WaiverUse, normalisers_used, waivers_used};
pub use cards::{Limits, ScenarioCard, steps, value, visible};
pub use format::{Format, ReportError};
pub use html::{Fact, facts};
pub use overview::Overview;
pub use read::{ReadError, latest, read};
pub use render::{headline, seconds};
pub use sides::{Line, Piece, Row, RowKind, side_by_side};
pub use text::{doctor_lines, run_report};

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::Difference;
use crate::confine::Protection;
use crate::golden::{Drift, GoldenUse};
use crate::normalise::{Bytes, Masked};
use crate::observation::Omission;
use crate::run::Parts;
use crate::scenario::Scenario;
use crate::verdict::{Counts, Verdict};

/// The form of `result.json`. Fields are added within a form; one that changes its meaning or goes makes a new one.
pub const SCHEMA: &str = "fairway-parity-result/1";

fn first_form() -> String {
    SCHEMA.to_owned()
}

/// One side of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// The name of its adapter.
    pub adapter: String,
    /// SHA-256 over the adapter and the programs behind it.
    pub digest: String,
}

/// What was compared with, so far as a proof depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// The digest of what the copy of the queue holds: its queue file, and the state in its database.
    pub copy: String,
    /// The digests of the reference's scripts, by their paths in its checkout.
    pub scripts: BTreeMap<String, String>,
}

/// A behaviour as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BehaviourResult {
    /// Its name.
    pub name: String,
    /// The worst verdict of its scenarios.
    pub verdict: Verdict,
    /// How many scenarios were run.
    pub scenarios: usize,
    /// How many steps they have.
    pub steps: usize,
    /// How much was compared, and how much of it masked.
    #[serde(default)]
    pub bytes: Bytes,
}

/// What one step shows of the operation that it asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepCase {
    /// From 1.
    pub step: usize,
    /// The operation.
    pub operation: String,
    /// Tells what was asked, of which state: the beginning of a digest over both. The clock is no part of it.
    pub case: String,
    /// What it comes to.
    pub verdict: Verdict,
}

/// The unified diff of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepDiff {
    /// The step, or `start`.
    pub at: String,
    /// From the reference to the candidate, as pretty canonical JSON.
    pub diff: String,
}

/// Which two runs the differences of a scenario are between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Between {
    /// The first run of the reference and the first of the candidate.
    #[default]
    Sides,
    /// The two runs of the reference, which disagree: what it shows is then no measure for anything.
    Reference,
    /// The two runs of the candidate, which disagree: one of them is wrong, whatever the reference shows.
    Candidate,
}

impl Between {
    /// What a report says above the differences, where they are not what one expects.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::Sides => None,
            Self::Reference => Some("the reference disagrees with itself: its first run and its second"),
            Self::Candidate => Some("the candidate disagrees with itself: its first run and its second"),
        }
    }
}

/// A step at which the reference did not give what the scenario expects of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnmetGuard {
    /// From 1.
    pub step: usize,
    /// The operation.
    pub operation: String,
    /// The outcome class that the scenario expects.
    pub expected: String,
    /// The outcome that the reference gave.
    pub given: String,
}

impl UnmetGuard {
    /// The class of what the reference gave.
    pub fn given_class(&self) -> &str {
        let refused = self.given.strip_prefix("refused (").and_then(|rest| rest.strip_suffix(')'));
        refused.unwrap_or_else(|| self.given.split(' ').next().unwrap_or_default())
    }
}

impl std::fmt::Display for UnmetGuard {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { step, operation, expected, given } = self;
        write!(
            out,
            "step {step} ({operation}): the scenario expects `{expected}` of the reference, which gave {given}"
        )
    }
}

/// A scenario and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioResult {
    /// Its behaviour.
    pub behaviour: String,
    /// Its name.
    pub name: String,
    /// What it shows.
    pub summary: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// How many steps it has.
    pub steps: usize,
    /// Its runs, in the order in which they were played.
    #[serde(default)]
    pub runs: Vec<String>,
    /// Where the reference did not reach what the scenario is about. Without a difference, that makes it errored.
    pub unmet_guards: Vec<UnmetGuard>,
    /// The channels that it leaves out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<Omission>,
    /// Which two runs the differences are between. A waiver accepts none between two runs of one side.
    #[serde(default)]
    pub between: Between,
    /// Every place where they differ: `reference` is what the first of the two shows, `candidate` the second.
    pub differences: Vec<Difference>,
    /// The same, to read.
    pub diffs: Vec<StepDiff>,
    /// What its steps show of the operations that they ask. Nothing, where it could not be run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<StepCase>,
    /// How often each normaliser masked a value.
    pub masked: Masked,
    /// How much was compared, in all runs, and how much of it masked.
    #[serde(default)]
    pub bytes: Bytes,
    /// Why it could not be run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long it took, both sides together.
    #[serde(default)]
    pub seconds: f64,
}

impl ScenarioResult {
    /// A result that is still to be filled in; until then the scenario has not been run.
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            behaviour: scenario.behaviour.clone(),
            name: scenario.name.clone(),
            summary: scenario.summary.clone(),
            verdict: Verdict::Errored,
            steps: scenario.steps.len(),
            runs: Vec::new(),
            unmet_guards: Vec::new(),
            omitted: scenario.omit.clone(),
            between: Between::Sides,
            differences: Vec::new(),
            diffs: Vec::new(),
            cases: Vec::new(),
            masked: Masked::default(),
            bytes: Bytes::default(),
            error: None,
            seconds: 0.0,
        }
    }
}

/// Where the time of a run went, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Time {
    /// On the clock on the wall.
    pub wall_seconds: f64,
    /// The wall time of the two systems' commands, all together.
    pub children_seconds: f64,
    /// What the harness took for itself: copying, reading, comparing, writing. Scenarios that ran side by
    /// side are added up, so that more jobs do not make it look less.
    pub own_seconds: f64,
    /// Own time as a share of own and children's.
    pub own_share: f64,
    /// What is known of where it went.
    #[serde(default)]
    pub parts: Parts,
}

impl Time {
    /// `busy` is the wall time of everything, with what ran side by side added up.
    pub fn new(wall: Duration, busy: Duration, children: Duration, parts: Parts) -> Self {
        let own = busy.saturating_sub(children).as_secs_f64();
        Self {
            wall_seconds: wall.as_secs_f64(),
            children_seconds: children.as_secs_f64(),
            own_seconds: own,
            own_share: if busy.is_zero() { 0.0 } else { own / busy.as_secs_f64() },
            parts,
        }
    }
}

/// What stands for the reference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The reference itself, which was run.
    #[default]
    Live,
    /// Accepted goldens of it; nothing of it was run.
    Replay,
}

/// What came of a run; `result.json` is this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunResult {
    /// The form of this document: [`SCHEMA`].
    #[serde(default = "first_form")]
    pub schema: String,
    /// Sortable by time.
    pub run_id: String,
    /// Whether the reference was run, or its goldens were replayed.
    #[serde(default)]
    pub mode: Mode,
    /// When it began.
    #[serde(default)]
    pub began: String,
    /// The worst verdict of all scenarios.
    pub verdict: Verdict,
    /// What decided on the order of each scenario's runs.
    #[serde(default)]
    pub seed: u64,
    /// How often each side was run. With 1, nobody knows whether a side agrees with itself.
    #[serde(default)]
    pub rounds: usize,
    /// Scenarios by verdict.
    pub counts: Counts,
    /// Behaviours by name.
    pub behaviours: Vec<BehaviourResult>,
    /// The reference.
    pub reference: Side,
    /// The candidate.
    pub candidate: Side,
    /// What the candidate was compared with.
    #[serde(default)]
    pub subject: Subject,
    /// What kept both sides to their sandboxes, and what did not and why.
    #[serde(default)]
    pub protections: Vec<Protection>,
    /// How sandboxes were made of the base copy. A run of an earlier version does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandboxes: Option<String>,
    /// Why the system grants no overlay mounts for them, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_overlays: Option<String>,
    /// Whether the original is, byte for byte and row for row, what it was before.
    pub original_untouched: bool,
    /// What changed in it, by whomever: the harness never runs anything there.
    pub original_changes: Vec<String>,
    /// How much was compared, and how much of it masked.
    #[serde(default)]
    pub bytes: Bytes,
    /// Where the time went.
    pub time: Time,
    /// Waivers that accepted something.
    #[serde(default)]
    pub waivers: Vec<WaiverUse>,
    /// Normalisers that masked something.
    #[serde(default)]
    pub normalisers: Vec<NormaliserUse>,
    /// Waivers that accepted nothing, which in a full run is an error.
    pub unused_waivers: Vec<String>,
    /// What goldens were good for.
    #[serde(default)]
    pub goldens: GoldenUse,
    /// Where the reference is not what its accepted goldens say. It is no part of the verdict: that is about the
    /// candidate.
    #[serde(default)]
    pub drift: Vec<Drift>,
    /// All scenarios.
    pub scenarios: Vec<ScenarioResult>,
}

/// Scenarios by behaviour, in the order in which they first appear.
pub fn behaviours(results: &[ScenarioResult]) -> Vec<BehaviourResult> {
    let mut behaviours: Vec<BehaviourResult> = Vec::new();
    for result in results {
        let index = behaviours.iter().position(|behaviour| behaviour.name == result.behaviour);
        let index = index.unwrap_or_else(|| {
            let (name, verdict) = (result.behaviour.clone(), Verdict::Matched);
            let bytes = Bytes::default();
            behaviours.push(BehaviourResult { name, verdict, scenarios: 0, steps: 0, bytes });
            behaviours.len() - 1
        });
        let behaviour = &mut behaviours[index];
        behaviour.verdict = behaviour.verdict.max(result.verdict);
        behaviour.scenarios += 1;
        behaviour.steps += result.steps;
        behaviour.bytes.add(&result.bytes);
    }
    behaviours
}

#[cfg(test)]
mod tests;
