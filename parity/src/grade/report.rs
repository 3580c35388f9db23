//! What a grading found: how many faults were noticed, by kind, by behaviour and by what they touch, and every one that
//! was not.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::baseline::Known;
use super::equivalent::Equivalent;
use super::mutators::Effect;
use super::site::Mutant;
use super::survey::{Drawn, Survey};
use super::trial::{Catch, Trial};
use super::{GradeRequest, seconds};

/// What came of a mutant.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Verdict {
    /// A scenario noticed.
    Caught(Catch),
    /// No scenario noticed.
    Survived,
    /// Somebody judged it to be no fault.
    Equivalent {
        /// Why.
        reason: String,
    },
    /// It was only listed.
    Listed,
}

/// A mutant of a grading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tried {
    /// The fault.
    #[serde(flatten)]
    pub mutant: Mutant,
    /// For a judgement in `equivalent.toml`.
    pub line_digest: String,
    /// What came of it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The scenarios that run its line; of one that was caught, how many there are is all that matters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<String>,
    /// How many scenarios run its line.
    pub runs: usize,
}

/// Counts of mutants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What they have in common.
    pub name: String,
    /// Noticed.
    pub caught: usize,
    /// Not noticed.
    pub survived: usize,
    /// Judged to be no fault.
    pub equivalent: usize,
}

impl Row {
    fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Caught(_) => self.caught += 1,
            Verdict::Survived => self.survived += 1,
            Verdict::Equivalent { .. } => self.equivalent += 1,
            Verdict::Listed => {}
        }
    }
}

/// What a grading found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grade {
    /// What decided which mutants were drawn.
    pub seed: u64,
    /// How many scenarios were asked, those that tell nothing among them.
    pub scenarios: usize,
    /// Those that tell nothing of a fault, and why.
    pub useless: BTreeMap<String, String>,
    /// How many scenarios were known already.
    pub known: usize,
    /// How many lines of scripts they run.
    pub lines: usize,
    /// How many mutants there are in these lines.
    pub sites: usize,
    /// How many were drawn.
    pub mutants: usize,
    /// All of them.
    pub total: Row,
    /// By kind of fault.
    pub operators: Vec<Row>,
    /// By behaviour: a fault that was caught counts for the scenario that caught it, any other for all that ran it.
    pub behaviours: Vec<Row>,
    /// By what the line touches.
    pub effects: Vec<Row>,
    /// Of the faults that were caught, in which part of an observation it showed; one may show in several.
    pub shown_in: BTreeMap<Effect, usize>,
    /// Whether the original is what it was before.
    pub original_untouched: bool,
    /// What changed in it, by whomever.
    pub original_changes: Vec<String>,
    /// On the clock on the wall.
    pub wall_seconds: f64,
    /// Every mutant, in the order of the draw.
    pub tried: Vec<Tried>,
}

impl Grade {
    /// Of the mutants that are faults, how many of a hundred were caught.
    pub fn caught_percent(&self) -> f64 {
        percent(self.total.caught, self.total.caught + self.total.survived)
    }

    /// Those that nobody noticed.
    pub fn survivors(&self) -> impl Iterator<Item = &Tried> {
        self.tried.iter().filter(|tried| tried.verdict == Verdict::Survived)
    }

    /// 0 when every fault was noticed or judged, 5 otherwise.
    pub fn exit_code(&self) -> u8 {
        if self.total.survived == 0 { 0 } else { 5 }
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    let as_float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 100.0 } else { (as_float(part) / as_float(whole) * 1000.0).round() / 10.0 }
}

/// What there is to say beside the mutants.
pub(super) struct About<'k, 's> {
    pub(super) known: &'k [Known<'s>],
    pub(super) kept: &'k [bool],
    pub(super) original_changes: Vec<String>,
    pub(super) wall: Duration,
}

pub(super) fn of(
    request: &GradeRequest,
    survey: &Survey<'_, '_>,
    drawn: &[Drawn<'_, '_>],
    judged: &[Equivalent],
    trials: Option<Vec<Option<Trial>>>,
    about: About<'_, '_>,
) -> Grade {
    let listed = trials.is_none();
    let mut trials = trials.unwrap_or_default().into_iter();
    let tried: Vec<Tried> = drawn
        .iter()
        .map(|drawn| {
            tried(
                drawn,
                if listed { Verdict::Listed } else { verdict(drawn, judged, trials.next().flatten()) },
            )
        })
        .collect();
    let useless = about
        .known
        .iter()
        .filter_map(|known| known.trace.as_ref().err().map(|why| (known.scenario.id(), why.clone())));
    let mut grade = Grade {
        seed: request.seed,
        scenarios: about.known.len(),
        useless: useless.collect(),
        known: about.kept.iter().filter(|kept| **kept).count(),
        lines: survey.lines,
        sites: survey.places.len(),
        mutants: drawn.len(),
        total: Row { name: "all".to_owned(), ..Row::default() },
        operators: Vec::new(),
        behaviours: Vec::new(),
        effects: Vec::new(),
        shown_in: BTreeMap::new(),
        original_untouched: about.original_changes.is_empty(),
        original_changes: about.original_changes,
        wall_seconds: seconds(about.wall),
        tried,
    };
    count(&mut grade);
    grade
}

