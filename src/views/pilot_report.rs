//! Where a pilot stands, for those who decide on its next step.

use std::path::PathBuf;

use fairway_parity::ledger::{Rule, ShadowedCall};
use serde::Serialize;

use super::packet::Brief;
use super::{ExceptionMade, PilotCheck, PilotLane, PilotStanding};
use crate::ui::{Page, View};

/// Lanes and their authority, operations and their proof, shadowed calls, waivers, and what the next step lacks.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PilotReport {
    /// The project.
    pub project: String,
    /// When it was made.
    pub at: String,
    /// The adapter of the scripts.
    pub adapter: String,
    /// The lanes.
    pub lanes: Vec<PilotLane>,
    /// What has to hold before the scripts' lanes become Fairway's.
    pub checks: Vec<PilotCheck>,
    /// Whether all of it does.
    pub ready: bool,
    /// What the scripts changed although lanes are Fairway's.
    pub behind: Vec<String>,
    /// Where the pilot of single lanes stands; nothing where there was none.
    pub pilot: Option<PilotStanding>,
    /// What an operation needs to graduate.
    pub rule: Rule,
    /// The operations.
    pub operations: Vec<OperationLine>,
    /// Shadowed calls by day, the latest last.
    pub shadow: Vec<ShadowDay>,
    /// Shadowed calls that did not match, the latest last; at most twenty.
    pub mismatches: Vec<ShadowedCall>,
    /// The differences that are accepted.
    pub waivers: Vec<WaiverLine>,
    /// The calls that were let through without proof.
    pub exceptions: Vec<ExceptionMade>,
}

/// An operation, in a line.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct OperationLine {
    /// Its name.
    pub operation: String,
    /// Where it stands.
    pub standing: &'static str,
    /// How many live runs in a row matched.
    pub runs: usize,
    /// On how many copies that differ.
    pub copies: usize,
    /// How many distinct cases were shown.
    pub cases: usize,
    /// What it lacks beside the counts, or what took its graduation back.
    pub open: Vec<String>,
}

/// The shadowed calls of a day, in UTC.
#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub struct ShadowDay {
    /// The day.
    pub day: String,
    /// How many matched.
    pub matched: usize,
    /// How many did not.
    pub mismatched: usize,
    /// How many could not be compared.
    pub not_compared: usize,
}

/// A difference that is accepted.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct WaiverLine {
    /// Its id.
    pub id: String,
    /// The behaviour.
    pub behaviour: String,
    /// What differs.
    pub differs: String,
    /// Until when; nothing for one that is by design.
    pub until: Option<String>,
    /// Who answers for it, or the page that decides it.
    pub by: String,
}

/// The report, written to a file.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PilotReportWritten {
    /// The file.
    pub path: PathBuf,
}

impl View for PilotReportWritten {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("pilot report written to {}", self.path.display()));
    }
}

impl Brief for PilotReport {
    const NAME: &'static str = "pilot-report";
    const TEMPLATE: &'static str = include_str!("packet/templates/pilot-report.md.j2");
    const HTML: Option<&'static str> = Some(include_str!("packet/templates/pilot-report.html.j2"));
}
