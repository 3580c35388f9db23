//! What a soak found so far. It is written after every batch, so that a long run can be taken up again.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SoakRequest;
use crate::hex;
use crate::journal::{self, Journal, JournalError};
use crate::normalise::Bytes;
use crate::report::{NormaliserUse, RunResult, ScenarioResult, Side};
use crate::scenario::Scenario;
use crate::verdict::{Counts, Verdict};

/// Of how many bytes one may be masked: 2 %.
const ONE_MASKED_OF: u64 = 50;

/// A pair in which the reference was held against itself and did not match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FalseAlarm {
    /// The number of the pair, from 1.
    pub pair: usize,
    /// The scenario, as `behaviour/name`.
    pub scenario: String,
    /// What a run would have said.
    pub verdict: Verdict,
    /// Every place that differs, or why the pair could not be played.
    pub places: Vec<String>,
    /// The unified diffs.
    pub diff: String,
    /// Everything raw.
    pub raw: PathBuf,
}

impl FalseAlarm {
    pub(super) fn of(result: &ScenarioResult, pair: usize, raw: PathBuf) -> Self {
        let places = result.differences.iter().map(|difference| difference.place.to_string());
        let unmet = result.unmet_guards.iter().map(ToString::to_string);
        let diffs: Vec<String> =
            result.diffs.iter().map(|step| format!("{}\n{}", step.at, step.diff)).collect();
        Self {
            pair,
            scenario: format!("{}/{}", result.behaviour, result.name),
            verdict: result.verdict,
            places: places.chain(unmet).chain(result.error.clone()).collect(),
            diff: diffs.join("\n"),
            raw,
        }
    }
}

/// What came of a soak.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SoakResult {
    /// The seed.
    pub seed: u64,
    /// The reference, on both sides; unknown before the first batch.
    pub reference: Option<Side>,
    /// SHA-256 of the names of the scenarios.
    pub scenarios_digest: String,
    /// How many scenarios a round has.
    pub scenarios: usize,
    /// How many pairs were played.
    pub pairs: usize,
    /// How many steps they have.
    pub steps: usize,
    /// Pairs by verdict.
    pub counts: Counts,
    /// How much was compared, and how much of it masked.
    pub bytes: Bytes,
    /// How often each normaliser masked a value.
    pub normalisers: Vec<NormaliserUse>,
    /// How long it took, in seconds; all batches together.
    pub seconds: f64,
    /// Every pair that did not match.
    pub alarms: Vec<FalseAlarm>,
    /// Whether the original is what it was.
    pub original_untouched: bool,
}

impl Journal for SoakResult {
    const FILE: &'static str = "soak.json";
    const MADE_OF: &'static str = "another reference or other scenarios";

    fn seed(&self) -> u64 {
        self.seed
    }

    fn continues(&self, other: &Self) -> bool {
        (self.seed, &self.scenarios_digest) == (other.seed, &other.scenarios_digest)
    }
}

impl SoakResult {
    /// A run that has not begun, or the one that was left unfinished.
    pub(super) fn open(request: &SoakRequest, scenarios: &[Scenario]) -> Result<Self, JournalError> {
        let names: Vec<String> = scenarios.iter().map(Scenario::id).collect();
        let new = Self {
            seed: request.seed,
            reference: None,
            scenarios_digest: hex::sha256(names.join("\n")),
            scenarios: scenarios.len(),
            pairs: 0,
            steps: 0,
            counts: Counts::default(),
            bytes: Bytes::default(),
            normalisers: Vec::new(),
            seconds: 0.0,
            alarms: Vec::new(),
            original_untouched: true,
        };
        journal::open(&request.out, new)
    }

    /// Counts what a batch has as a whole, which has to be of the same reference as those before.
    pub(super) fn of(&mut self, out: &Path, batch: &RunResult) -> Result<(), JournalError> {
        if self.reference.as_ref().is_some_and(|before| *before != batch.reference) {
            return Err(JournalError::other_run(out, self));
        }
        self.reference = Some(batch.reference.clone());
        self.original_untouched &= batch.original_untouched;
        self.seconds += batch.time.wall_seconds;
        for masked in &batch.normalisers {
            match self.normalisers.iter_mut().find(|known| known.id == masked.id) {
                Some(known) => known.masked += masked.masked,
                None => self.normalisers.push(masked.clone()),
            }
        }
        Ok(())
    }

    /// Counts a pair, and says its number.
    pub(super) fn count(&mut self, result: &ScenarioResult) -> usize {
        self.pairs += 1;
        self.steps += result.steps;
        self.bytes.add(&result.bytes);
        self.counts.add(result.verdict);
        self.pairs
    }

    /// Whether more is masked than may be.
    pub fn masks_too_much(&self) -> bool {
        self.bytes.masked.saturating_mul(ONE_MASKED_OF) > self.bytes.compared
    }

    /// The exit code: 2 when a pair could not be played, which says nothing of the harness's word; else 5 with a false
    /// alarm or too many masks, else 0.
    pub fn exit_code(&self) -> u8 {
        if self.counts.errored > 0 {
            2
        } else if !self.alarms.is_empty() || self.masks_too_much() {
            5
        } else {
            0
        }
    }
}
