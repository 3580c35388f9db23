//! `fairway session …`.

mod end;
mod heartbeat;
mod launch;
mod reconcile;
mod status;
mod upsert;

use clap::{Args, Subcommand};

use super::{CliError, Session, said};

/// What is done with sessions.
#[derive(Debug, Subcommand)]
pub enum SessionVerb {
    Upsert(Box<upsert::UpsertArgs>),
    Status(status::StatusArgs),
    Heartbeat(heartbeat::HeartbeatArgs),
    End(Box<end::EndArgs>),
    Reconcile(reconcile::ReconcileArgs),
    Launch(Box<launch::LaunchArgs>),
}

impl SessionVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Upsert(_) => "session upsert",
            Self::Status(_) => "session status",
            Self::Heartbeat(_) => "session heartbeat",
            Self::End(_) => "session end",
            Self::Reconcile(_) => "session reconcile",
            Self::Launch(_) => "session launch",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Upsert(args) => upsert::run(session, *args),
            Self::Status(args) => status::run(session, args),
            Self::Heartbeat(args) => heartbeat::run(session, args),
            Self::End(args) => end::run(session, *args),
            Self::Reconcile(args) => reconcile::run(session, &args),
            Self::Launch(args) => launch::run(session, *args),
        }
    }
}

/// Which session is meant, by its id.
#[derive(Debug, Args)]
struct IdArgs {
    /// The session; without it `FAIRWAY_SESSION_ID`, else `<provider>-<role>-<task>` where those three are given.
    #[arg(value_name = "ID")]
    session: Option<String>,
    /// The same.
    #[arg(long, value_name = "ID", conflicts_with = "session", hide = true)]
    id: Option<String>,
}

impl IdArgs {
    fn id(self) -> Option<String> {
        said(self.session).or_else(|| said(self.id))
    }
}
