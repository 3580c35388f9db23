//! Lanes, and who holds them.

use std::path::PathBuf;

use serde::Serialize;

use super::ExportedBack;
use crate::migrate::verify::LaneDigest;
use crate::model::time::display;
use crate::pilot::Untold;
use crate::store::{Holder, LaneAuthority, PilotRow, SyncRow};
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

impl PilotCheck {
    /// A check that is passed when nothing is open.
    pub fn new(what: impl Into<String>, open: Vec<String>) -> Self {
        Self { what: what.into(), passed: open.is_empty(), open }
    }
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
    /// Lanes that are not the scripts', and that the configuration does not name any more.
    pub lost: Vec<String>,
    /// Where the pilot of single lanes stands; nothing where there was none.
    pub pilot: Option<PilotStanding>,
}

/// Where the pilot of single lanes stands.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PilotStanding {
    /// The pilots, and who answers for each.
    pub pilots: Vec<PilotRow>,
    /// The last times that both sides were brought together; at most ten.
    pub syncs: Vec<SyncRow>,
    /// How many events the scripts do not know of yet.
    pub pending: usize,
    /// What they cannot be told.
    pub untold: Vec<Untold>,
    /// What differs in the lanes that are Fairway's, and nothing explains.
    pub mismatches: Vec<String>,
}

/// A lane became Fairway's, or would.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PilotStarted {
    /// The name of this change of hands.
    pub pilot: String,
    /// The lane.
    pub lane: String,
    /// Who answers for it.
    pub person: String,
    /// What has to hold.
    pub checks: Vec<PilotCheck>,
    /// Whether it was done.
    pub done: bool,
    /// Whether it was done before.
    pub already: bool,
    /// What is gone back to: the store and the scripts' queue as they were.
    pub backup: Option<PathBuf>,
}

/// Both sides were brought together.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PilotSynced {
    /// The lanes that are not the scripts'.
    pub held: Vec<String>,
    /// The commands that the scripts were given.
    pub told: Vec<String>,
    /// How many rows came in or changed.
    pub brought: usize,
    /// How many events the scripts do not know of yet.
    pub pending: usize,
    /// Whether both sides hold the same.
    pub equal: bool,
    /// Their digests, by lane.
    pub lanes: Vec<LaneDigest>,
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
    /// What was written back into their file and database; nothing where they were told.
    pub back: Option<ExportedBack>,
    /// The commands that the scripts were given, or would be.
    pub told: Vec<String>,
    /// What they cannot be told; it stays in the store.
    pub untold: Vec<Untold>,
    /// What they wrote in these lanes meanwhile; it stays.
    pub behind: Vec<String>,
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
        for lane in &self.lost {
            page.line(format_args!("{lane}: Fairway's, and no role of the configuration any more"));
        }
        if let Some(pilot) = &self.pilot {
            pilot.show(page);
        }
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

impl PilotStanding {
    fn show(&self, page: &mut Page) {
        page.heading("pilots");
        for pilot in &self.pilots {
            let PilotRow { name, lane, person, started_at, .. } = pilot;
            page.line(format_args!("{lane}: {person}, since {} ({name})", display(started_at)));
        }
        match self.syncs.last() {
            Some(SyncRow { at, told, brought, cause, .. }) => {
                let how = cause.as_ref().map(|cause| format!("stopped: {cause}"));
                let how = how.unwrap_or_else(|| "both sides agreed".to_owned());
                page.line(format_args!(
                    "last sync: {}, {told} told, {brought} brought in; {how}",
                    display(at)
                ));
            }
            None => page.line("no sync yet"),
        }
        page.line(format_args!("the scripts do not know of {} event(s)", self.pending));
        for untold in &self.untold {
            page.line(format_args!("  they cannot be told {untold}"));
        }
    }
}

impl View for PilotStarted {
    fn show(&self, page: &mut Page) {
        show_checks(&self.checks, page);
        let Self { lane, person, pilot, .. } = self;
        match (&self.backup, self.already) {
            (Some(backup), _) => {
                page.line(format_args!("{lane}: now Fairway's, {person} answers for it ({pilot})"));
                page.line(format_args!("both sides as they were before: {}", backup.display()));
            }
            (None, true) => page.line(format_args!("{lane} is Fairway's already ({pilot})")),
            (None, false) => page.line(format_args!("{lane}: still the scripts'")),
        }
    }
}

impl View for PilotSynced {
    fn show(&self, page: &mut Page) {
        for command in &self.told {
            page.line(format_args!("told: {command}"));
        }
        let Self { brought, pending, told, .. } = self;
        page.line(format_args!(
            "{brought} row(s) brought in, {} command(s) told, {pending} event(s) untold",
            told.len()
        ));
        let word = if self.equal { "both sides hold the same" } else { "the scripts lack what was not told" };
        page.line(word);
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
        if let Some(back) = &self.back {
            back.show(page);
        }
        for command in &self.told {
            page.line(format_args!("{}: {command}", if self.done { "told" } else { "would tell" }));
        }
        for untold in &self.untold {
            page.line(format_args!("stays in the store: {untold}"));
        }
        for change in &self.behind {
            page.line(format_args!("the scripts wrote meanwhile: {change}"));
        }
        let state = if self.done { "now the scripts'" } else { "still as they were" };
        page.line(format_args!("{}: {state}", self.lanes.join(", ")));
    }
}
