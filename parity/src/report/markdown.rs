//! The report as Markdown for a pull request: the matrix, and a fold for each scenario that did not match.

use serde::Serialize;

use super::cards::{Limits, ScenarioCard};
use super::overview::Overview;
use super::render::{headline, render};
use super::{ReportError, RunResult};

/// A comment may have 65,536 letters; more of a scenario than this nobody reads in one.
const LIMITS: Limits = Limits { scenarios: 30, places: 5, rows: 60, value: 80 };

/// How many letters the folds may have together.
const LETTERS: usize = 48_000;

#[derive(Serialize)]
struct Document<'r> {
    #[serde(flatten)]
    overview: Overview<'r>,
    headline: String,
    blocks: Vec<String>,
    left_out: usize,
}

#[derive(Serialize)]
struct Block<'r> {
    card: &'r ScenarioCard,
}

/// The document.
///
/// # Errors
/// The template cannot be filled.
pub fn markdown(run: &RunResult) -> Result<String, ReportError> {
    let overview = Overview::new(run, LIMITS);
    let (mut blocks, mut letters) = (Vec::new(), 0);
    for card in &overview.troubles {
        let block = render("case.md", &Block { card })?;
        letters += block.chars().count();
        if letters > LETTERS {
            break;
        }
        blocks.push(block);
    }
    let left_out = overview.troubles.len() - blocks.len() + overview.more_troubles;
    let mut text = render("report.md", &Document { headline: headline(run), overview, blocks, left_out })?;
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}
