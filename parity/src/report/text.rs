//! The report as text. What prints it decides on colour and width.

use std::fmt::Write as _;

use serde_json::Value;

use crate::compare::Difference;
use crate::confine::Protection;
use crate::normalise::Bytes;
use crate::observation::Channel;
use crate::run::Examination;
use crate::verdict::Verdict;

use super::cards::visible;
use super::{Mode, RunResult, ScenarioResult, StepDiff, goldens};

/// How many places of a step are listed. One task that moves up a list makes every place below it differ.
const PLACES: usize = 10;

/// How many lines of a step's diff are shown.
const LINES: usize = 100;

/// The whole report: a line for each behaviour, then every difference and error, then the sum.
pub fn run_report(result: &RunResult) -> String {
    let mut text = goldens::head(result);
    text.push_str(&behaviours(result));
    for scenario in &result.scenarios {
        if scenario.verdict != Verdict::Matched {
            text.push('\n');
            text.push_str(&trouble(scenario));
        }
    }
    text.push('\n');
    text.push_str(&goldens::section(result));
    text.push_str(&sum(result));
    text
}

fn behaviours(result: &RunResult) -> String {
    let width = result.behaviours.iter().map(|behaviour| behaviour.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for behaviour in &result.behaviours {
        let (name, verdict) = (&behaviour.name, behaviour.verdict.name());
        let of = result.scenarios.iter().filter(|scenario| scenario.behaviour == *name);
        let good = of.filter(|scenario| scenario.verdict.exit_code() == 0).count();
        let _ = writeln!(
            text,
            "{name:width$}  {verdict:10}  {good:3} of {:3} scenarios  {:4} steps",
            behaviour.scenarios, behaviour.steps
        );
    }
    text
}

/// A scenario that did not match: for each step that differs its places, then its diff.
fn trouble(scenario: &ScenarioResult) -> String {
    let mut text = format!("{}/{}: {}\n", scenario.behaviour, scenario.name, scenario.verdict.name());
    let _ = writeln!(text, "  {}", scenario.summary);
    if let Some(error) = &scenario.error {
        for line in visible(error).lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    for unmet in &scenario.unmet_guards {
        let _ = writeln!(text, "  {}", visible(&unmet.to_string()));
    }
    if let Some(note) = scenario.between.note() {
        let _ = writeln!(text, "  {note}");
    }
    let steps = scenario.differences.chunk_by(|one, next| one.place.step == next.place.step);
    // There is a diff for each step that differs, in the same order.
    for (differences, diff) in steps.zip(&scenario.diffs) {
        step(&mut text, differences, diff, scenario.verdict);
    }
    text
}

fn step(text: &mut String, differences: &[Difference], diff: &StepDiff, verdict: Verdict) {
    let waived = verdict == Verdict::Waived;
    if !waived {
        let _ = writeln!(text, "\n  {}", diff.at);
    }
    // What nobody accepted comes first.
    let accepted = |difference: &&Difference| difference.waiver.is_some();
    let open = differences.iter().filter(|difference| !accepted(difference));
    for difference in open.chain(differences.iter().filter(accepted)).take(PLACES) {
        let _ = writeln!(text, "  {}", place(difference));
    }
    if let Some(more) = differences.len().checked_sub(PLACES).filter(|more| *more > 0) {
        let _ = writeln!(text, "  and {more} more places, which result.json names");
    }
    if !waived {
        text.push('\n');
        let mut lines = diff.diff.lines();
        for line in lines.by_ref().take(LINES) {
            let _ = writeln!(text, "  {line}");
        }
        let more = lines.count();
        if more > 0 {
            let _ = writeln!(text, "  and {more} more lines, which result.json has");
        }
    }
}

pub(super) fn place(difference: &Difference) -> String {
    let show = |value: &Option<Value>| match value {
        None => "nothing".to_owned(),
        Some(value) => clip(&value.to_string()),
    };
    let (one, two) = (show(&difference.reference), show(&difference.candidate));
    let waived = difference.waiver.as_ref().map(|id| format!("  (waived: {id})")).unwrap_or_default();
    format!("{}: {one} -> {two}{waived}", difference.place)
}

fn clip(text: &str) -> String {
    if text.chars().count() <= 40 {
        return text.to_owned();
    }
    text.chars().take(37).collect::<String>() + "..."
}

fn sum(result: &RunResult) -> String {
    let counts = result.counts;
    let mut text = format!("{}: {} matched", result.verdict.name(), counts.matched);
    let rest = [
        (counts.waived, "waived"),
        (counts.mismatched, "mismatched"),
        (counts.unstable, "unstable"),
        (counts.errored, "errored"),
    ];
    for (count, name) in rest.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, ", {count} {name}");
    }
    let time = result.time;
    let _ = writeln!(
        text,
        " in {:.1} s (harness {:.1} s, {:.0} %)",
        time.wall_seconds,
        time.own_seconds,
        time.own_share * 100.0
    );
    text.push_str(&noise_and_masks(result));
    for channel in Channel::ALL {
        let omits = |scenario: &&ScenarioResult| scenario.omitted.iter().any(|one| one.channel == channel);
        let count = result.scenarios.iter().filter(omits).count();
        if count > 0 {
            let _ = writeln!(text, "{count} of the scenarios leave out the channel `{}`", channel.name());
        }
    }
    text.push_str(&goldens::sum(result));
    for id in &result.unused_waivers {
        let _ = writeln!(text, "the waiver `{id}` accepts nothing: remove it");
    }
    text.push_str(&protections(&result.protections));
    if let Some(how) = sandboxes(result) {
        let _ = writeln!(text, "sandboxes are {how}");
    }
    if result.original_untouched {
        text.push_str("the original is untouched\n");
    } else {
        text.push_str(
            "the original changed during the run; nothing here runs in it, so see who else does:\n",
        );
    }
    for change in &result.original_changes {
        let _ = writeln!(text, "  {change}");
    }
    text
}

