//! The artifact of parity: where an imported queue stands, to be shared with those who decide on the switch.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Map, Value};

use super::packet::Brief;
use super::{HealthReport, LaneStatus, MergeReadiness};
use crate::policy::coordination::{Checked, Recommendation};
use crate::ui::{Page, View};

/// Where an imported queue stands. Its fields are the variables of its template.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ParityArtifact {
    /// The project.
    pub project: Option<String>,
    /// When it was looked at.
    pub at: String,
    /// What came in with the import.
    pub import: ImportSummary,
    /// What can be claimed, by role, configured roles first.
    pub ready: Vec<ReadyRole>,
    /// How many tasks can be claimed, all together.
    pub ready_total: usize,
    /// Who would review what each lane has changed.
    pub routes: Vec<RouteSample>,
    /// The catalogue of regression packs.
    pub packs: PackValidation,
    /// What is old or lacks a record.
    pub health: HealthReport,
    /// The gates of each task that is worked on or waits for its review.
    pub merges: Vec<MergeReadiness>,
    /// How each role's worktree stands.
    pub lanes: Vec<LaneStatus>,
    /// The sessions that are not over.
    pub sessions: Vec<SessionLine>,
    /// How many of the issues keep work from beginning.
    pub blockers: usize,
    /// How many of the issues somebody should look at.
    pub warnings: usize,
    /// What a coordinator finds wrong, the most urgent first.
    pub issues: Vec<Checked>,
    /// What to do, the most urgent first.
    pub recommendations: Vec<Recommendation>,
}

/// What came in with the import.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ImportSummary {
    /// How many tasks there are.
    pub tasks: i64,
    /// Of them, how many are in each state.
    pub by_state: Map<String, Value>,
    /// Tasks that have left the source.
    pub not_in_source: Vec<String>,
    /// Rows of the source that are kept as they were, by table.
    pub preserved: BTreeMap<String, usize>,
}

/// What a role can claim.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ReadyRole {
    /// The role.
    pub role: String,
    /// How many tasks.
    pub count: usize,
    /// Their ids, in the order in which to claim them.
    pub tasks: Vec<String>,
}

/// Who would review what a lane has changed.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct RouteSample {
    /// The role.
    pub role: String,
    /// Its branch.
    pub branch: String,
    /// How many paths it changed since it left the main branch.
    pub paths: usize,
    /// The reviewers.
    pub reviewers: Vec<String>,
    /// Why there are none.
    pub note: Option<String>,
}

/// What became of the check of the regression packs.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PackValidation {
    /// The catalogue, where there is a sound one.
    pub file: Option<String>,
    /// How many packs it has.
    pub packs: usize,
    /// How many warnings it gave.
    pub warnings: usize,
    /// Why it is none, or not sound.
    pub problem: Option<String>,
}

/// A session that is not over.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct SessionLine {
    /// Its id.
    pub session: String,
    /// The role that works in it.
    pub role: String,
    /// Where it stands.
    pub status: &'static str,
    /// The task it works on.
    pub task: Option<String>,
    /// When it was last heard of.
    pub heard: String,
}

/// The artifact, written to a file.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ArtifactWritten {
    /// The file.
    pub path: PathBuf,
}

impl View for ArtifactWritten {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("parity artifact written to {}", self.path.display()));
    }
}

impl Brief for ParityArtifact {
    const NAME: &'static str = "parity-artifact";
    const TEMPLATE: &'static str = include_str!("packet/templates/parity-artifact.md.j2");
}
