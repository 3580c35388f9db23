//! One look at the whole queue.

use serde::Serialize;

use super::{SessionStanding, StatusReport, TrackStanding};
use crate::model::{Diagnostic, Timestamp};
use crate::policy::checkpoints::is_open;
use crate::policy::consistency::Finding;
use crate::policy::coordination::{Checked, Git, Level, Recommendation, Source, Standing, Survey};
use crate::ui::{Page, Table, View};

/// What blocks a shift, what is odd, and what is well.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct CoordinatorPreflight {
    /// How many findings keep work from beginning.
    pub blockers: usize,
    /// How many findings somebody should look at.
    pub warnings: usize,
    /// Everything that was looked at, the most urgent first.
    pub checks: Vec<Checked>,
}

const CHECKS: [&str; 4] = ["LEVEL", "CHECK", "SUBJECT", "DETAIL"];

impl CoordinatorPreflight {
    fn sum(&self) -> String {
        format!("{} blocker(s), {} warning(s)", self.blockers, self.warnings)
    }

    fn table(&self, page: &mut Page, mut table: Table, shown: impl Fn(&Checked) -> bool) {
        for checked in self.checks.iter().filter(|checked| shown(checked)) {
            let detail = match checked.count {
                Some(count) if checked.check == "health" => format!("{count} ({})", checked.detail),
                _ => checked.detail.clone(),
            };
            let code = checked.code.replace('_', " ").to_lowercase();
            let what = if checked.level == Level::Ok { checked.check.to_owned() } else { code };
            table.row([Some(checked.level.as_str()), Some(&what), checked.subject.as_deref(), Some(&detail)]);
        }
        page.table(table, "(nothing to say)");
    }
}

impl View for CoordinatorPreflight {
    fn show(&self, page: &mut Page) {
        self.table(page, Table::new(CHECKS).wrapped(), |_| true);
        page.gap();
        page.line(format_args!("preflight: {}", self.sum()));
    }
}

/// Where everything stands.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct CoordinatorStatus {
    /// The moment of the look.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// How many tasks are in each state, what is worked on, and what is blocked; none when the store cannot be used.
    pub queue: Option<StatusReport>,
    /// Counts of what is wrong, by name: with the source, with git, with sessions, and of health.
    pub counts: Vec<Count>,
    /// What is wrong, the most urgent first.
    pub preflight: CoordinatorPreflight,
    /// Each role: what it works on, and how much it could.
    pub roles: Vec<RoleLine>,
    /// What is wrong with the source.
    pub problems: Vec<Diagnostic>,
    /// How queue and git disagree, in the order of `git-check`.
    pub git: Vec<Finding>,
    /// The sessions in the order in which they began, those that are over too.
    pub sessions: Vec<SessionStanding>,
    /// The tracks by name, closed ones too.
    pub tracks: Vec<TrackStanding>,
}

/// So many of something.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Count {
    /// Which check counted: `validate`, `git`, `session`, `health`.
    pub check: &'static str,
    /// Of what.
    pub name: &'static str,
    /// How many.
    pub count: i64,
    /// Which, of health.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
}

/// A role.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct RoleLine {
    /// Its name.
    pub role: String,
    /// What it works on.
    pub active: Vec<String>,
    /// How many tasks it could claim.
    pub ready: i64,
    /// Which first, with the title of each.
    pub next: Vec<NextTask>,
}

/// A task that could be claimed.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct NextTask {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

impl From<&Standing> for RoleLine {
    fn from(role: &Standing) -> Self {
        let next = role.next.iter().map(|(id, title)| NextTask { id: id.clone(), title: title.clone() });
        Self { role: role.role.clone(), active: role.active.clone(), ready: role.ready, next: next.collect() }
    }
}

impl CoordinatorStatus {
    /// What a survey saw; what it does not carry is empty.
    pub fn new(
        at: Timestamp,
        preflight: CoordinatorPreflight,
        survey: &Survey,
        queue: Option<StatusReport>,
    ) -> Self {
        let roles = survey.roles.iter().map(Into::into).collect();
        let git = match &survey.git {
            Git::Findings(findings) => findings.clone(),
            Git::Unusable(_) => Vec::new(),
        };
        let (problems, sessions, tracks) = (Vec::new(), Vec::new(), Vec::new());
        Self { at, queue, counts: counts(survey), preflight, roles, problems, git, sessions, tracks }
    }
}

