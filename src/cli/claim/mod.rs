//! `fairway claim`, and what is done with a claim.

mod release;
mod takeover;

use clap::{Args, Subcommand};

use super::{CliError, Said, Session};
use crate::config::TimeSpan;
use crate::ops::{self, ClaimRequest};

/// Claim a task for the acting role.
///
/// One caller wins. The task has to be ready, or blocked and claimed with a reason; its dependencies have to be in
/// a terminal state. Where the configuration asks for it, the caller has to stand on the role's branch.
///
/// A claim has an epoch, a number that no other claim has. Whoever writes under it (--claim-epoch or
/// `FAIRWAY_CLAIM_EPOCH`) is refused once the claim was released, taken over, undone, or its lease ran out; so is a
/// session (`FAIRWAY_SESSION_ID`) that does not hold the task. With --lease the task is free again after that time,
/// unless `session heartbeat` renews it.
#[derive(Debug, Args)]
#[command(
    override_usage = "fairway claim [OPTIONS] <TASK>\n       fairway claim [OPTIONS] --in <TASK>\n       fairway claim release [OPTIONS] <TASK>\n       fairway claim takeover [OPTIONS] --reason <TEXT> <TASK>",
    disable_help_subcommand = true,
    after_help = "Examples:\n  fairway --as C-ops claim C-OPS-CERT-RENEWAL\n  fairway claim A-1 --as A-backend --skip-preflight --claimant codex-2\n  fairway claim --in EPIC-1 --as A-backend\n  fairway claim A-1 --as A-backend --lease 30m"
)]
pub struct ClaimArgs {
    #[command(subcommand)]
    verb: Option<ClaimVerb>,
    #[command(flatten)]
    take: TakeArgs,
}

/// What is done with a claim that is there.
#[derive(Debug, Subcommand)]
enum ClaimVerb {
    Release(release::ReleaseArgs),
    Takeover(takeover::TakeoverArgs),
}

/// Which task.
#[derive(Debug, Default, PartialEq, Eq, Args)]
struct TakeArgs {
    /// The task.
    #[arg(value_name = "TASK", conflicts_with = "within")]
    task: Option<String>,
    /// Instead of a task: the first one below this that is ready for the role, at any depth.
    #[arg(long = "in", value_name = "TASK", value_parser = super::named)]
    within: Option<String>,
    /// Why; needed when the task is blocked.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    terms: TermsArgs,
}

/// On what terms a task is taken.
#[derive(Debug, Default, PartialEq, Eq, Args)]
struct TermsArgs {
    /// Who claims, when that is not the actor.
    #[arg(long, value_name = "WHO")]
    claimant: Option<String>,
    /// The owner label, instead of the role's provider.
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// The branch the work will happen on, instead of the role's.
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// How long it holds from each heartbeat of the session, such as 30m, 2h or 90s; without it, until it is let go.
    #[arg(long, value_name = "SPAN")]
    lease: Option<Said<TimeSpan>>,
    /// Do not look at the branch that this checkout is on.
    #[arg(long)]
    skip_preflight: bool,
}

impl ClaimArgs {
    /// The name in the envelope.
    pub(super) fn name(&self) -> &'static str {
        match self.verb {
            None => "claim",
            Some(ClaimVerb::Release(_)) => "claim release",
            Some(ClaimVerb::Takeover(_)) => "claim takeover",
        }
    }
}

impl TermsArgs {
    fn request(self, task: Option<String>, within: Option<String>, reason: Option<String>) -> ClaimRequest {
        ClaimRequest {
            task: super::said(task),
            within,
            reason: super::said(reason),
            claimant: super::said(self.claimant),
            provider: super::said(self.provider),
            branch: super::said(self.branch),
            lease: self.lease.and_then(|lease| lease.0),
            skip_preflight: self.skip_preflight,
        }
    }
}

pub(super) fn run(session: &mut Session, args: ClaimArgs) -> Result<(), CliError> {
    let name = args.name();
    let TakeArgs { task, within, reason, terms } = match args.verb {
        Some(_) if args.take != TakeArgs::default() => {
            return Err(CliError::usage(format!("`{name}` takes its arguments after its name"))
                .hint(format!("see `fairway {name} --help`")));
        }
        Some(ClaimVerb::Release(args)) => return release::run(session, args),
        Some(ClaimVerb::Takeover(args)) => return takeover::run(session, args),
        None => args.take,
    };
    let claimed = ops::claim(&session.context()?, &terms.request(task, within, reason))?;
    session.ui.emit("claim", &claimed);
    Ok(())
}
