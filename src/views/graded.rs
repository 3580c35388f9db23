//! How many faults the scenarios notice.

use fairway_parity::grade::{Grade, grade_report};
use serde::Serialize;

use crate::ui::{Page, View};

/// A grading of the scenarios.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Graded(#[schemars(with = "serde_json::Value")] pub Grade);

impl View for Graded {
    fn show(&self, page: &mut Page) {
        page.line(grade_report(&self.0).trim_end());
    }
}
