//! Checks: what was found, and which gates are passed.

use serde::Serialize;

use crate::policy::consistency::Finding;
use crate::policy::merging::Gate;
use crate::ui::{Page, Table, View};

/// What a comparison with git found.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Findings {
    /// The verb that looked.
    #[serde(skip)]
    pub command: &'static str,
    /// What it found, in its order.
    pub findings: Vec<Finding>,
}

impl View for Findings {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["CODE", "SUBJECT", "DETAIL"]).wrapped();
        for Finding { code, subject, detail } in &self.findings {
            table.row([Some(code), Some(subject), Some(detail)]);
        }
        page.table(table, "(nothing to say)");
        page.gap();
        page.line(format_args!("{}: {} finding(s)", self.command, self.findings.len()));
    }
}

/// Whether a task's branch may be merged.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct MergeReadiness {
    /// The task.
    pub task: String,
    /// Whether every gate is passed.
    pub ready: bool,
    /// The gates, in their order.
    pub gates: Vec<Gate>,
}

impl View for MergeReadiness {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["GATE", "PASS", "DETAIL"]).wrapped();
        for Gate { gate, pass, detail } in &self.gates {
            table.row([Some(gate), Some(if *pass { "yes" } else { "NO" }), Some(detail)]);
        }
        page.table(table, "(no gates)");
        page.gap();
        let word = if self.ready { "ready to merge" } else { "not ready to merge" };
        page.line(format_args!("{} is {word}", self.task));
    }
}
