//! The command line: one file per verb parses its arguments, calls its use case and hands the view on.

mod add;
mod checkpoint;
mod claim;
mod completions;
mod config;
mod coordinator;
mod db;
mod definition;
mod dispatch_plan;
mod error;
mod git_check;
mod globals;
mod groups;
mod handoff;
mod health_report;
mod import;
mod init;
mod merge_ready;
mod packet;
mod parity;
mod preflight;
mod prune_stale;
mod ready;
mod record;
mod reference;
mod regression_pack;
mod review;
mod route;
mod session;
mod set_status;
mod spawn;
mod status_report;
mod task_detail;
mod timing_report;
mod tree;
mod update;
mod version;
mod watcher;
mod worktree;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use error::CliError;
pub use globals::{Environment, Globals, Session};

/// A work queue for coding agents: claims, dependencies, evidence, handoffs and reviews, with a harness that
/// proves it does what the scripts it replaces did.
#[derive(Debug, Parser)]
#[command(name = "fairway", version, disable_version_flag = true, max_term_width = 80)]
#[command(
    after_help = "Exit codes: 0 success, 1 validation or configuration, 2 runtime, 3 not found, 4 refused by a rule, 5 parity mismatch."
)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Init(init::InitArgs),
    Import(import::ImportArgs),
    Add(add::AddArgs),
    Update(update::UpdateArgs),
    Spawn(spawn::SpawnArgs),
    Tree(tree::TreeArgs),
    Ready(ready::ReadyArgs),
    Claim(claim::ClaimArgs),
    SetStatus(set_status::SetStatusArgs),
    TaskDetail(task_detail::TaskDetailArgs),
    StatusReport(status_report::StatusReportArgs),
    HealthReport(health_report::HealthReportArgs),
    TimingReport(timing_report::TimingReportArgs),
    /// Record evidence, a handoff or a review.
    #[command(subcommand)]
    Record(record::RecordVerb),
    /// Record where tracks of work stand, and find the stale ones.
    #[command(subcommand)]
    Checkpoint(checkpoint::CheckpointVerb),
    /// Acknowledge handoffs, and list them.
    #[command(subcommand)]
    Handoff(handoff::HandoffVerb),
    /// Launch, record, list and end the sessions of agents.
    #[command(subcommand)]
    Session(session::SessionVerb),
    /// Watch long processes, and record how they end.
    #[command(subcommand)]
    Watcher(watcher::WatcherVerb),
    /// Write the brief that one agent hands to another.
    #[command(subcommand)]
    Packet(packet::PacketVerb),
    /// Look at the whole queue at once: what blocks, where all stands, what to do next.
    #[command(subcommand)]
    Coordinator(coordinator::CoordinatorVerb),
    DispatchPlan(dispatch_plan::DispatchPlanArgs),
    /// Look at the workflow regression packs.
    #[command(subcommand)]
    RegressionPack(regression_pack::RegressionPackVerb),
    /// Find the reviewers that changed paths need.
    #[command(subcommand)]
    Route(route::RouteVerb),
    MergeReady(merge_ready::MergeReadyArgs),
    GitCheck(git_check::GitCheckArgs),
    Preflight(preflight::PreflightArgs),
    /// Review the work of others.
    #[command(subcommand)]
    Review(review::ReviewVerb),
    /// Look after the worktrees of roles.
    #[command(subcommand)]
    Worktree(worktree::WorktreeVerb),
    /// Check the configuration.
    #[command(subcommand)]
    Config(config::ConfigVerb),
    /// Look after the store.
    #[command(subcommand)]
    Db(db::DbVerb),
    PruneStale(prune_stale::PruneStaleArgs),
    /// Compare Fairway with the scripts it replaces.
    #[command(subcommand)]
    Parity(parity::ParityVerb),
    Completions(completions::CompletionsArgs),
    Version(version::VersionArgs),
    Reference(reference::ReferenceArgs),
}

