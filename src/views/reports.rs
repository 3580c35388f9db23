//! The reports on the whole queue.

use std::fmt::Display;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::time::to_minute;
use crate::policy::health::Health;
use crate::store::{ActiveTask, BlockedTask, StatusCount, TimeSpent};
use crate::ui::{Page, Table, View};

/// Where the queue stands.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct StatusReport {
    /// Of each role, how many tasks are in each state; configured roles first.
    pub roles: Map<String, Value>,
    /// The same of all roles together.
    pub total: Map<String, Value>,
    /// What is worked on.
    pub in_progress: Vec<Active>,
    /// What is blocked.
    pub blocked: Vec<Blocked>,
    /// Tasks that have left the source.
    pub not_in_source: Vec<String>,
}

/// A task that somebody works on.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Active {
    /// Its id.
    pub id: String,
    /// Its role.
    pub role: String,
    /// The label of who works on it.
    pub owner: Option<String>,
    /// Who claimed it.
    pub claimant: Option<String>,
    /// The branch the work happens on.
    pub branch: Option<String>,
    /// When it was claimed.
    pub claimed_at: Option<String>,
    /// Its title.
    pub title: String,
}

/// A task that is blocked.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Blocked {
    /// Its id.
    pub id: String,
    /// Its role.
    pub role: String,
    /// Why.
    pub blocked_reason: Option<String>,
    /// Since when.
    pub since: Option<String>,
}

impl From<ActiveTask> for Active {
    fn from(task: ActiveTask) -> Self {
        let ActiveTask { id, role, owner, claimant, branch, claimed_at, title } = task;
        Self { id, role, owner, claimant, branch, claimed_at, title }
    }
}

impl From<BlockedTask> for Blocked {
    fn from(task: BlockedTask) -> Self {
        Self { id: task.id, role: task.role, blocked_reason: task.reason, since: task.since }
    }
}

impl StatusReport {
    /// Nothing counted yet: the roles and states that are configured, in their order.
    pub fn new<'a>(roles: impl Iterator<Item = &'a str>, states: &[String]) -> Self {
        let none: Map<String, Value> = states.iter().map(|state| (state.clone(), 0.into())).collect();
        Self {
            roles: roles.map(|role| (role.to_owned(), Value::Object(none.clone()))).collect(),
            total: none,
            in_progress: Vec::new(),
            blocked: Vec::new(),
            not_in_source: Vec::new(),
        }
    }

    /// Adds to a role and to the total.
    pub fn count(&mut self, found: &StatusCount) {
        let none = || Value::Object(self.total.keys().map(|state| (state.clone(), 0.into())).collect());
        let role = self.roles.entry(found.role.clone()).or_insert_with(none);
        if let Some(role) = role.as_object_mut() {
            add(role, &found.status, found.tasks);
        }
        add(&mut self.total, &found.status, found.tasks);
    }

    pub(super) fn show_counts(&self, page: &mut Page) {
        let names = self.total.keys().map(|state| state.to_uppercase());
        let columns: Vec<String> =
            ["ROLE".to_owned()].into_iter().chain(names).chain(["TOTAL".to_owned()]).collect();
        let right: Vec<usize> = (1..columns.len()).collect();
        let mut table = Table::with_columns(columns).right(&right);
        for (name, counts) in &self.roles {
            table.cells(self.line(name, counts.as_object()));
        }
        table.cells(self.line("TOTAL", Some(&self.total)));
        page.table(table, "(no roles)");
    }

    /// A role's counts in the order of the columns, and their sum.
    fn line(&self, name: &str, counts: Option<&Map<String, Value>>) -> Vec<String> {
        let count =
            |state: &String| counts.and_then(|counts| counts.get(state)?.as_i64()).unwrap_or_default();
        let counts: Vec<i64> = self.total.keys().map(count).collect();
        let sum: i64 = counts.iter().sum();
        [name.to_owned()].into_iter().chain(counts.iter().chain([&sum]).map(ToString::to_string)).collect()
    }
}

fn add(counts: &mut Map<String, Value>, state: &str, tasks: i64) {
    let sum = counts.get(state).and_then(Value::as_i64).unwrap_or_default() + tasks;
    counts.insert(state.to_owned(), sum.into());
}

impl View for StatusReport {
    fn show(&self, page: &mut Page) {
        self.show_counts(page);
        page.heading("In progress");
        // The title is in the JSON: with it the ids would be cut at 80 columns.
        let mut table = Table::new(["ID", "ROLE", "CLAIMED AT", "BY"]);
        for task in &self.in_progress {
            table.row([
                Some(&task.id),
                Some(&task.role),
                task.claimed_at.as_deref().map(to_minute).as_deref(),
                task.claimant.as_deref().or(task.owner.as_deref()),
            ]);
        }
        page.table(table, "(none)");
        page.heading("Blocked");
        let mut table = Table::new(["ID", "ROLE", "SINCE", "REASON"]).wrapped();
        for task in &self.blocked {
            table.row([
                Some(&task.id),
                Some(&task.role),
                task.since.as_deref().map(to_minute).as_deref(),
                task.blocked_reason.as_deref(),
            ]);
        }
        page.table(table, "(none)");
        if !self.not_in_source.is_empty() {
            page.heading("Left the source file");
            page.words(self.not_in_source.iter());
        }
    }
}

