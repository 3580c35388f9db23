//! A verified migration: what became of every row and field, lane by lane.

use serde::Serialize;
use serde_json::Value;

use crate::migrate::Rehearsal;
use crate::migrate::verify::{FieldAccount, Loss, Verification};
use crate::store::Finding;
use crate::ui::{Page, Table, View};

/// How many differences a terminal shows; JSON has more.
const SHOWN: usize = 20;
/// Most characters of a value that a terminal shows.
const WIDTH: usize = 60;

/// The kept sources of a migration, held against the store.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct MigrationVerified {
    /// The migration.
    pub id: String,
    /// Whether nothing was lost and everything adds up.
    pub sound: bool,
    /// Who read the source's canonical state; none when nobody could, or there is nothing to compare it with any more.
    pub read_by: Option<String>,
    /// Why the lanes were not compared, when they were not.
    pub lanes_left_out: Option<String>,
    /// What was found.
    #[serde(flatten)]
    pub found: Verification,
}

impl View for MigrationVerified {
    fn show(&self, page: &mut Page) {
        page.field("migration", Some(&self.id));
        page.field("source read by", self.read_by.as_ref());
        self.show_rows(page);
        self.show_file(page);
        self.show_lanes(page);
        self.show_losses(page);
        page.gap();
        let count = self.found.losses.count;
        page.line(match (self.sound, count) {
            (true, _) => "every row and every field is accounted for".to_owned(),
            (false, 0) => "the counts do not add up".to_owned(),
            (false, count) => format!("{count} value(s) or row(s) did not arrive as they were"),
        });
    }
}

impl MigrationVerified {
    fn show_rows(&self, page: &mut Page) {
        if self.found.tables.is_empty() {
            return;
        }
        page.heading("Rows of the database");
        let names = ["TABLE", "ROWS", "IMPORTED", "JSON", "FILE'S", "IGNORED", "LOST", "FIELDS", "LOST"];
        let mut table = Table::new(names).right(&[1, 2, 3, 4, 5, 6, 7, 8]);
        for row in &self.found.tables {
            let numbers = [
                row.rows,
                row.imported,
                row.preserved,
                row.superseded,
                row.ignored,
                row.lost,
                row.fields.all,
                row.fields.lost,
            ];
            let numbers = numbers.map(|number| number.to_string());
            let [rows, imported, preserved, superseded, ignored, lost, fields, fields_lost] =
                numbers.each_ref().map(String::as_str);
            table.row([
                Some(&row.table),
                Some(rows),
                Some(imported),
                Some(preserved),
                Some(superseded),
                Some(ignored),
                Some(lost),
                Some(fields),
                Some(fields_lost),
            ]);
        }
        page.table(table, "(none)");
    }

    fn show_file(&self, page: &mut Page) {
        let Some(file) = &self.found.file else { return };
        page.heading("Queue file");
        if let Some(why) = &file.unread {
            page.line(format_args!("not read a second time: {why}"));
            return;
        }
        let FieldAccount { all, imported, superseded, changed_since, lost, .. } = &file.fields;
        page.line(format_args!(
            "{} task(s), {} imported, {} lost; {all} field(s), {imported} imported, {superseded} for which the \
             database speaks, {changed_since} changed since, {lost} lost",
            file.tasks, file.imported, file.lost
        ));
        if file.read_as_yaml_1_1 > 0 {
            page.line(format_args!(
                "{} field(s) are kept as YAML 1.1, and so the scripts, read them; YAML 1.2 reads them otherwise",
                file.read_as_yaml_1_1
            ));
        }
    }

    fn show_lanes(&self, page: &mut Page) {
        page.heading("State by lane");
        if let Some(why) = &self.lanes_left_out {
            page.line(format_args!("not compared: {why}"));
            return;
        }
        let mut table = Table::new(["LANE", "ROWS", "SOURCE", "STORE", "EQUAL"]).right(&[1]);
        for lane in &self.found.lanes {
            let name = if lane.lane.is_empty() { "(none)" } else { &lane.lane };
            let short = |digest: &str| digest.chars().take(12).collect::<String>();
            let equal = if lane.is_equal() { "yes" } else { "no" };
            table.row([
                Some(name),
                Some(&lane.rows.to_string()),
                Some(&short(&lane.source)),
                Some(&short(&lane.store)),
                Some(equal),
            ]);
        }
        page.table(table, "(none)");
    }

    fn show_losses(&self, page: &mut Page) {
        let losses = &self.found.losses;
        if losses.count == 0 {
            return;
        }
        page.heading("What did not arrive");
        for loss in losses.shown.iter().take(SHOWN) {
            let Loss { table, row, field, source, store } = loss;
            let field = field.as_ref().map(|field| format!(".{field}")).unwrap_or_default();
            page.line(format_args!("{table} {row}{field}"));
            page.line(format_args!("  source {}", short(source)));
            page.line(format_args!("  store  {}", short(store)));
        }
        if losses.count > SHOWN {
            page.line(format_args!("… and {} more; --json shows up to 200", losses.count - SHOWN));
        }
    }
}

fn short(value: &Value) -> String {
    let text = if value.is_null() { "(nothing)".to_owned() } else { value.to_string() };
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A plan that was tried on a copy of the store.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct MigrationRehearsed {
    /// How it went, as it is recorded.
    #[serde(flatten)]
    pub rehearsal: Rehearsal,
    /// What the verification of the copy found.
    #[serde(skip)]
    pub verified: MigrationVerified,
    /// What was wrong with the copy.
    #[serde(skip)]
    pub findings: Vec<Finding>,
}

impl View for MigrationRehearsed {
    fn show(&self, page: &mut Page) {
        self.verified.show(page);
        if !self.findings.is_empty() {
            page.heading("What is wrong with the copy");
            for finding in &self.findings {
                page.line(format_args!("{}: {}", finding.subject, finding.detail));
            }
        }
        page.gap();
        let word = if self.rehearsal.passed { "passed" } else { "failed" };
        page.line(format_args!("the rehearsal {word}: {}", self.rehearsal.summary));
        page.line("the copy was thrown away; store and sources are as they were");
    }
}
