//! What a report shows, put together once for every format that is rendered.
//!
//! Templates only lay out: what is counted, chosen, cut and named is decided here.

use serde::Serialize;
use serde_json::Value;

use crate::compare::Difference;
use crate::observation::Channel;
use crate::verdict::Verdict;

use super::sides::{Row, side_by_side};
use super::{Between, RunResult, ScenarioResult, StepDiff};

/// How much of a run a report shows. What is left out is always said.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Scenarios with their differences.
    pub scenarios: usize,
    /// Places of a step.
    pub places: usize,
    /// Rows of a step's diff.
    pub rows: usize,
    /// Letters of a value beside its place.
    pub value: usize,
}

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
    /// The time that they took.
    pub seconds: f64,
    /// Where the first scenario stands that is shown with its differences.
    pub anchor: Option<String>,
}

/// A difference.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceRow {
    /// Where.
    pub place: String,
    /// What the reference shows.
    pub reference: String,
    /// What the candidate shows.
    pub candidate: String,
    /// The waiver that accepts it.
    pub waiver: Option<String>,
}

/// A step that differs.
#[derive(Debug, Clone, Serialize)]
pub struct StepRow {
    /// The step, or `start`.
    pub at: String,
    /// What differs, what nobody accepted first.
    pub places: Vec<PlaceRow>,
    /// How many places are left out.
    pub more_places: usize,
    /// The diff, cut to as many lines as rows are shown.
    pub unified: String,
    /// The diff in two columns.
    pub rows: Vec<Row>,
    /// How many rows are left out.
    pub more_rows: usize,
}

/// A scenario that is shown with its differences.
#[derive(Debug, Clone, Serialize)]
pub struct ScenarioCard {
    /// Where it stands in the document.
    pub anchor: String,
    /// Its behaviour.
    pub behaviour: String,
    /// Its name.
    pub name: String,
    /// What it shows.
    pub summary: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// How long it took.
    pub seconds: f64,
    /// Why it could not be run.
    pub error: Option<String>,
    /// Where the reference did not reach what the scenario is about.
    pub unmet: Vec<String>,
    /// Both of these, as lines.
    pub said: String,
    /// Which two runs differ in them.
    pub between: Between,
    /// The steps that differ.
    pub steps: Vec<StepRow>,
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
            let cards: Vec<_> =
                found.by_ref().take(limits.scenarios).map(|(index, one)| card(*index, one, limits)).collect();
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
            omissions: omissions(&run.scenarios),
            slowest: slowest(&run.scenarios),
            troubles,
            more_troubles,
            waived,
            more_waived,
        }
    }
}

fn anchor(index: usize) -> String {
    format!("s{}", index + 1)
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

fn card(index: usize, scenario: &ScenarioResult, limits: Limits) -> ScenarioCard {
    let unmet: Vec<String> = scenario.unmet_guards.iter().map(|unmet| visible(&unmet.to_string())).collect();
    let error = scenario.error.as_deref().map(visible);
    let said: Vec<&str> = error.iter().chain(&unmet).map(String::as_str).collect();
    let said = said.join("\n");
    ScenarioCard {
        said,
        anchor: anchor(index),
        behaviour: scenario.behaviour.clone(),
        name: scenario.name.clone(),
        summary: scenario.summary.clone(),
        verdict: scenario.verdict,
        seconds: scenario.seconds,
        error,
        unmet,
        between: scenario.between,
        steps: steps(scenario).map(|(differences, diff)| step(differences, diff, limits)).collect(),
    }
}

/// Each step that differs: its differences, and its diff.
pub fn steps(scenario: &ScenarioResult) -> impl Iterator<Item = (&[Difference], &StepDiff)> {
    // There is a diff for each step that differs, in the same order.
    scenario.differences.chunk_by(|one, next| one.place.step == next.place.step).zip(&scenario.diffs)
}

fn step(differences: &[Difference], diff: &StepDiff, limits: Limits) -> StepRow {
    let mut places: Vec<&Difference> = differences.iter().collect();
    places.sort_by_key(|difference| difference.waiver.is_some());
    let rows = side_by_side(&diff.diff);
    StepRow {
        at: diff.at.clone(),
        unified: cut(&diff.diff, limits.rows),
        more_places: places.len().saturating_sub(limits.places),
        places: places.into_iter().take(limits.places).map(|one| place(one, limits.value)).collect(),
        more_rows: rows.len().saturating_sub(limits.rows),
        rows: rows.into_iter().take(limits.rows).collect(),
    }
}

fn cut(text: &str, lines: usize) -> String {
    let mut all = text.lines();
    let mut kept: Vec<&str> = all.by_ref().take(lines).collect();
    let more = all.count();
    let said = format!("and {more} more lines, which result.json has");
    if more > 0 {
        kept.push(&said);
    }
    kept.join("\n")
}

fn place(difference: &Difference, letters: usize) -> PlaceRow {
    let whole = difference.place.to_string();
    // The step is the heading that the place stands under.
    let place = whole.split_once(" · ").map_or(whole.as_str(), |(_, rest)| rest);
    PlaceRow {
        place: place.to_owned(),
        reference: value(difference.reference.as_ref(), letters),
        candidate: value(difference.candidate.as_ref(), letters),
        waiver: difference.waiver.clone(),
    }
}

/// A value on one line, cut to so many letters.
pub fn value(value: Option<&Value>, letters: usize) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    let text = value.to_string();
    if text.chars().count() <= letters {
        return text;
    }
    text.chars().take(letters.saturating_sub(1)).collect::<String>() + "…"
}

/// Text that a program printed, with its control characters written out: none of them reaches a terminal or a page.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() && !matches!(letter, '\n' | '\t') {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
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
