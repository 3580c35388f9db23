//! A recorded run at a glance.

use std::path::PathBuf;

use fairway_parity::Verdict;
use fairway_parity::report::{Limits, Overview, RunResult, facts, headline};
use serde::Serialize;

use crate::ui::{Page, Table, View};

/// A recorded run, and its folder.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct RunShown {
    /// What it found.
    #[serde(flatten)]
    pub result: RunResult,
    /// Where it is recorded.
    pub out: PathBuf,
}

/// The diffs are for `parity diff`; here a scenario is a line.
const LIMITS: Limits = Limits { scenarios: usize::MAX, places: 1, rows: 0, value: 40 };

impl View for RunShown {
    fn show(&self, page: &mut Page) {
        let overview = Overview::new(&self.result, LIMITS);
        page.heading(headline(&self.result));
        page.gap();
        behaviours(page, &overview);
        troubles(page, &overview);
        accepted(page, &self.result);
        left_out(page, &overview);
        page.gap();
        for fact in facts(&self.result) {
            page.field(fact.name, Some(fact.value));
        }
        page.field("folder", Some(self.out.display()));
    }
}

fn behaviours(page: &mut Page, overview: &Overview<'_>) {
    let shown: Vec<usize> =
        (0..overview.shares.len()).filter(|index| overview.shares[*index].count > 0).collect();
    let mut names = vec!["BEHAVIOUR".to_owned()];
    names.extend(shown.iter().map(|index| overview.shares[*index].verdict.name().to_uppercase()));
    names.extend(["STEPS", "TIME"].map(str::to_owned));
    let right: Vec<usize> = (1..names.len()).collect();
    let mut table = Table::with_columns(names).right(&right).elastic(&[0]);
    for row in &overview.behaviours {
        let mut cells = vec![row.name.clone()];
        cells.extend(shown.iter().map(|index| match row.counts[*index].count {
            0 => "-".to_owned(),
            count => count.to_string(),
        }));
        cells.extend([row.steps.to_string(), format!("{:.0} s", row.seconds)]);
        table.cells(cells);
    }
    page.table(table, "no scenario was run");
}

fn troubles(page: &mut Page, overview: &Overview<'_>) {
    let mut table = Table::new(["VERDICT", "SCENARIO", "DIFFERENCES"]).right(&[2]).elastic(&[1]);
    for card in &overview.troubles {
        let name = format!("{}/{}", card.behaviour, card.name);
        let open = card.steps.iter().map(|step| step.places.len() + step.more_places).sum::<usize>();
        let open = (open > 0).then(|| open.to_string());
        table.row([card.verdict.map(Verdict::name), Some(&name), open.as_deref()]);
    }
    if !overview.troubles.is_empty() {
        page.heading("Did not match (`fairway parity diff` shows how)");
        page.table(table, "");
    }
    for id in &overview.run.unused_waivers {
        page.line(format_args!("the waiver `{id}` accepts nothing: remove it"));
    }
}

fn accepted(page: &mut Page, run: &RunResult) {
    if !run.waivers.is_empty() {
        page.heading("Waivers used");
        let mut table = Table::new(["WAIVER", "DIFFERENCES", "WHY"]).right(&[1]).wrapped();
        for waiver in &run.waivers {
            let ends = waiver.expires.as_ref().map(|day| format!(" (until {day})")).unwrap_or_default();
            let (count, why) = (waiver.differences.to_string(), format!("{}{ends}", waiver.reason));
            table.row([Some(&waiver.id), Some(&count), Some(&why)]);
        }
        page.table(table, "");
    }
    if !run.normalisers.is_empty() {
        page.heading("Masked");
        let mut table = Table::new(["NORMALISER", "VALUES", "WHY"]).right(&[1]).wrapped();
        for rule in &run.normalisers {
            table.row([Some(&rule.id), Some(&rule.masked.to_string()), Some(&rule.reason)]);
        }
        page.table(table, "");
    }
}

fn left_out(page: &mut Page, overview: &Overview<'_>) {
    if overview.omissions.is_empty() {
        return;
    }
    page.heading("Channels left out");
    let mut table = Table::new(["CHANNEL", "SCENARIOS", "WHY"]).right(&[1]).wrapped();
    for row in &overview.omissions {
        table.row([Some(row.channel), Some(&row.scenarios.len().to_string()), Some(&row.reason)]);
    }
    page.table(table, "");
}
