//! What a report shows, put together once for every format that is rendered.
//!
//! Templates only lay out: what is counted, chosen, cut and named is decided here.

use serde::Serialize;

use crate::normalise::Bytes;
use crate::observation::Channel;
use crate::verdict::Verdict;

use super::cards::{Limits, ScenarioCard, anchor, card, drift};
use super::{RunResult, ScenarioResult};

/// A part of the whole, by verdict.
#[derive(Debug, Clone, Serialize)]
pub struct Share {
    /// The verdict.
    pub verdict: Verdict,
    /// How many scenarios came to it.
    pub count: usize,
    /// Of a hundred.
    pub percent: f64,
}

/// A behaviour, as a row of the matrix.
#[derive(Debug, Clone, Serialize)]
pub struct BehaviourRow {
    /// Its name.
    pub name: String,
    /// The worst verdict.
    pub verdict: Verdict,
    /// How many scenarios came to each verdict, in the order of weight.
    pub counts: Vec<Share>,
    /// All of them.
    pub scenarios: usize,
    /// Their steps.
    pub steps: usize,
    /// How much was compared, and how much of it masked.
    pub bytes: Bytes,
    /// The time that they took.
    pub seconds: f64,
    /// Where the first scenario stands that is shown with its differences.
    pub anchor: Option<String>,
}

/// A channel that scenarios leave out for one reason.
#[derive(Debug, Clone, Serialize)]
pub struct OmissionRow {
    /// The channel.
    pub channel: &'static str,
    /// Why.
    pub reason: String,
    /// The scenarios.
    pub scenarios: Vec<String>,
}

/// Everything that a report shows.
#[derive(Debug, Serialize)]
pub struct Overview<'r> {
    /// The run.
    pub run: &'r RunResult,
    /// The worst verdict.
    pub verdict: Verdict,
    /// How many scenarios there are.
    pub total: usize,
    /// How many steps.
    pub steps: usize,
    /// Scenarios by verdict, in the order of weight; verdicts that none came to are there too.
    pub shares: Vec<Share>,
    /// The matrix.
    pub behaviours: Vec<BehaviourRow>,
    /// What did not match and is not accepted, the worst first.
    pub troubles: Vec<ScenarioCard>,
    /// How many of those are left out.
    pub more_troubles: usize,
    /// What is accepted.
    pub waived: Vec<ScenarioCard>,
    /// How many of those are left out.
    pub more_waived: usize,
    /// Where the reference is not what its goldens say.
    pub drift: Vec<ScenarioCard>,
    /// How many of those are left out.
    pub more_drift: usize,
    /// Channels that are left out.
    pub omissions: Vec<OmissionRow>,
    /// The scenarios that took longest.
    pub slowest: Vec<&'r ScenarioResult>,
}

/// How many slow scenarios are named.
const SLOWEST: usize = 10;

/// The verdicts, in the order of weight.
pub(super) const VERDICTS: [Verdict; 5] =
    [Verdict::Matched, Verdict::Waived, Verdict::Mismatched, Verdict::Unstable, Verdict::Errored];

impl<'r> Overview<'r> {
    /// Puts together what is shown of a run.
    pub fn new(run: &'r RunResult, limits: Limits) -> Self {
        let mut numbered: Vec<(usize, &ScenarioResult)> = run.scenarios.iter().enumerate().collect();
        // Sorting is stable: within a verdict the order stays that of the run.
        numbered.sort_by_key(|(_, scenario)| std::cmp::Reverse(scenario.verdict));
        let of = |wanted: fn(Verdict) -> bool| {
            let mut found = numbered.iter().filter(|(_, scenario)| wanted(scenario.verdict));
            let cards: Vec<_> = found
                .by_ref()
                .take(limits.scenarios)
                .map(|(index, one)| card(run, *index, one, limits))
                .collect();
            (cards, found.count())
        };
        let (troubles, more_troubles) = of(|verdict| verdict.exit_code() != 0);
        let (waived, more_waived) = of(|verdict| verdict == Verdict::Waived);
        let shown = |scenario: &(usize, &ScenarioResult)| anchor(scenario.0);
        let behaviours = run.behaviours.iter().map(|behaviour| {
            let own = || run.scenarios.iter().filter(|scenario| scenario.behaviour == behaviour.name);
            let first = numbered.iter().find(|(_, scenario)| {
                scenario.behaviour == behaviour.name && scenario.verdict != Verdict::Matched
            });
            let there = |anchor: &String| troubles.iter().chain(&waived).any(|card| card.anchor == *anchor);
            BehaviourRow {
                name: behaviour.name.clone(),
                verdict: behaviour.verdict,
                counts: shares(own().map(|scenario| scenario.verdict)),
                scenarios: behaviour.scenarios,
                steps: behaviour.steps,
                bytes: behaviour.bytes,
                seconds: own().map(|scenario| scenario.seconds).sum(),
                anchor: first.map(shown).filter(there),
            }
        });
        Self {
            run,
            verdict: run.verdict,
            total: run.scenarios.len(),
            steps: run.scenarios.iter().map(|scenario| scenario.steps).sum(),
            shares: shares(run.scenarios.iter().map(|scenario| scenario.verdict)),
            behaviours: behaviours.collect(),
            drift: drift(run, limits),
            more_drift: run.drift.len().saturating_sub(limits.scenarios),
            omissions: omissions(&run.scenarios),
            slowest: slowest(&run.scenarios),
            troubles,
            more_troubles,
            waived,
            more_waived,
        }
    }
}

fn shares(verdicts: impl Iterator<Item = Verdict>) -> Vec<Share> {
    let verdicts: Vec<Verdict> = verdicts.collect();
    let share = |verdict: Verdict| {
        let count = verdicts.iter().filter(|one| **one == verdict).count();
        // Counts of scenarios are far below where a float loses units.
        #[expect(clippy::cast_precision_loss)]
        let percent = if verdicts.is_empty() { 0.0 } else { 100.0 * count as f64 / verdicts.len() as f64 };
        Share { verdict, count, percent }
    };
    VERDICTS.map(share).into()
}

fn omissions(scenarios: &[ScenarioResult]) -> Vec<OmissionRow> {
    let mut rows: Vec<OmissionRow> = Vec::new();
    for channel in Channel::ALL {
        for scenario in scenarios {
            for omission in scenario.omitted.iter().filter(|omission| omission.channel == channel) {
                let name = format!("{}/{}", scenario.behaviour, scenario.name);
                let same =
                    |row: &&mut OmissionRow| row.channel == channel.name() && row.reason == omission.reason;
                match rows.iter_mut().find(same) {
                    Some(row) => row.scenarios.push(name),
                    None => rows.push(OmissionRow {
                        channel: channel.name(),
                        reason: omission.reason.clone(),
                        scenarios: vec![name],
                    }),
                }
            }
        }
    }
    rows
}

fn slowest(scenarios: &[ScenarioResult]) -> Vec<&ScenarioResult> {
    // Runs of older versions do not say how long a scenario took.
    let mut timed: Vec<&ScenarioResult> = scenarios.iter().filter(|one| one.seconds > 0.0).collect();
    timed.sort_by(|one, two| two.seconds.total_cmp(&one.seconds));
    timed.truncate(SLOWEST);
    timed
}
