//! The hierarchy: a spawned task, a tree, and how far a parent is.

use serde::Serialize;

use crate::model::Task;
use crate::ui::{Page, Table, View};

/// How many open siblings a line names.
const NAMED: usize = 5;

/// A task that was spawned.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Spawned {
    /// The task as it is now.
    pub task: Task,
    /// The task that it was spawned from, when there is one.
    pub from_task: Option<String>,
    /// How that one was found: `--from-task`, `FAIRWAY_TASK_ID`, `FAIRWAY_SESSION_ID`, or `session ID`.
    pub found_by: Option<String>,
    /// What is odd about it, for a warning.
    #[serde(skip)]
    pub warning: Option<String>,
}

impl View for Spawned {
    fn show(&self, page: &mut Page) {
        let task = &self.task.definition;
        let place = match &task.parent {
            Some(parent) => format!("below {parent}"),
            None => "at the top".to_owned(),
        };
        page.line(format_args!("spawned {} in {}, {place}: {}", task.id, task.role, task.title));
        if let (Some(from), Some(by)) = (&self.from_task, &self.found_by) {
            page.line(format_args!("  from {from} ({by})"));
        }
    }
}

/// How far a task's children are.
#[derive(Debug, Clone, Copy, Serialize, schemars::JsonSchema)]
pub struct ChildProgress {
    /// How many are in a terminal state.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// A task of a tree.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TreeNode {
    /// The task.
    pub id: String,
    /// The task it is a part of.
    pub parent: Option<String>,
    /// How far below the one that was asked for.
    pub depth: usize,
    /// Its kind.
    pub kind: Option<String>,
    /// Its role.
    pub role: String,
    /// Its status.
    pub status: String,
    /// Its title.
    pub title: String,
    /// Whether the source still has it.
    pub in_source: bool,
    /// How far its children are; none when it has none.
    pub children: Option<ChildProgress>,
    /// What is drawn before its id.
    #[serde(skip)]
    pub branch: String,
}

/// A task and what is below it, each task after its parent.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Tree {
    /// The tasks.
    pub tasks: Vec<TreeNode>,
    /// How many tasks are deeper than was asked for.
    pub deeper: usize,
}

impl View for Tree {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["ID", "STATUS", "CHILDREN", "ROLE", "KIND", "TITLE"]);
        for node in &self.tasks {
            let children = node.children.map(|progress| format!("{}/{}", progress.done, progress.total));
            table.drawn_row(
                &node.branch,
                [
                    Some(&node.id),
                    Some(&node.status),
                    children.as_deref(),
                    Some(&node.role),
                    node.kind.as_deref(),
                    Some(&node.title),
                ],
            );
        }
        page.table(table, "(none)");
        if self.deeper > 0 {
            page.line(format_args!("{} more below --depth", self.deeper));
        }
    }
}

/// How far the parent of a task is that was just finished.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct RollUp {
    /// The parent.
    pub parent: String,
    /// Its status, which does not depend on its children's.
    pub status: String,
    /// How many of its children are in a terminal state.
    pub done: usize,
    /// How many children it has.
    pub total: usize,
    /// The children that are not.
    pub open: Vec<OpenSibling>,
}

/// A child of the same parent that is not finished.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct OpenSibling {
    /// The task.
    pub id: String,
    /// Its status.
    pub status: String,
}

impl RollUp {
    pub(super) fn show(&self, page: &mut Page) {
        let Self { parent, status, done, total, open } = self;
        if open.is_empty() {
            page.line(format_args!("  {parent} ({status}): all {total} children done"));
            return;
        }
        let named: Vec<String> =
            open.iter().take(NAMED).map(|task| format!("{} ({})", task.id, task.status)).collect();
        let more = match open.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        page.line(format_args!("  {parent} ({status}): {done} of {total} children done"));
        page.line(format_args!("  open: {}{more}", named.join(", ")));
    }
}