fn verdict(drawn: &Drawn<'_, '_>, judged: &[Equivalent], trial: Option<Trial>) -> Verdict {
    if let Some(judged) = judged.iter().find(|judged| judged.is(&drawn.mutant)) {
        return Verdict::Equivalent { reason: judged.reason.clone() };
    }
    trial.and_then(|trial| trial.caught).map_or(Verdict::Survived, Verdict::Caught)
}

fn tried(drawn: &Drawn<'_, '_>, verdict: Verdict) -> Tried {
    let scenarios = match verdict {
        Verdict::Survived | Verdict::Equivalent { .. } => {
            drawn.scenarios.iter().map(|known| known.scenario.id()).collect()
        }
        _ => Vec::new(),
    };
    let mutant = drawn.mutant.clone();
    Tried { line_digest: mutant.line_digest(), mutant, verdict, scenarios, runs: drawn.scenarios.len() }
}

fn count(grade: &mut Grade) {
    let mut operators: BTreeMap<String, Row> = BTreeMap::new();
    let mut behaviours: BTreeMap<String, Row> = BTreeMap::new();
    let mut effects: BTreeMap<String, Row> = BTreeMap::new();
    let row = |rows: &mut BTreeMap<String, Row>, name: &str, verdict: &Verdict| {
        let new = || Row { name: name.to_owned(), ..Row::default() };
        rows.entry(name.to_owned()).or_insert_with(new).count(verdict);
    };
    for tried in &grade.tried {
        grade.total.count(&tried.verdict);
        row(&mut operators, &tried.mutant.operator, &tried.verdict);
        row(&mut effects, tried.mutant.effect.name(), &tried.verdict);
        let mut ran: Vec<&str> = tried.scenarios.iter().filter_map(|id| id.split('/').next()).collect();
        if let Verdict::Caught(caught) = &tried.verdict {
            ran.extend(caught.scenario.split('/').next());
            for effect in &caught.effects {
                *grade.shown_in.entry(*effect).or_default() += 1;
            }
        }
        ran.dedup();
        for behaviour in ran {
            row(&mut behaviours, behaviour, &tried.verdict);
        }
    }
    grade.operators = operators.into_values().collect();
    grade.behaviours = behaviours.into_values().collect();
    grade.effects = effects.into_values().collect();
}

/// The report as text.
pub fn grade_report(grade: &Grade) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} scenarios run {} lines of the reference's scripts, which have {} places for faults",
        grade.scenarios, grade.lines, grade.sites
    );
    for (scenario, why) in &grade.useless {
        let _ = writeln!(out, "left out: {scenario}: {why}");
    }
    if grade.tried.iter().any(|tried| tried.verdict == Verdict::Listed) {
        for tried in &grade.tried {
            show(&mut out, tried);
        }
        return out;
    }
    for (title, rows) in
        [("kind of fault", &grade.operators), ("behaviour", &grade.behaviours), ("touches", &grade.effects)]
    {
        let _ = writeln!(out, "\n{title:<24} {:>7} {:>9} {:>11}", "caught", "survived", "equivalent");
        for row in rows {
            let _ = writeln!(
                out,
                "{:<24} {:>7} {:>9} {:>11}",
                row.name, row.caught, row.survived, row.equivalent
            );
        }
    }
    let shown: Vec<String> =
        grade.shown_in.iter().map(|(effect, count)| format!("{} {count}", effect.name())).collect();
    let _ = writeln!(out, "\ncaught faults showed in: {}", shown.join(", "));
    for tried in grade.survivors() {
        out.push_str("\nsurvived: ");
        show(&mut out, tried);
    }
    for change in &grade.original_changes {
        let _ = writeln!(out, "the original moved: {change}");
    }
    let total = &grade.total;
    let _ = writeln!(
        out,
        "\n{} mutants, seed {}: {} caught, {} survived, {} equivalent; {}% of the faults caught, {}% of the mutants \
         equivalent; {} s",
        grade.mutants,
        grade.seed,
        total.caught,
        total.survived,
        total.equivalent,
        grade.caught_percent(),
        percent(total.equivalent, grade.mutants),
        grade.wall_seconds
    );
    out
}

fn show(out: &mut String, tried: &Tried) {
    let mutant = &tried.mutant;
    let _ = writeln!(
        out,
        "{}:{} {} (touches {}, line {}, run by {} scenarios)\n  - {}\n  + {}",
        mutant.file,
        mutant.line,
        mutant.operator,
        mutant.effect.name(),
        tried.line_digest,
        tried.runs,
        mutant.before.trim(),
        mutant.after.trim()
    );
    if !tried.scenarios.is_empty() {
        const SHOWN: usize = 6;
        let more = tried.scenarios.len().saturating_sub(SHOWN);
        let first: Vec<&str> = tried.scenarios.iter().take(SHOWN).map(String::as_str).collect();
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(out, "  ran: {}{rest}", first.join(", "));
    }
}
