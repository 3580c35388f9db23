//! The plan of a migration.

use std::path::PathBuf;

use serde::Serialize;

use crate::migrate::import::{Drift, Side};
use crate::migrate::plan::{Hazard, HazardWeight, PlanFile};
use crate::model::{Diagnostic, Severity};
use crate::ui::{Page, Table, View};

/// How many of a long list are shown.
const SHOWN: usize = 10;

/// A plan that was made.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct MigrationPlanned {
    /// The plan, as its file has it.
    #[serde(flatten)]
    pub file: PlanFile,
    /// Where it was written.
    pub out: Option<PathBuf>,
    /// Whether somebody had the database open while it was copied.
    pub in_use: bool,
}

impl MigrationPlanned {
    /// What is odd about the sources, without being an error.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.file.plan.import.problems.iter().filter(|problem| problem.severity == Severity::Warning)
    }
}

impl View for MigrationPlanned {
    fn show(&self, page: &mut Page) {
        self.show_sources(page);
        self.show_rows(page);
        self.show_drift(page);
        self.show_yaml(page);
        self.show_lanes(page);
        self.show_hazards(page);
        self.show_outcome(page);
    }
}

impl MigrationPlanned {
    fn show_sources(&self, page: &mut Page) {
        let plan = &self.file.plan;
        page.field("from", Some(format_args!("{} (adapter {})", self.file.from, plan.adapter)));
        page.field("plan sha256", Some(&self.file.plan_sha256));
        page.heading("Sources");
        let mut table = Table::new(["SOURCE", "PLACE", "SHA256", "HOLDS"]).elastic(&[1]);
        let sources = &plan.sources;
        if let Some(queue) = &sources.queue {
            let holds = format!("{} tasks", plan.import.tasks);
            table.row([Some("queue"), Some(&queue.place), Some(short(&queue.sha256)), Some(&holds)]);
        }
        if let Some(database) = &sources.database {
            let rows: u64 = database.rows.values().filter_map(serde_json::Value::as_u64).sum();
            let holds = format!("{rows} rows, schema {}", database.schema);
            table.row([
                Some("database"),
                Some(&database.place),
                Some(short(&database.rows_sha256)),
                Some(&holds),
            ]);
        }
        if let Some(packs) = &sources.packs {
            let holds =
                plan.packs.map_or_else(|| "no catalogue".to_owned(), |packs| format!("{packs} packs"));
            table.row([Some("packs"), Some(&packs.place), Some(short(&packs.sha256)), Some(&holds)]);
        }
        page.table(table, "(none)");
        if self.in_use {
            page.line("the database was in use while it was copied");
        }
    }

    fn show_rows(&self, page: &mut Page) {
        page.heading("Rows");
        let names = ["FROM", "TO", "IN", "OUT", "KEPT", "JSON"];
        let mut table = Table::new(names).right(&[2, 3, 4, 5]);
        for row in self.file.plan.import.tables.iter().filter(|row| row.read > 0) {
            let numbers =
                [row.read, row.added + row.changed, row.kept, row.preserved].map(|number| number.to_string());
            let [read, out, kept, preserved] = &numbers;
            table.row([
                Some(&row.source),
                Some(&row.target),
                Some(read),
                Some(out),
                Some(kept),
                Some(preserved),
            ]);
        }
        page.table(table, "(none)");
        page.line("OUT: new or changed in the store. KEPT: there already, or another source's word counts.");
    }

    fn show_drift(&self, page: &mut Page) {
        let import = &self.file.plan.import;
        let all = import.drift.len() + import.definition_drift.len();
        if all == 0 {
            return;
        }
        page.heading(format_args!("Drift: file and database disagree {all} times"));
        let mut table = Table::new(["TASK", "FIELD", "FILE", "DATABASE", "WINS"]).elastic(&[2, 3]);
        for list in [&import.drift, &import.definition_drift] {
            for Drift { task, field, file, db, wins } in list.iter().take(SHOWN) {
                let wins = match wins {
                    Side::File => "file",
                    Side::Database => "database",
                };
                table.row([Some(task), Some(field), file.as_deref(), db.as_deref(), Some(wins)]);
            }
        }
        page.table(table, "(none)");
        let shown = import.drift.len().min(SHOWN) + import.definition_drift.len().min(SHOWN);
        more(page, all, shown);
    }

    fn show_yaml(&self, page: &mut Page) {
        let groups = &self.file.plan.yaml_versions;
        if groups.is_empty() {
            return;
        }
        page.heading("Values that a YAML 1.2 reader would read otherwise");
        let mut table = Table::new(["LINE", "PATH", "WRITTEN", "HERE", "YAML 1.2"]).right(&[0]);
        let (mut all, mut shown) = (0, 0);
        for group in groups {
            all += group.total;
            for value in group.values.iter().take(SHOWN) {
                shown += 1;
                let here = format!("{} {}", group.yaml_1_1, value.reads);
                let there = format!("{} {}", group.yaml_1_2, value.would_read);
                let line = value.line.to_string();
                table.row([Some(&line), Some(&value.path), Some(&value.text), Some(&here), Some(&there)]);
            }
        }
        page.table(table, "(none)");
        more(page, all, shown);
    }

    fn show_lanes(&self, page: &mut Page) {
        let lanes = &self.file.plan.lanes;
        if lanes.is_empty() {
            return;
        }
        page.heading("Lanes, which stay where they are");
        let mut table = Table::new(["ROLE", "BRANCH", "COMMIT", "WORKTREE"]);
        for lane in lanes {
            let commit = lane.commit.as_deref().map(short);
            table.row([Some(&lane.role), Some(&lane.branch), commit, Some(lane.worktree.word())]);
        }
        page.table(table, "(none)");
    }

    fn show_hazards(&self, page: &mut Page) {
        let hazards = &self.file.plan.hazards;
        page.heading(format_args!("Hazards ({})", hazards.len()));
        if hazards.is_empty() {
            page.line("none");
        }
        for Hazard { code, weight, count, meaning, advice, examples } in hazards {
            let weight = match weight {
                HazardWeight::Stops => "stops",
                HazardWeight::High => "high",
                HazardWeight::Medium => "medium",
                HazardWeight::Low => "low",
            };
            page.line(format_args!("{weight}: {code} ({count})"));
            page.indented(meaning);
            page.indented(&format!("what to do: {advice}"));
            for example in examples {
                page.indented(&format!("- {example}"));
            }
            if *count > examples.len() {
                page.indented(&format!("- and {} more", count - examples.len()));
            }
        }
    }

    fn show_outcome(&self, page: &mut Page) {
        page.gap();
        match &self.out {
            Some(out) => page.line(format_args!("plan: written to {}; nothing else was", out.display())),
            None => page.line("nothing was written; --out FILE writes the plan"),
        }
    }
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

fn more(page: &mut Page, all: usize, shown: usize) {
    if all > shown {
        page.line(format_args!("  and {} more (all of them in the plan)", all - shown));
    }
}
