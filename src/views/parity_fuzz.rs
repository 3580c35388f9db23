//! What fuzzing found.

use std::path::PathBuf;

use fairway_parity::fuzz::{Find, FuzzResult};
use serde::Serialize;

use crate::ui::{Page, Table, View};

/// How many places of a find are listed.
const PLACES: usize = 6;

/// A run, and where its finds are.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ParityFuzz {
    /// What it found.
    #[serde(flatten)]
    pub result: FuzzResult,
    /// Where the journal and the finds are.
    pub out: PathBuf,
}

impl View for ParityFuzz {
    fn show(&self, page: &mut Page) {
        let Self { result, out } = self;
        let mut table = Table::new(["OPERATION", "REACHED"]).wrapped();
        for (operation, classes) in &result.hits {
            let classes: Vec<String> =
                classes.iter().map(|(class, hits)| format!("{class} {hits}")).collect();
            table.row([Some(operation), Some(&classes.join(", "))]);
        }
        page.table(table, "(nothing was asked)");
        for find in &result.finds {
            page.gap();
            show_find(find, page);
        }
        if !result.unreached.is_empty() {
            page.gap();
            page.line("no case reached:");
            for missing in &result.unreached {
                page.line(format_args!("  {} {}", missing.operation, missing.class));
            }
        }
        page.gap();
        let FuzzResult { cases, steps, seed, finds, .. } = result;
        page.line(format_args!("{cases} cases, {steps} steps, seed {seed}: {} find(s)", finds.len()));
        if result.discarded > 0 {
            page.line(format_args!(
                "{} of them began with a queue that the reference refused",
                result.discarded
            ));
        }
        if !result.judged {
            page.line("too few cases, or not of every kind, to say which outcomes are out of reach");
        }
        if !result.original_untouched {
            page.line("the original changed meanwhile");
        }
        page.line(format_args!("journal and finds: {}", out.display()));
    }
}

/// A case that is only looked at.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct FuzzCase {
    /// Its number.
    pub case: usize,
    /// The seed.
    pub seed: u64,
    /// The scenario file.
    pub scenario: String,
}

impl View for FuzzCase {
    fn show(&self, page: &mut Page) {
        page.line(self.scenario.trim_end());
    }
}

fn show_find(find: &Find, page: &mut Page) {
    let (before, after) = find.steps;
    page.line(format_args!("case {} ({}): {before} steps, {after} left", find.case, find.behaviour));
    for place in find.places.iter().take(PLACES) {
        page.line(format_args!("  {place}"));
    }
    if let Some(more) = find.places.len().checked_sub(PLACES).filter(|more| *more > 0) {
        page.line(format_args!("  and {more} more"));
    }
    if !find.again.is_empty() {
        page.line(format_args!("  the same kind of place again in {} case(s)", find.again.len()));
    }
    page.line(format_args!("  {}", find.file.display()));
    for line in find.diff.lines() {
        page.line(format_args!("    {line}"));
    }
}
