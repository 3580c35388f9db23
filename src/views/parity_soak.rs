//! How often the harness cried wolf.

use std::path::PathBuf;

use fairway_parity::report::seconds;
use fairway_parity::soak::{FalseAlarm, SoakResult};
use serde::Serialize;

use crate::ui::{Page, View};

/// How many places of an alarm are listed.
const PLACES: usize = 6;

/// A soak, and where its alarms are.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ParitySoak {
    /// What it found.
    #[serde(flatten)]
    pub result: SoakResult,
    /// Where the journal and what there is of each alarm are.
    pub out: PathBuf,
}

impl View for ParitySoak {
    fn show(&self, page: &mut Page) {
        let Self { result, out } = self;
        for alarm in &result.alarms {
            show_alarm(alarm, page);
            page.gap();
        }
        let SoakResult { pairs, steps, scenarios, seed, alarms, counts, bytes, .. } = result;
        page.line(format_args!(
            "{pairs} pairs of the reference against itself, {steps} steps, of {scenarios} scenarios, seed {seed}, \
             in {}: {} false alarm(s)",
            seconds(result.seconds),
            alarms.len()
        ));
        if !alarms.is_empty() {
            page.line(format_args!(
                "{} matched, {} mismatched, {} errored",
                counts.matched, counts.mismatched, counts.errored
            ));
        }
        let hundredths = (bytes.masked * 10_000).checked_div(bytes.compared).unwrap_or_default();
        page.line(format_args!(
            "{} bytes compared, {} of them masked ({}.{:02} %)",
            bytes.compared,
            bytes.masked,
            hundredths / 100,
            hundredths % 100
        ));
        for rule in &result.normalisers {
            page.line(format_args!("  {} masked {} values at {}", rule.id, rule.masked, rule.place));
        }
        if result.masks_too_much() {
            page.line("that is more than the 2 % that may be masked");
        }
        if !result.original_untouched {
            page.line("the original changed meanwhile");
        }
        page.line(format_args!("journal and alarms: {}", out.display()));
    }
}

fn show_alarm(alarm: &FalseAlarm, page: &mut Page) {
    page.line(format_args!("pair {}, {}: {}", alarm.pair, alarm.scenario, alarm.verdict.name()));
    for place in alarm.places.iter().take(PLACES) {
        page.line(format_args!("  {place}"));
    }
    if let Some(more) = alarm.places.len().checked_sub(PLACES).filter(|more| *more > 0) {
        page.line(format_args!("  and {more} more"));
    }
    page.line(format_args!("  {}", alarm.raw.display()));
    for line in alarm.diff.lines() {
        page.line(format_args!("    {line}"));
    }
}