/// How the runs were made, and how much of what they showed was compared.
fn noise_and_masks(result: &RunResult) -> String {
    let Bytes { compared, masked } = result.bytes;
    let who = if result.mode == Mode::Live { "each side" } else { "the candidate" };
    let mut text = match result.rounds {
        0 => return String::new(),
        1 => format!("{who} was run once, so nobody knows whether it agrees with itself"),
        rounds => format!("{who} was run {rounds} times and held against itself"),
    };
    let _ = writeln!(text, "; order of the runs by --seed {}", result.seed);
    let _ = writeln!(text, "{compared} bytes compared, {masked} of them masked");
    text
}

/// One line: what was in force, then what was not and why, then what some lack. A reason that several share is said once.
pub(super) fn protections(all: &[Protection]) -> String {
    let names: Vec<&str> = all.iter().filter(|one| one.in_force).map(|one| one.name.as_str()).collect();
    let mut text =
        if names.is_empty() { String::new() } else { format!("protected by {}", names.join(", ")) };
    let missing: Vec<&Protection> = all.iter().filter(|one| !one.in_force).collect();
    let mut reasons: Vec<&str> = missing.iter().filter_map(|one| one.why_not.as_deref()).collect();
    reasons.dedup();
    for reason in reasons {
        let of = missing.iter().filter(|one| one.why_not.as_deref() == Some(reason));
        let names: Vec<&str> = of.map(|one| one.name.as_str()).collect();
        let _ = write!(
            text,
            "{}without {} ({reason})",
            if text.is_empty() { "" } else { "; " },
            names.join(", ")
        );
    }
    for one in all.iter().filter(|one| one.in_force) {
        if let Some(lacks) = &one.lacks {
            let _ = write!(text, "; {} is weaker than elsewhere ({lacks})", one.name);
        }
    }
    // A run of an earlier version tells of none.
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// How sandboxes were made, and why not more cheaply.
pub(super) fn sandboxes(result: &RunResult) -> Option<String> {
    let how = result.sandboxes.as_ref()?;
    let why = result.no_overlays.as_ref().map(|why| format!(" (without overlay mounts: {why})"));
    Some(format!("{how}{}", why.unwrap_or_default()))
}

/// A line for each thing that was looked at.
pub fn doctor_lines(examination: &Examination) -> String {
    let mut text = String::new();
    for check in &examination.checks {
        let mark = if check.ok { "ok     " } else { "MISSING" };
        let _ = write!(text, "{mark} {:10} {}: {}", check.adapter, check.what, check.found);
        if let Some(remedy) = &check.remedy {
            let _ = write!(text, "\n        {remedy}");
        }
        text.push('\n');
    }
    text
}
