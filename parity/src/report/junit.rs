//! The report as `JUnit` XML, which CI systems show: a suite for each behaviour, a case for each scenario.

use std::fmt::Write as _;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::verdict::Verdict;

use super::cards::value;
use super::{ReportError, RunResult, ScenarioResult};

/// How many lines of a scenario's diffs a case carries, so that CI systems take the file.
const LINES: usize = 400;

/// The document.
///
/// # Errors
/// It cannot be written as XML.
pub fn junit(run: &RunResult) -> Result<String, ReportError> {
    let mut report = Report::new("fairway parity");
    report.set_time(time(run.time.wall_seconds));
    for behaviour in &run.behaviours {
        let mut suite = TestSuite::new(behaviour.name.as_str());
        let own = run.scenarios.iter().filter(|scenario| scenario.behaviour == behaviour.name);
        let mut seconds = 0.0;
        for scenario in own {
            seconds += scenario.seconds;
            suite.add_test_case(case(scenario));
        }
        suite.set_time(time(seconds));
        report.add_test_suite(suite);
    }
    if !run.unused_waivers.is_empty() {
        let mut suite = TestSuite::new("waivers");
        for id in &run.unused_waivers {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("unused").set_message("it accepts nothing: remove it");
            suite.add_test_case(TestCase::new(id.as_str(), status));
        }
        report.add_test_suite(suite);
    }
    Ok(report.to_string()?)
}

fn case(scenario: &ScenarioResult) -> TestCase {
    let status = match scenario.verdict {
        Verdict::Matched | Verdict::Waived => TestCaseStatus::success(),
        Verdict::Mismatched | Verdict::Unstable => failed(NonSuccessKind::Failure, scenario),
        Verdict::Errored => failed(NonSuccessKind::Error, scenario),
    };
    let mut case = TestCase::new(scenario.name.as_str(), status);
    case.set_classname(scenario.behaviour.as_str()).set_time(time(scenario.seconds));
    if scenario.verdict == Verdict::Waived {
        case.set_system_out(places(scenario));
    }
    case
}

fn failed(kind: NonSuccessKind, scenario: &ScenarioResult) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    let open = scenario.differences.iter().filter(|difference| difference.waiver.is_none()).count();
    let message = match (&scenario.error, open) {
        (Some(error), _) => error.lines().next().unwrap_or_default().to_owned(),
        (None, 0) => scenario.unmet_guards.first().map(ToString::to_string).unwrap_or_default(),
        (None, 1) => "1 difference".to_owned(),
        (None, open) => format!("{open} differences"),
    };
    status.set_type(scenario.verdict.name()).set_message(message).set_description(detail(scenario));
    status
}

/// What a person needs in order to see what is wrong: errors, places, diffs.
fn detail(scenario: &ScenarioResult) -> String {
    let mut text = format!("{}\n", scenario.summary);
    for line in scenario.error.iter().cloned().chain(scenario.unmet_guards.iter().map(ToString::to_string)) {
        let _ = writeln!(text, "{line}");
    }
    text.push_str(&places(scenario));
    let all: Vec<&str> = scenario.diffs.iter().flat_map(|step| step.diff.lines()).collect();
    let mut left = LINES;
    for step in &scenario.diffs {
        let lines = step.diff.lines().take(left);
        let _ = writeln!(text, "\n{}", step.at);
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
        left = left.saturating_sub(step.diff.lines().count());
        if left == 0 {
            break;
        }
    }
    if let Some(more) = all.len().checked_sub(LINES).filter(|more| *more > 0) {
        let _ = writeln!(text, "and {more} more lines, which result.json has");
    }
    text
}

fn places(scenario: &ScenarioResult) -> String {
    const PLACES: usize = 20;
    let mut text = String::new();
    for difference in scenario.differences.iter().take(PLACES) {
        let show = |side: &Option<_>| value(side.as_ref(), 80);
        let waived = difference.waiver.as_ref().map(|id| format!("  (waived: {id})")).unwrap_or_default();
        let (one, two) = (show(&difference.reference), show(&difference.candidate));
        let _ = writeln!(text, "{}: {one} -> {two}{waived}", difference.place);
    }
    if let Some(more) = scenario.differences.len().checked_sub(PLACES).filter(|more| *more > 0) {
        let _ = writeln!(text, "and {more} more places, which result.json names");
    }
    text
}

/// A time that came from a file may be anything.
fn time(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
