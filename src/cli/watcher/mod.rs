//! `fairway watcher …`.

mod finish;
mod start;
mod status;

use clap::{Args, Subcommand};

use super::{CliError, Session, said};
use crate::model::WatchBrief;

/// What is done with watches.
#[derive(Debug, Subcommand)]
pub enum WatcherVerb {
    Start(Box<start::StartArgs>),
    Finish(finish::FinishArgs),
    Status(status::StatusArgs),
}

impl WatcherVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Start(_) => "watcher start",
            Self::Finish(_) => "watcher finish",
            Self::Status(_) => "watcher status",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Start(args) => start::run(session, *args),
            Self::Finish(args) => finish::run(session, args),
            Self::Status(args) => status::run(session, args),
        }
    }
}

/// What a watcher is told. That something is missing is said once, of everything that is missing.
#[derive(Debug, Args)]
pub(super) struct BriefArgs {
    /// The task that the process belongs to.
    #[arg(long, value_name = "TASK")]
    task: Option<String>,
    /// The lane that owns it.
    #[arg(long, value_name = "LANE")]
    owner: Option<String>,
    /// What is watched.
    #[arg(long, value_name = "TEXT")]
    process: Option<String>,
    /// What runs it.
    #[arg(long, value_name = "TEXT")]
    command: Option<String>,
    /// By what it is seen to have succeeded.
    #[arg(long, value_name = "TEXT")]
    success: Option<String>,
    /// By what it is seen to have failed.
    #[arg(long, value_name = "TEXT")]
    failure: Option<String>,
    /// When the watch is over.
    #[arg(long, value_name = "TEXT")]
    close_condition: Option<String>,
    /// How long it should take.
    #[arg(long, value_name = "TEXT")]
    expected_duration: Option<String>,
    /// How often to look.
    #[arg(long, value_name = "TEXT")]
    poll_interval: Option<String>,
    /// What the watcher may mend.
    #[arg(long, value_name = "TEXT")]
    allowed_fixes: Option<String>,
    /// What the watcher leaves alone.
    #[arg(long, value_name = "TEXT")]
    must_not_touch: Option<String>,
    /// Whom to call, and when.
    #[arg(long, value_name = "TEXT")]
    escalation: Option<String>,
    /// What proof is asked for.
    #[arg(long, value_name = "TEXT")]
    evidence_required: Option<String>,
    /// A file that will show how it went.
    #[arg(long, value_name = "PATH")]
    artifact: Option<String>,
}

impl BriefArgs {
    pub(super) fn brief(self) -> WatchBrief {
        WatchBrief {
            task_id: said(self.task),
            owner: said(self.owner),
            process: said(self.process),
            command: said(self.command),
            expected_duration: said(self.expected_duration),
            poll_interval: said(self.poll_interval),
            success: said(self.success),
            failure: said(self.failure),
            allowed_fixes: said(self.allowed_fixes),
            must_not_touch: said(self.must_not_touch),
            escalation: said(self.escalation),
            evidence_required: said(self.evidence_required),
            artifact: said(self.artifact),
            close_condition: said(self.close_condition),
        }
    }
}
