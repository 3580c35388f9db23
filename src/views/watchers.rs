//! Watches: begun, ended, listed.

use serde::Serialize;

use crate::model::time::to_minute;
use crate::model::{WatchResult, Watcher};
use crate::ui::{Page, Table, View};

/// A watch that began.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct WatchStarted {
    /// The watch.
    pub watch: String,
    /// Its task.
    pub task: String,
}

impl View for WatchStarted {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("watch {} started for {}", self.watch, self.task));
    }
}

/// A watch that ended, and the evidence that says so.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct WatchFinished {
    /// The watch.
    pub watch: String,
    /// How it ended.
    pub result: WatchResult,
    /// How long it ran.
    pub duration_seconds: Option<u64>,
    /// The number of the evidence.
    pub evidence: i64,
    /// The task that it was recorded for.
    pub task: String,
}

impl View for WatchFinished {
    fn show(&self, page: &mut Page) {
        let Self { watch, result, duration_seconds, evidence, task } = self;
        let after = duration_seconds.map(|seconds| format!(" after {seconds}s")).unwrap_or_default();
        page.line(format_args!(
            "watch {watch} finished: {}{after}, evidence {evidence} recorded for {task}",
            result.as_str()
        ));
    }
}

/// The watches, in the order in which they began.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Watches {
    /// The watches.
    pub watches: Vec<Watcher>,
    /// The task that was asked for, when there is none of that name.
    #[serde(skip)]
    pub unknown_task: Option<String>,
}

impl View for Watches {
    fn show(&self, page: &mut Page) {
        // Owner and duration are in the JSON: with them the ids would be cut at 80 columns.
        let mut table = Table::new(["WATCH", "TASK", "STATE", "STARTED", "PROCESS"]);
        for watch in &self.watches {
            table.row([
                Some(&watch.id),
                watch.brief.task_id.as_deref(),
                Some(watch.result.as_deref().unwrap_or(watch.status.as_str())),
                Some(&to_minute(&watch.started_at)),
                watch.brief.process.as_deref(),
            ]);
        }
        page.table(table, "(no watches)");
    }
}
