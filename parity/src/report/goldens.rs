//! What a report says of goldens: that a run is a replay, and where the reference drifted from them.

use std::fmt::Write as _;

use crate::golden::Drift;

use super::text::place;
use super::{Mode, RunResult};

/// How many scenarios that drifted are listed.
const SCENARIOS: usize = 10;

/// The first line of a replay: nobody may take it for a comparison with the reference itself.
pub(super) fn head(result: &RunResult) -> String {
    match result.mode {
        Mode::Live => String::new(),
        Mode::Replay => {
            let adapter = &result.reference.adapter;
            format!("REPLAY: `{adapter}` was not run; its accepted goldens stand for it\n\n")
        }
    }
}

/// The drift of a living reference, and how far goldens reach.
pub(super) fn section(result: &RunResult) -> String {
    let (goldens, count) = (result.goldens, result.drift.len());
    if result.mode == Mode::Replay {
        return String::new();
    }
    let mut text = String::new();
    if count > 0 {
        let (of, adapter) = (goldens.compared, &result.reference.adapter);
        let _ = writeln!(
            text,
            "reference drift: `{adapter}` is not what its accepted goldens say, in {count} of {of} scenarios"
        );
        for drift in result.drift.iter().take(SCENARIOS) {
            let _ = writeln!(text, "  {}", line(drift));
        }
        if let Some(more) = count.checked_sub(SCENARIOS).filter(|more| *more > 0) {
            let _ = writeln!(text, "  and {more} more scenarios, which result.json names");
        }
        text.push_str(
            "  this is no part of the verdict below; `fairway parity record` and `review` accept what is meant\n\n",
        );
    }
    text
}

/// A line on what goldens were held against; nothing where there are none at all.
pub(super) fn sum(result: &RunResult) -> String {
    let goldens = result.goldens;
    if goldens.compared + goldens.other_scenario + goldens.other_queue == 0 {
        return String::new();
    }
    let mut text = match result.mode {
        Mode::Live => format!("goldens held against the reference: {}", goldens.compared),
        Mode::Replay => format!("goldens replayed instead of the reference: {}", goldens.compared),
    };
    let rest = [
        (goldens.missing, "missing"),
        (goldens.other_scenario, "of another version of their scenario"),
        (goldens.other_queue, "of another copy's queue"),
    ];
    for (count, what) in rest.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, ", {count} {what}");
    }
    text.push('\n');
    text
}

fn line(drift: &Drift) -> String {
    let name = format!("{}/{}", drift.behaviour, drift.name);
    match (&drift.error, drift.differences.as_slice()) {
        (Some(error), _) => format!("{name}: {error}"),
        (None, [only]) => format!("{name}: {}", place(only)),
        (None, all) => {
            let first = all.first().map(place).unwrap_or_default();
            format!("{name}: {} places, the first {first}", all.len())
        }
    }
}