/// What the checks name one by one is only counted here.
fn counts(survey: &Survey) -> Vec<Count> {
    let size = |items: usize| i64::try_from(items).unwrap_or(i64::MAX);
    let total = |check, name, items: usize| Count { check, name, count: size(items), items: Vec::new() };
    let named = |name, items: Vec<String>| Count { check: "health", name, count: size(items.len()), items };
    let mut all = match &survey.source {
        Source::Sound(_) => vec![total("validate", "queue_problems", 0)],
        Source::Broken(problems) => vec![total("validate", "queue_problems", problems.len())],
        Source::Unreadable(_) | Source::Unseen => Vec::new(),
    };
    if survey.store.is_some() {
        return all;
    }
    let health = &survey.health;
    let numbers = |handoffs: &[i64]| handoffs.iter().map(ToString::to_string).collect();
    if let Git::Findings(findings) = &survey.git {
        all.push(total("git", "git_findings", findings.len()));
    }
    all.push(total("session", "dead_sessions", survey.dead_sessions.len()));
    all.push(named("in_progress", health.in_progress.clone()));
    all.push(named("in_progress_over_2h", health.in_progress_over_2h.clone()));
    all.push(named("blocked_over_24h", health.blocked_over_24h.clone()));
    all.push(named("handoffs_unacknowledged", numbers(&health.handoffs_unacknowledged)));
    all.push(named("handoffs_unacknowledged_over_1h", numbers(&health.handoffs_unacknowledged_over_1h)));
    all.push(named("reviews_pending_unrouted", health.reviews_pending_unrouted.clone()));
    all.push(named("done_without_evidence", health.done_without_evidence.clone()));
    all
}

impl View for CoordinatorStatus {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("status at {}: {}", self.at.to_seconds(), self.preflight.sum()));
        page.gap();
        // A line for each: the preflight says the rest.
        self.preflight.table(page, Table::new(CHECKS), |checked| checked.level != Level::Ok);
        if let Some(queue) = &self.queue {
            page.gap();
            queue.show_counts(page);
        }
        if self.queue.is_some() {
            show_roles(page, &self.roles);
            page.gap();
            page.line(self.lanes());
        }
    }
}

impl CoordinatorStatus {
    /// Sessions and tracks, counted.
    fn lanes(&self) -> String {
        let live = self.sessions.iter().filter(|session| session.live);
        let dead = live.clone().filter(|session| session.verdict == Some("stale")).count();
        let open = self.tracks.iter().filter(|track| is_open(track.state));
        let stale = open.clone().filter(|track| track.stale).count();
        format!(
            "sessions: {} live, {dead} of them dead; tracks: {} open, {stale} of them stale",
            live.count(),
            open.count()
        )
    }
}

fn show_roles(page: &mut Page, roles: &[RoleLine]) {
    page.gap();
    let mut table = Table::new(["ROLE", "READY", "WORKS ON", "NEXT"]).right(&[1]);
    for role in roles {
        let next = role.next.first().map(|task| task.id.as_str());
        table.row([Some(&role.role), Some(&role.ready.to_string()), Some(&role.active.join(", ")), next]);
    }
    page.table(table, "(no roles)");
}

/// Where everything stands, and what to do next.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct CoordinatorTick {
    /// What to do, the most urgent first.
    pub recommendations: Vec<Recommendation>,
    /// Where everything stands.
    pub status: CoordinatorStatus,
}

impl View for CoordinatorTick {
    fn show(&self, page: &mut Page) {
        self.status.show(page);
        page.heading("Recommendations");
        if self.recommendations.is_empty() {
            page.line("(nothing to do)");
        }
        for (index, one) in self.recommendations.iter().enumerate() {
            page.line(format_args!("{:>3}. {}", index + 1, one.text));
            if let Some(command) = &one.command {
                page.line(format_args!("     {command}"));
            }
        }
    }
}

/// Which task each role could take on next.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct DispatchPlan {
    /// How many tasks a role works on at once.
    pub limit: u32,
    /// Each role; those that are idle and could begin come first.
    pub roles: Vec<Dispatch>,
}

/// What a role could do.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Dispatch {
    /// Whether it can take a task on.
    pub idle: bool,
    /// Where it stands.
    #[serde(flatten)]
    pub role: RoleLine,
}

impl DispatchPlan {
    /// The roles, those that could begin first.
    pub fn new(standings: &[Standing], limit: u32) -> Self {
        let plan = |role: &Standing| Dispatch { idle: role.is_idle(limit), role: role.into() };
        let mut roles: Vec<Dispatch> = standings.iter().map(plan).collect();
        roles.sort_by_key(|one| (!one.idle, one.role.next.is_empty()));
        Self { limit, roles }
    }
}

impl View for DispatchPlan {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["ROLE", "STATE", "TASK", "TITLE"]);
        for Dispatch { idle, role } in &self.roles {
            let state = if *idle { "idle".to_owned() } else { format!("on {}", role.active.join(", ")) };
            if role.next.is_empty() {
                table.row([Some(&role.role), Some(&state), None, Some("(nothing ready)")]);
            }
            for task in &role.next {
                table.row([Some(&role.role), Some(&state), Some(&task.id), Some(&task.title)]);
            }
        }
        page.table(table, "(no roles)");
    }
}
