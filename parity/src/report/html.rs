//! The report as one page of HTML that needs nothing beside it.

use serde::Serialize;

use super::overview::{Limits, Overview};
use super::render::{day, headline, render, seconds};
use super::{ReportError, RunResult};

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
    let time = format!(
        "{} on the clock, {} in the commands of the two sides, {} in the harness ({:.0} %)",
        seconds(run.time.wall_seconds),
        seconds(run.time.children_seconds),
        seconds(run.time.own_seconds),
        run.time.own_share * 100.0
    );
    facts.push(fact("time", time, false));
    facts
}
