//! What blocks a shift, what is odd, and what is well.

use serde::Serialize;

use super::{Git, Source, Survey};

/// How much a check weighs; the most urgent comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Work cannot begin.
    Blocker,
    /// It can, and somebody should look.
    Warn,
    /// Nothing is wrong.
    Ok,
}

impl Level {
    /// As a page shows it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blocker => "BLOCKER",
            Self::Warn => "WARN",
            Self::Ok => "ok",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Checked {
    /// How much it weighs.
    pub level: Level,
    /// What was looked at: `validate`, `queue`, `roles`, `health`, `git`, `session`, `checkpoint`, `ready`.
    pub check: &'static str,
    /// Stable name of what was found.
    pub code: String,
    /// What it is about: a task, a role, a session, a track.
    pub subject: Option<String>,
    /// How many.
    pub count: Option<i64>,
    /// Which.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// A sentence.
    pub detail: String,
}

impl Checked {
    fn new(level: Level, check: &'static str, code: &str, detail: String) -> Self {
        Self { level, check, code: code.to_owned(), subject: None, count: None, items: Vec::new(), detail }
    }

    fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    fn counting(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }
}

/// Everything that was looked at, the most urgent first. `blocks` says whether a finding of that configured name keeps
/// work from beginning.
pub fn checks(survey: &Survey, blocks: &dyn Fn(&str) -> bool) -> Vec<Checked> {
    let weigh = |code: &str| if blocks(code) { Level::Blocker } else { Level::Warn };
    let mut all = source(&survey.source, weigh("queue_problem"));
    if let Some(why) = &survey.store {
        let code = match &survey.source {
            Source::Unreadable(_) => "queue_unreadable",
            _ => "store_unusable",
        };
        all.push(Checked::new(weigh("store_unusable"), "queue", code, why.clone()));
    } else {
        if survey.roles.is_empty() {
            let detail = "no role is configured".to_owned();
            all.push(Checked::new(weigh("no_roles"), "roles", "no_roles", detail));
        }
        all.extend(health(survey, &weigh));
        all.extend(git(&survey.git, &weigh));
        all.extend(survey.dead_sessions.iter().map(|(session, why)| {
            Checked::new(weigh("stale_work"), "session", "dead_session", why.clone()).about(session)
        }));
        all.extend(survey.stale_tracks.iter().map(|(track, state, why)| {
            Checked::new(Level::Warn, "checkpoint", "stale_track", format!("{state}, {why}")).about(track)
        }));
        all.extend(survey.roles.iter().map(|role| {
            let detail = format!("{} task(s) to claim", role.ready);
            Checked::new(Level::Ok, "ready", "ready", detail).about(&role.role).counting(role.ready)
        }));
    }
    all.sort_by_key(|checked| checked.level);
    all
}

fn source(source: &Source, level: Level) -> Vec<Checked> {
    match source {
        Source::Sound(tasks) => {
            vec![Checked::new(Level::Ok, "validate", "sound", format!("{tasks} task(s)")).counting(*tasks)]
        }
        Source::Broken(problems) => problems
            .iter()
            .map(|(task, message)| Checked {
                subject: task.clone(),
                ..Checked::new(level, "validate", "queue_problem", message.clone())
            })
            .collect(),
        Source::Unreadable(why) => vec![Checked::new(level, "validate", "queue_unreadable", why.clone())],
        Source::Unseen => Vec::new(),
    }
}

fn health(survey: &Survey, weigh: &dyn Fn(&str) -> Level) -> Vec<Checked> {
    let found = &survey.health;
    let numbers = found.handoffs_unacknowledged_over_1h.iter().map(ToString::to_string).collect();
    let counts = [
        ("handoffs_unacknowledged_over_1h", "handoff_overdue", numbers),
        ("in_progress_over_2h", "stale_work", found.in_progress_over_2h.clone()),
        ("blocked_over_24h", "", found.blocked_over_24h.clone()),
        ("reviews_pending_unrouted", "", found.reviews_pending_unrouted.clone()),
        ("done_without_evidence", "", found.done_without_evidence.clone()),
    ];
    let found = counts.into_iter().filter(|(_, _, items)| !items.is_empty());
    found
        .map(|(code, configured, items)| Checked {
            count: i64::try_from(items.len()).ok(),
            detail: items.join(", "),
            items,
            ..Checked::new(weigh(configured), "health", code, String::new())
        })
        .collect()
}

fn git(git: &Git, weigh: &dyn Fn(&str) -> Level) -> Vec<Checked> {
    match git {
        Git::Unusable(why) => vec![Checked::new(Level::Blocker, "git", "unusable", why.clone())],
        Git::Findings(findings) if findings.is_empty() => {
            vec![Checked::new(Level::Ok, "git", "consistent", "queue and git agree".to_owned())]
        }
        Git::Findings(findings) => findings
            .iter()
            .map(|finding| {
                let level = weigh(&finding.code.to_lowercase());
                Checked::new(level, "git", finding.code, finding.detail.clone()).about(&finding.subject)
            })
            .collect(),
    }
}
