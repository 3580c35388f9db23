//! The report as one page of HTML that needs nothing beside it.

use serde::Serialize;

use super::cards::Limits;
use super::overview::Overview;
use super::render::{day, headline, render, seconds, size};
use super::{Mode, ReportError, RunResult};
use crate::normalise::Bytes;

/// What a page can hold and still be opened on a telephone.
const LIMITS: Limits = Limits { scenarios: 200, places: 12, rows: 160, value: 160 };

#[derive(Serialize)]
struct Page<'r> {
    #[serde(flatten)]
    overview: Overview<'r>,
    headline: String,
    facts: Vec<Fact>,
}

/// Something that is to be known about a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is about.
    pub name: &'static str,
    /// What is so.
    pub value: String,
    /// Whether it is to be copied rather than read.
    pub code: bool,
}

/// The page.
///
/// # Errors
/// The template cannot be filled.
pub fn html(run: &RunResult) -> Result<String, ReportError> {
    let overview = Overview::new(run, LIMITS);
    Ok(render("report.html", &Page { overview, headline: headline(run), facts: facts(run) })?)
}

/// What a run rests on.
pub fn facts(run: &RunResult) -> Vec<Fact> {
    let fact = |name, value: String, code| Fact { name, value, code };
    let mut facts = vec![fact("run", run.run_id.clone(), true)];
    if !run.began.is_empty() {
        facts.push(fact("began", day(&run.began), false));
    }
    let side = |side: &super::Side| format!("{} sha256:{}", side.adapter, side.digest);
    facts.push(fact("reference", side(&run.reference), true));
    facts.push(fact("candidate", side(&run.candidate), true));
    let original = if run.original_untouched {
        "byte for byte and row for row what it was before"
    } else {
        "changed during the run, by somebody else"
    };
    facts.push(fact("original", original.to_owned(), false));
    let protections = super::text::protections(&run.protections);
    if !protections.is_empty() {
        facts.push(fact("protections", protections.trim_end().to_owned(), false));
    }
    facts.extend(super::text::sandboxes(run).map(|how| fact("sandboxes", how, false)));
    let time = format!(
        "{} on the clock, {} in the commands of the two sides, {} in the harness ({:.0} %)",
        seconds(run.time.wall_seconds),
        seconds(run.time.children_seconds),
        seconds(run.time.own_seconds),
        run.time.own_share * 100.0
    );
    facts.push(fact("time", time, false));
    facts.extend(rounds(run).map(|value| fact("runs", value, false)));
    if run.bytes.compared > 0 {
        facts.push(fact("bytes", bytes(run.bytes), false));
    }
    facts.extend(goldens(run).map(|value| fact("goldens", value, false)));
    facts
}

/// How often each side was run; nothing in a run of a version that does not say.
fn rounds(run: &RunResult) -> Option<String> {
    let who = if run.mode == Mode::Live { "each side" } else { "the candidate" };
    let order = format!("order by --seed {}", run.seed);
    match run.rounds {
        0 => None,
        1 => Some(format!("{who} once, so nobody knows whether it agrees with itself; {order}")),
        rounds => Some(format!("{who} {rounds} times from equal copies, and held against itself; {order}")),
    }
}

/// How much was compared, and how much of that was masked.
fn bytes(bytes: Bytes) -> String {
    // Exact up to thousands of terabytes.
    #[expect(clippy::cast_precision_loss)]
    let share = 100.0 * bytes.masked as f64 / bytes.compared as f64;
    let (compared, masked) = (size(bytes.compared), size(bytes.masked));
    if bytes.masked == 0 {
        format!("{compared} compared, none masked")
    } else {
        format!("{compared} compared, {masked} of them masked ({share:.2} %)")
    }
}

/// How many scenarios were held against a golden, and why not the others; nothing where there are none at all.
fn goldens(run: &RunResult) -> Option<String> {
    let goldens = run.goldens;
    if goldens.compared + goldens.other_scenario + goldens.other_queue == 0 {
        return None;
    }
    let rest = [
        (goldens.missing, "missing"),
        (goldens.other_scenario, "of another version of their scenario"),
        (goldens.other_queue, "of another copy's queue"),
    ];
    let rest =
        rest.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}"));
    Some(format!("{} compared{}", goldens.compared, rest.collect::<String>()))
}