impl Verb {
    /// The name in the envelope.
    fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Import(_) => "import",
            Self::Add(_) => "add",
            Self::Update(_) => "update",
            Self::Spawn(_) => "spawn",
            Self::Tree(_) => "tree",
            Self::Ready(_) => "ready",
            Self::Claim(_) => "claim",
            Self::SetStatus(_) => "set-status",
            Self::TaskDetail(_) => "task-detail",
            Self::StatusReport(_) => "status-report",
            Self::HealthReport(_) => "health-report",
            Self::TimingReport(_) => "timing-report",
            Self::Record(verb) => verb.name(),
            Self::Checkpoint(verb) => verb.name(),
            Self::Handoff(verb) => verb.name(),
            Self::Session(verb) => verb.name(),
            Self::Watcher(verb) => verb.name(),
            Self::Packet(verb) => verb.name(),
            Self::Coordinator(verb) => verb.name(),
            Self::DispatchPlan(_) => "dispatch-plan",
            Self::RegressionPack(verb) => verb.name(),
            Self::Route(verb) => verb.name(),
            Self::MergeReady(_) => "merge-ready",
            Self::GitCheck(_) => "git-check",
            Self::Preflight(_) => "preflight",
            Self::Review(verb) => verb.name(),
            Self::Worktree(verb) => verb.name(),
            Self::Config(verb) => verb.name(),
            Self::Db(verb) => verb.name(),
            Self::PruneStale(_) => "prune-stale",
            Self::Parity(verb) => verb.name(),
            Self::Completions(_) => "completions",
            Self::Version(_) => "version",
            Self::Reference(_) => "reference",
        }
    }

    fn run(self, session: &mut Session) -> Result<u8, CliError> {
        let done = |result: Result<(), CliError>| result.map(|()| 0);
        match self {
            Self::Init(args) => done(init::run(session, args)),
            Self::Import(args) => done(import::run(session, args)),
            Self::Add(args) => done(add::run(session, args)),
            Self::Update(args) => done(update::run(session, args)),
            Self::Spawn(args) => done(spawn::run(session, args)),
            Self::Tree(args) => done(tree::run(session, &args)),
            Self::Ready(args) => done(ready::run(session, args)),
            Self::Claim(args) => done(claim::run(session, args)),
            Self::SetStatus(args) => done(set_status::run(session, args)),
            Self::TaskDetail(args) => done(task_detail::run(session, &args)),
            Self::StatusReport(args) => done(status_report::run(session, &args)),
            Self::HealthReport(args) => done(health_report::run(session, &args)),
            Self::TimingReport(args) => done(timing_report::run(session, &args)),
            Self::Record(verb) => done(verb.run(session)),
            Self::Checkpoint(verb) => verb.run(session),
            Self::Handoff(verb) => done(verb.run(session)),
            Self::Session(verb) => done(verb.run(session)),
            Self::Watcher(verb) => done(verb.run(session)),
            Self::Packet(verb) => done(verb.run(session)),
            Self::Coordinator(verb) => verb.run(session),
            Self::DispatchPlan(args) => done(dispatch_plan::run(session, args)),
            Self::RegressionPack(verb) => done(verb.run(session)),
            Self::Route(verb) => done(verb.run(session)),
            Self::MergeReady(args) => merge_ready::run(session, args),
            Self::GitCheck(args) => git_check::run(session, args),
            Self::Preflight(args) => preflight::run(session, args),
            Self::Review(verb) => done(verb.run(session)),
            Self::Worktree(verb) => done(verb.run(session)),
            Self::Config(verb) => done(verb.run(session)),
            Self::Db(verb) => verb.run(session),
            Self::PruneStale(args) => done(prune_stale::run(session, &args)),
            Self::Parity(verb) => verb.run(session),
            Self::Completions(args) => {
                completions::run(session, &args);
                Ok(0)
            }
            Self::Reference(args) => done(reference::run(session, &args)),
            Self::Version(_) => {
                version::run(session);
                Ok(0)
            }
        }
    }
}

/// Parses the arguments, runs the verb, prints what it says, and answers the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>, environment: Environment) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let parsed =
        command().try_get_matches_from(&arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return error::report_usage(&error, &arguments),
    };
    let name = cli.verb.name();
    let mut session = Session::new(cli.globals, environment);
    match cli.verb.run(&mut session) {
        Ok(code) => code,
        Err(error) => {
            session.ui.fail(name, &error.report());
            error.exit_code()
        }
    }
}

/// The exit code of a check that found something; its answer is on stdout all the same.
const FINDINGS: u8 = 4;

/// The whole command, for help and completions.
fn command() -> clap::Command {
    groups::with_grouped_help(Cli::command())
}

/// A text argument, blank being the same as absent: scripts pass variables that may be empty.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// Parses an argument that names something, and so cannot be blank.
fn named(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("it is blank".to_owned()) } else { Ok(text.to_owned()) }
}
