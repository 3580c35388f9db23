//! What the harness found.

use std::path::PathBuf;

use fairway_parity::report::{RunResult, doctor_lines, run_report};
use fairway_parity::run::Examination;
use serde::Serialize;

use super::MismatchTasks;
use crate::ui::{Page, View};

/// A run, and where everything raw is.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ParityRun {
    /// What it found.
    #[serde(flatten)]
    #[schemars(with = "serde_json::Value")]
    pub result: RunResult,
    /// Where everything raw and canonical is.
    pub out: PathBuf,
    /// The tasks of its mismatches; only when they were asked for.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<MismatchTasks>,
}

impl View for ParityRun {
    fn show(&self, page: &mut Page) {
        page.line(run_report(&self.result).trim_end());
        page.line(format_args!("everything raw and canonical: {}", self.out.display()));
        if let Some(tasks) = &self.tasks {
            tasks.show(page);
        }
    }
}

/// What a run needs, and what of it is there.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Examined(#[schemars(with = "serde_json::Value")] pub Examination);

impl View for Examined {
    fn show(&self, page: &mut Page) {
        page.line(doctor_lines(&self.0).trim_end());
    }
}
