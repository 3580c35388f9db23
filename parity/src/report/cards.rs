//! A scenario as a report shows it: its differences step by step, cut to what can be read.

use serde::Serialize;
use serde_json::Value;

use crate::compare::Difference;
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
    /// Its verdict; drift has none.
    pub verdict: Option<Verdict>,
    /// What the left column shows.
    pub left: String,
    /// What the right column shows.
    pub right: String,
    /// What is to be known about the two.
    pub note: Option<&'static str>,
    /// How long it took.
    pub seconds: f64,
    /// Why it could not be run.
    pub error: Option<String>,
    /// Where the reference did not reach what the scenario is about.
    pub unmet: Vec<String>,
    /// Both of these, as lines.
    pub said: String,
    /// The first difference that nobody accepted, else what was said.
    pub first: String,
    /// The steps that differ.
    pub steps: Vec<StepRow>,
}

/// Where a scenario stands in a document.
pub(super) fn anchor(index: usize) -> String {
    format!("s{}", index + 1)
}

/// A scenario of a run, the `index`th.
pub(super) fn card(run: &RunResult, index: usize, scenario: &ScenarioResult, limits: Limits) -> ScenarioCard {
    let unmet: Vec<String> = scenario.unmet_guards.iter().map(|unmet| visible(&unmet.to_string())).collect();
    let error = scenario.error.as_deref().map(visible);
    let said: Vec<&str> = error.iter().chain(&unmet).map(String::as_str).collect();
    let said = said.join("\n");
    let (one, two) = (&run.reference.adapter, &run.candidate.adapter);
    let twice = |side: &str| (format!("{side}, first run"), format!("{side}, second run"));
    let (left, right) = match scenario.between {
        Between::Sides => (format!("{one} (reference)"), format!("{two} (candidate)")),
        Between::Reference => twice(one),
        Between::Candidate => twice(two),
    };
    ScenarioCard {
        first: first(&scenario.differences, &said),
        said,
        anchor: anchor(index),
        behaviour: scenario.behaviour.clone(),
        name: scenario.name.clone(),
        summary: scenario.summary.clone(),
        verdict: Some(scenario.verdict),
        left,
        right,
        note: scenario.between.note(),
        seconds: scenario.seconds,
        error,
        unmet,
        steps: steps(&scenario.differences, &scenario.diffs)
            .map(|(differences, diff)| step(differences, diff, limits))
            .collect(),
    }
}

/// The scenarios in which the reference is not what its goldens say.
pub(super) fn drift(run: &RunResult, limits: Limits) -> Vec<ScenarioCard> {
    let cards = run.drift.iter().take(limits.scenarios).enumerate().map(|(index, drift)| {
        let error = drift.error.as_deref().map(visible);
        ScenarioCard {
            anchor: format!("d{}", index + 1),
            behaviour: drift.behaviour.clone(),
            name: drift.name.clone(),
            summary: String::new(),
            verdict: None,
            left: "accepted golden".to_owned(),
            right: format!("{} now", run.reference.adapter),
            note: None,
            seconds: 0.0,
            first: first(&drift.differences, error.as_deref().unwrap_or_default()),
            said: error.clone().unwrap_or_default(),
            error,
            unmet: Vec::new(),
            steps: steps(&drift.differences, &drift.diffs)
                .map(|(differences, diff)| step(differences, diff, limits))
                .collect(),
        }
    });
    cards.collect()
}

fn first(differences: &[Difference], said: &str) -> String {
    let open = differences.iter().find(|difference| difference.waiver.is_none()).or(differences.first());
    open.map_or_else(|| said.lines().next().unwrap_or_default().to_owned(), |one| one.place.to_string())
}

/// Each step that differs: its differences, and its diff.
pub fn steps<'r>(
    differences: &'r [Difference],
    diffs: &'r [StepDiff],
) -> impl Iterator<Item = (&'r [Difference], &'r StepDiff)> {
    // There is a diff for each step that differs, in the same order.
    differences.chunk_by(|one, next| one.place.step == next.place.step).zip(diffs)
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