/// How the queue is: a count for each thing that is watched, with those it concerns.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct HealthReport {
    /// Tasks in progress.
    pub in_progress: Counted<String>,
    /// Tasks in progress for more than two hours.
    pub in_progress_over_2h: Counted<String>,
    /// Tasks blocked for more than a day.
    pub blocked_over_24h: Counted<String>,
    /// Handoffs that nobody has acknowledged.
    pub handoffs_unacknowledged: Counted<i64>,
    /// Handoffs that nobody has acknowledged for more than an hour.
    pub handoffs_unacknowledged_over_1h: Counted<i64>,
    /// Tasks whose review is pending and was never routed.
    pub reviews_pending_unrouted: Counted<String>,
    /// Tasks that are done without accepted evidence.
    pub done_without_evidence: Counted<String>,
}

/// So many, and which.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Counted<T> {
    /// How many.
    pub count: usize,
    /// Which.
    pub items: Vec<T>,
}

impl<T> From<Vec<T>> for Counted<T> {
    fn from(items: Vec<T>) -> Self {
        Self { count: items.len(), items }
    }
}

impl From<Health> for HealthReport {
    fn from(health: Health) -> Self {
        Self {
            in_progress: health.in_progress.into(),
            in_progress_over_2h: health.in_progress_over_2h.into(),
            blocked_over_24h: health.blocked_over_24h.into(),
            handoffs_unacknowledged: health.handoffs_unacknowledged.into(),
            handoffs_unacknowledged_over_1h: health.handoffs_unacknowledged_over_1h.into(),
            reviews_pending_unrouted: health.reviews_pending_unrouted.into(),
            done_without_evidence: health.done_without_evidence.into(),
        }
    }
}

impl View for HealthReport {
    fn show(&self, page: &mut Page) {
        show_counted(page, "in progress", &self.in_progress);
        show_counted(page, "in progress over 2 h", &self.in_progress_over_2h);
        show_counted(page, "blocked over 24 h", &self.blocked_over_24h);
        show_counted(page, "handoffs unacknowledged", &self.handoffs_unacknowledged);
        show_counted(page, "handoffs unacknowledged over 1 h", &self.handoffs_unacknowledged_over_1h);
        show_counted(page, "reviews pending, not routed", &self.reviews_pending_unrouted);
        show_counted(page, "done without evidence", &self.done_without_evidence);
    }
}

fn show_counted<T: Display>(page: &mut Page, name: &str, counted: &Counted<T>) {
    page.line(format_args!("{name:<34}{:>6}", counted.count));
    if !counted.items.is_empty() {
        page.words(counted.items.iter());
    }
}

/// How much time evidence took.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TimingReport {
    /// All of it.
    pub total_seconds: i64,
    /// By role, configured roles first.
    pub roles: Vec<RoleTime>,
    /// By task, most first.
    pub tasks: Vec<TaskTime>,
}

/// The time of a role.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct RoleTime {
    /// The role.
    pub role: String,
    /// Its seconds.
    pub seconds: i64,
    /// How many rows of evidence name a duration.
    pub rows: i64,
}

/// The time of a task.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TaskTime {
    /// The task.
    pub task: String,
    /// Its role.
    pub role: String,
    /// Its seconds.
    pub seconds: i64,
    /// How many rows of evidence name a duration.
    pub rows: i64,
}

impl TimingReport {
    /// Adds up by role what was spent by task.
    pub fn new<'a>(roles: impl Iterator<Item = &'a str>, spent: Vec<TimeSpent>) -> Self {
        let mut roles: Vec<RoleTime> =
            roles.map(|role| RoleTime { role: role.to_owned(), seconds: 0, rows: 0 }).collect();
        for task in &spent {
            if let Some(role) = roles.iter_mut().find(|known| known.role == task.role) {
                role.seconds += task.seconds;
                role.rows += task.rows;
            } else {
                let TimeSpent { role, seconds, rows, .. } = task.clone();
                roles.push(RoleTime { role, seconds, rows });
            }
        }
        let tasks = spent.into_iter().map(|TimeSpent { task, role, seconds, rows }| TaskTime {
            task,
            role,
            seconds,
            rows,
        });
        Self { total_seconds: roles.iter().map(|role| role.seconds).sum(), roles, tasks: tasks.collect() }
    }
}

impl View for TimingReport {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["ROLE", "SECONDS", "ROWS"]).right(&[1, 2]);
        for role in &self.roles {
            table.row([Some(&role.role), Some(&role.seconds.to_string()), Some(&role.rows.to_string())]);
        }
        let rows: i64 = self.roles.iter().map(|role| role.rows).sum();
        table.row([Some("TOTAL"), Some(&self.total_seconds.to_string()), Some(&rows.to_string())]);
        page.table(table, "(no roles)");
        page.gap();
        let mut table = Table::new(["TASK", "SECONDS", "ROWS", "ROLE"]).right(&[1, 2]);
        for task in &self.tasks {
            let (seconds, rows) = (task.seconds.to_string(), task.rows.to_string());
            table.row([Some(&task.task), Some(&seconds), Some(&rows), Some(&task.role)]);
        }
        page.table(table, "(no evidence names a duration)");
    }
}
