//! An import: what was done, or would be done.

use serde::Serialize;

use crate::migrate::import::{Drift, Plan};
use crate::model::{Diagnostic, Severity};
use crate::ui::{Page, Table, View};

/// How many of a long list are shown.
const SHOWN: usize = 20;

/// An import that was applied, or its plan.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ImportReport {
    /// What it does.
    #[serde(flatten)]
    pub plan: Plan,
    /// Whether it was applied.
    pub applied: bool,
}

impl ImportReport {
    /// What is odd about the sources, without being an error.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.plan.problems.iter().filter(|problem| problem.severity == Severity::Warning)
    }
}

impl View for ImportReport {
    fn show(&self, page: &mut Page) {
        self.show_sources(page);
        self.show_tables(page);
        self.show_tasks(page);
        self.show_drift(page);
        self.show_kept(page);
        page.gap();
        let warnings = self.warnings().count();
        if warnings > 0 {
            page.line(count(warnings, "warning"));
        }
        page.line(if self.applied {
            "applied in one transaction"
        } else {
            "nothing was written; run the same command without --dry-run to apply it"
        });
    }
}

impl ImportReport {
    fn show_sources(&self, page: &mut Page) {
        let plan = &self.plan;
        page.field("queue", Some(format_args!("{} ({})", plan.source.path, count(plan.tasks, "task"))));
        page.field("sha256", Some(&plan.source.sha256));
        if let Some(snapshot) = &plan.snapshot {
            page.field("snapshot", Some(format_args!("{} (schema {})", snapshot.path, snapshot.schema)));
            page.field("rows sha256", Some(&snapshot.sha256));
        }
    }

    fn show_tables(&self, page: &mut Page) {
        page.heading("Rows");
        let names = ["FROM", "TO", "READ", "ADDED", "CHANGED", "KEPT", "JSON"];
        let mut table = Table::new(names).right(&[2, 3, 4, 5, 6]);
        for row in self.plan.tables.iter().filter(|row| row.read > 0) {
            let numbers = [row.read, row.added, row.changed, row.kept, row.preserved].map(|n| n.to_string());
            let [read, added, changed, kept, preserved] = &numbers;
            table.row([
                Some(&row.source),
                Some(&row.target),
                Some(read),
                Some(added),
                Some(changed),
                Some(kept),
                Some(preserved),
            ]);
        }
        page.table(table, "(none)");
    }

    fn show_tasks(&self, page: &mut Page) {
        let (tasks, states) = (&self.plan.definitions, &self.plan.states);
        page.heading("Tasks");
        page.line(format_args!(
            "{} arrive, {} change, {} move in the file, {} stay as they are",
            tasks.arrived, tasks.changed, tasks.moved, tasks.unchanged
        ));
        list(page, "left the file", &tasks.left);
        list(page, "only in the database", &tasks.only_in_snapshot);
        page.line(format_args!(
            "state: {} todo, {} from the file, {} from the database, {} kept",
            states.todo, states.from_file, states.from_snapshot, states.kept
        ));
        list(page, "moved since, so their state stays", &states.moved_since);
        for default in &self.plan.defaults {
            let value = default.value.as_str().unwrap_or("none");
            page.line(format_args!("no {}: {value}, for {}", default.field, count(default.tasks, "task")));
        }
    }

    fn show_drift(&self, page: &mut Page) {
        let drift = &self.plan.drift;
        if drift.is_empty() {
            return;
        }
        page.heading(format_args!("Drift: the file and the database disagree {}", times(drift.len())));
        let mut table = Table::new(["TASK", "FIELD", "FILE", "DATABASE"]);
        for Drift { task, field, file, db, .. } in drift.iter().take(SHOWN) {
            table.row([Some(task), Some(field), file.as_deref(), db.as_deref()]);
        }
        page.table(table, "(none)");
        more(page, drift.len());
    }

    fn show_kept(&self, page: &mut Page) {
        let plan = &self.plan;
        if !plan.unknown_fields.is_empty() {
            page.heading("Fields kept with their tasks");
            let mut table = Table::new(["FIELD", "TASKS", "FIRST"]).right(&[1]);
            for field in plan.unknown_fields.iter().take(SHOWN) {
                table.row([Some(&field.name), Some(&field.tasks.to_string()), Some(&field.first)]);
            }
            page.table(table, "(none)");
            more(page, plan.unknown_fields.len());
        }
        if !plan.unmapped.is_empty() || !plan.ignored.is_empty() {
            page.heading("Without a place in the store");
        }
        for unmapped in &plan.unmapped {
            let what = match unmapped.columns.as_slice() {
                [] => unmapped.table.clone(),
                columns => format!("{}.{}", unmapped.table, columns.join(", ")),
            };
            page.line(format_args!("{what}: {} kept as JSON", count(unmapped.rows, "row")));
        }
        for ignored in &plan.ignored {
            page.line(format_args!("{}: ignored, {}", ignored.table, ignored.reason));
        }
    }
}

fn list(page: &mut Page, what: &str, ids: &[String]) {
    if ids.is_empty() {
        return;
    }
    page.line(format_args!("{what} ({}):", ids.len()));
    for id in ids.iter().take(SHOWN) {
        page.line(format_args!("  {id}"));
    }
    more(page, ids.len());
}

fn more(page: &mut Page, all: usize) {
    if all > SHOWN {
        page.line(format_args!("  and {} more (all of them with --json)", all - SHOWN));
    }
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn times(number: usize) -> String {
    if number == 1 { "once".to_owned() } else { format!("{number} times") }
}
