//! The tasks of what a parity run found.

use serde::Serialize;

use crate::ui::{Page, View};

/// The tasks of a run's mismatches.
#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub struct MismatchTasks {
    /// One for each step of a scenario that differs.
    pub tasks: Vec<MismatchTask>,
}

/// The task of one mismatch.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct MismatchTask {
    /// Its id, which is the same in every run.
    pub task: String,
    /// Behaviour, scenario and step.
    pub place: String,
    /// Whether it was recorded now; else it was there already.
    pub recorded: bool,
    /// Its status.
    pub status: String,
}

impl View for MismatchTasks {
    fn show(&self, page: &mut Page) {
        for task in &self.tasks {
            let MismatchTask { task, place, recorded, status } = task;
            let what = if *recorded { "recorded".to_owned() } else { format!("known, {status}") };
            page.line(format_args!("{task} ({what}): {place}"));
        }
        let new = self.tasks.iter().filter(|task| task.recorded).count();
        page.line(format_args!("mismatches as tasks: {new} recorded, {} known", self.tasks.len() - new));
    }
}
