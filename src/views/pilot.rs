//! Lanes, and who holds them.

use std::path::PathBuf;

use serde::Serialize;

use super::ExportedBack;
use crate::store::{Holder, LaneAuthority};
use crate::ui::{Page, Table, View};

/// Something that has to hold before a lane changes hands.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PilotCheck {
    /// What.
    pub what: String,
    /// Whether it does.
    pub passed: bool,
    /// Why not.
    pub open: Vec<String>,
}

/// A lane.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PilotLane {
    /// Its name.
    pub lane: String,
    /// Who may change its tasks.
    pub holder: Holder,
    /// How that came; nothing for a lane that never changed hands.
    pub authority: Option<LaneAuthority>,
}

/// Where the lanes stand.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PilotStatus {
    /// The lanes, in the order of the configuration.
    pub lanes: Vec<PilotLane>,
    /// What has to hold before the lanes that are still the scripts' become Fairway's.
    pub checks: Vec<PilotCheck>,
    /// What the scripts changed although the lanes are Fairway's.
    pub behind: Vec<String>,
}

/// Lanes became Fairway's, or would.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PilotCutOver {
    /// The name of this change of hands.
    pub pilot: String,
    /// The lanes.
    pub lanes: Vec<String>,
    /// What has to hold.
    pub checks: Vec<PilotCheck>,
    /// Whether it was done.
    pub done: bool,
    /// The store as it was before.
    pub backup: Option<PathBuf>,
    /// What stands in for the scripts' targets, one for each checkout: calls of them are refused from now on.
    pub targets: Vec<PathBuf>,
}

/// Lanes were shut or opened.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct LanesHanded {
    /// The verb.
    #[serde(skip)]
    pub command: &'static str,
    /// The lanes.
    pub lanes: Vec<String>,
    /// Who may change their tasks now.
    pub holder: Holder,
    /// Under which change of hands they became Fairway's.
    pub pilot: String,
    /// Why.
    pub reason: String,
}

/// Lanes became the scripts' again, or would.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PilotRolledBack {
    /// Under which change of hands they had become Fairway's.
    pub pilot: String,
    /// The lanes.
    pub lanes: Vec<String>,
    /// Why.
    pub reason: String,
    /// Whether it was done.
    pub done: bool,
    /// What was written back.
    pub back: ExportedBack,
}

fn show_checks(checks: &[PilotCheck], page: &mut Page) {
    for check in checks {
        page.line(format_args!("{} {}", if check.passed { "pass" } else { "FAIL" }, check.what));
        for open in check.open.iter().take(5) {
            page.line(format_args!("     {open}"));
        }
        if check.open.len() > 5 {
            page.line(format_args!("     and {} more", check.open.len() - 5));
        }
    }
}

impl View for PilotStatus {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["lane", "holder", "since", "by", "reason"]);
        for lane in &self.lanes {
            let of =
                |pick: fn(&LaneAuthority) -> &String| lane.authority.as_ref().map(|held| pick(held).as_str());
            let (since, by, reason) = (of(|held| &held.since), of(|held| &held.by), of(|held| &held.reason));
            table.row([Some(&lane.lane), Some(lane.holder.name()), since, by, reason]);
        }
        page.table(table, "no lane is configured");
        if !self.checks.is_empty() {
            page.heading("what a cut-over needs");
            show_checks(&self.checks, page);
        }
        if !self.behind.is_empty() {
            page.heading("the scripts wrote although the lanes are Fairway's");
            for change in &self.behind {
                page.line(format_args!("  {change}"));
            }
        }
    }
}

impl View for PilotCutOver {
    fn show(&self, page: &mut Page) {
        show_checks(&self.checks, page);
        let lanes = self.lanes.join(", ");
        match (&self.backup, self.done) {
            (Some(backup), true) => {
                page.line(format_args!("{lanes}: now Fairway's"));
                for file in &self.targets {
                    page.line(format_args!("the scripts' targets are refused by {}", file.display()));
                }
                page.line(format_args!("the store as it was before: {}", backup.display()));
            }
            _ if self.lanes.is_empty() => page.line("every lane is Fairway's already"),
            _ => page.line(format_args!("{lanes}: still the scripts'")),
        }
    }
}

impl View for LanesHanded {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("{}: now {}'s", self.lanes.join(", "), self.holder.name()));
    }
}

impl View for PilotRolledBack {
    fn show(&self, page: &mut Page) {
        self.back.show(page);
        let state = if self.done { "now the scripts'" } else { "still as they were" };
        page.line(format_args!("{}: {state}", self.lanes.join(", ")));
    }
}
