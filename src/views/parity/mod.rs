//! What the harness found.

mod diff;
mod graduation;
mod noise;
mod shadow;
mod show;

pub use diff::{DiffLayout, ScenarioDiffs};
pub use graduation::{
    ExceptionMade, OperationStanding, OperationsGraduated, OperationsRevoked, ParityStatus,
};
pub use noise::NoiseLearnt;
pub use shadow::ShadowedCalls;
pub use show::RunShown;

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
    pub result: RunResult,
    /// Where everything raw and canonical is.
    pub out: PathBuf,
    /// The tasks of its mismatches; only when they were asked for.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<MismatchTasks>,
    /// The ledger that it was written into; only in a project whose scripts were compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<PathBuf>,
}

impl View for ParityRun {
    fn show(&self, page: &mut Page) {
        page.line(run_report(&self.result).trim_end());
        page.line(format_args!("everything raw and canonical: {}", self.out.display()));
        if let Some(tasks) = &self.tasks {
            tasks.show(page);
        }
        page.line(format_args!("to read: {}", self.out.join("report.html").display()));
    }
}

/// What a run needs, and what of it is there.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Examined(pub Examination);

impl View for Examined {
    fn show(&self, page: &mut Page) {
        page.line(doctor_lines(&self.0).trim_end());
    }
}

/// A report that was made.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ReportMade {
    /// The run.
    pub run_id: String,
    /// `html`, `junit`, `markdown` or `json`.
    pub format: &'static str,
    /// The file that it was written to.
    pub path: Option<PathBuf>,
    /// The report itself, when it was written to no file.
    pub document: Option<String>,
}

impl View for ReportMade {
    fn show(&self, page: &mut Page) {
        if let Some(document) = &self.document {
            page.line(document.trim_end());
        }
        if let Some(path) = &self.path {
            page.line(format_args!(
                "{} report of {} written to {}",
                self.format,
                self.run_id,
                path.display()
            ));
        }
    }
}
