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
mod gate;
mod git_check;
mod globals;
mod groups;
mod handoff;
mod health_report;
mod import;
mod init;
mod merge_ready;
mod migrate;
mod on_call;
mod packet;
mod parity;
mod pilot;
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
mod shadow;
mod spawn;
mod status_report;
mod sync_yaml;
mod task_detail;
mod timing_report;
mod tree;
mod update;
mod version;
mod watcher;
mod worktree;

use std::ffi::OsString;
use std::str::FromStr;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use error::CliError;
use gate::Plea;
pub use globals::{Environment, Globals, Session};
use on_call::OnCall;

/// A work queue for coding agents: claims, dependencies, evidence, handoffs and reviews, with a harness that
/// proves it does what the scripts it replaces did.
#[derive(Debug, Parser)]
#[command(name = "fairway", version, max_term_width = 80)]
#[command(
    after_help = "Exit codes: 0 success, 1 validation or configuration, 2 runtime, 3 not found, 4 refused by a rule, 5 parity mismatch, 6 not graduated."
)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Init(OnCall<init::InitArgs>),
    Import(OnCall<import::ImportArgs>),
    /// Move a legacy queue here, and back.
    #[command(subcommand)]
    Migrate(OnCall<migrate::MigrateVerb>),
    Add(OnCall<add::AddArgs>),
    Update(OnCall<update::UpdateArgs>),
    Spawn(OnCall<spawn::SpawnArgs>),
    Tree(OnCall<tree::TreeArgs>),
    Ready(OnCall<ready::ReadyArgs>),
    Claim(OnCall<claim::ClaimArgs>),
    SetStatus(OnCall<set_status::SetStatusArgs>),
    SyncYaml(OnCall<sync_yaml::SyncYamlArgs>),
    TaskDetail(OnCall<task_detail::TaskDetailArgs>),
    StatusReport(OnCall<status_report::StatusReportArgs>),
    HealthReport(OnCall<health_report::HealthReportArgs>),
    TimingReport(OnCall<timing_report::TimingReportArgs>),
    /// Record evidence, a handoff or a review.
    #[command(subcommand)]
    Record(OnCall<record::RecordVerb>),
    /// Record where tracks of work stand, and find the stale ones.
    #[command(subcommand)]
    Checkpoint(OnCall<checkpoint::CheckpointVerb>),
    /// Acknowledge handoffs, and list them.
    #[command(subcommand)]
    Handoff(OnCall<handoff::HandoffVerb>),
    /// Launch, record, list and end the sessions of agents.
    #[command(subcommand)]
    Session(OnCall<session::SessionVerb>),
    /// Watch long processes, and record how they end.
    #[command(subcommand)]
    Watcher(OnCall<watcher::WatcherVerb>),
    /// Write the brief that one agent hands to another.
    #[command(subcommand)]
    Packet(OnCall<packet::PacketVerb>),
    /// Look at the whole queue at once: what blocks, where all stands, what to do next.
    #[command(subcommand)]
    Coordinator(OnCall<coordinator::CoordinatorVerb>),
    DispatchPlan(OnCall<dispatch_plan::DispatchPlanArgs>),
    /// Look at the workflow regression packs.
    #[command(subcommand)]
    RegressionPack(OnCall<regression_pack::RegressionPackVerb>),
    /// Find the reviewers that changed paths need.
    #[command(subcommand)]
    Route(OnCall<route::RouteVerb>),
    MergeReady(OnCall<merge_ready::MergeReadyArgs>),
    GitCheck(OnCall<git_check::GitCheckArgs>),
    Preflight(OnCall<preflight::PreflightArgs>),
    /// Review the work of others.
    #[command(subcommand)]
    Review(OnCall<review::ReviewVerb>),
    /// Look after the worktrees of roles.
    #[command(subcommand)]
    Worktree(OnCall<worktree::WorktreeVerb>),
    /// Check the configuration.
    #[command(subcommand)]
    Config(OnCall<config::ConfigVerb>),
    /// Look after the store.
    #[command(subcommand)]
    Db(OnCall<db::DbVerb>),
    PruneStale(OnCall<prune_stale::PruneStaleArgs>),
    /// Compare Fairway with the scripts it replaces.
    #[command(subcommand)]
    Parity(OnCall<parity::ParityVerb>),
    Shadow(OnCall<shadow::ShadowArgs>),
    /// Let Fairway take the lanes over from the scripts, and give them back.
    #[command(subcommand)]
    Pilot(OnCall<pilot::PilotVerb>),
    Completions(OnCall<completions::CompletionsArgs>),
    Version(OnCall<version::VersionArgs>),
    Reference(OnCall<reference::ReferenceArgs>),
}

impl Verb {
    /// The name in the envelope.
    fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Import(_) => "import",
            Self::Migrate(OnCall(verb)) => verb.name(),
            Self::Add(_) => "add",
            Self::Update(_) => "update",
            Self::Spawn(_) => "spawn",
            Self::Tree(_) => "tree",
            Self::Ready(_) => "ready",
            Self::Claim(OnCall(args)) => args.name(),
            Self::SetStatus(_) => "set-status",
            Self::SyncYaml(_) => "sync-yaml",
            Self::TaskDetail(_) => "task-detail",
            Self::StatusReport(_) => "status-report",
            Self::HealthReport(_) => "health-report",
            Self::TimingReport(_) => "timing-report",
            Self::Record(OnCall(verb)) => verb.name(),
            Self::Checkpoint(OnCall(verb)) => verb.name(),
            Self::Handoff(OnCall(verb)) => verb.name(),
            Self::Session(OnCall(verb)) => verb.name(),
            Self::Watcher(OnCall(verb)) => verb.name(),
            Self::Packet(OnCall(verb)) => verb.name(),
            Self::Coordinator(OnCall(verb)) => verb.name(),
            Self::DispatchPlan(_) => "dispatch-plan",
            Self::RegressionPack(OnCall(verb)) => verb.name(),
            Self::Route(OnCall(verb)) => verb.name(),
            Self::MergeReady(_) => "merge-ready",
            Self::GitCheck(_) => "git-check",
            Self::Preflight(_) => "preflight",
            Self::Review(OnCall(verb)) => verb.name(),
            Self::Worktree(OnCall(verb)) => verb.name(),
            Self::Config(OnCall(verb)) => verb.name(),
            Self::Db(OnCall(verb)) => verb.name(),
            Self::PruneStale(_) => "prune-stale",
            Self::Parity(OnCall(verb)) => verb.name(),
            Self::Shadow(_) => "shadow",
            Self::Pilot(OnCall(verb)) => verb.name(),
            Self::Completions(_) => "completions",
            Self::Version(_) => "version",
            Self::Reference(_) => "reference",
        }
    }

    fn run(self, session: &mut Session) -> Result<u8, CliError> {
        let done = |result: Result<(), CliError>| result.map(|()| 0);
        match self {
            Self::Init(OnCall(args)) => done(init::run(session, args)),
            Self::Import(OnCall(args)) => done(import::run(session, args)),
            Self::Migrate(OnCall(verb)) => verb.run(session),
            Self::Add(OnCall(args)) => done(add::run(session, args)),
            Self::Update(OnCall(args)) => done(update::run(session, args)),
            Self::Spawn(OnCall(args)) => done(spawn::run(session, args)),
            Self::Tree(OnCall(args)) => done(tree::run(session, &args)),
            Self::Ready(OnCall(args)) => done(ready::run(session, args)),
            Self::Claim(OnCall(args)) => done(claim::run(session, args)),
            Self::SetStatus(OnCall(args)) => done(set_status::run(session, args)),
            Self::SyncYaml(OnCall(args)) => done(sync_yaml::run(session, &args)),
            Self::TaskDetail(OnCall(args)) => done(task_detail::run(session, &args)),
            Self::StatusReport(OnCall(args)) => done(status_report::run(session, &args)),
            Self::HealthReport(OnCall(args)) => done(health_report::run(session, &args)),
            Self::TimingReport(OnCall(args)) => done(timing_report::run(session, &args)),
            Self::Record(OnCall(verb)) => done(verb.run(session)),
            Self::Checkpoint(OnCall(verb)) => verb.run(session),
            Self::Handoff(OnCall(verb)) => done(verb.run(session)),
            Self::Session(OnCall(verb)) => done(verb.run(session)),
            Self::Watcher(OnCall(verb)) => done(verb.run(session)),
            Self::Packet(OnCall(verb)) => done(verb.run(session)),
            Self::Coordinator(OnCall(verb)) => verb.run(session),
            Self::DispatchPlan(OnCall(args)) => done(dispatch_plan::run(session, args)),
            Self::RegressionPack(OnCall(verb)) => done(verb.run(session)),
            Self::Route(OnCall(verb)) => done(verb.run(session)),
            Self::MergeReady(OnCall(args)) => merge_ready::run(session, args),
            Self::GitCheck(OnCall(args)) => git_check::run(session, args),
            Self::Preflight(OnCall(args)) => preflight::run(session, args),
            Self::Review(OnCall(verb)) => done(verb.run(session)),
            Self::Worktree(OnCall(verb)) => done(verb.run(session)),
            Self::Config(OnCall(verb)) => done(verb.run(session)),
            Self::Db(OnCall(verb)) => verb.run(session),
            Self::PruneStale(OnCall(args)) => done(prune_stale::run(session, &args)),
            Self::Parity(OnCall(verb)) => verb.run(session),
            Self::Shadow(OnCall(args)) => shadow::run(session, &args),
            Self::Pilot(OnCall(verb)) => done(verb.run(session)),
            Self::Completions(OnCall(args)) => {
                completions::run(session, &args);
                Ok(0)
            }
            Self::Reference(OnCall(args)) => done(reference::run(session, &args)),
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
    let (cli, plea) = match parse(&arguments) {
        Ok(parsed) => parsed,
        Err(error) => return error::report_usage(&error, &arguments),
    };
    let name = cli.verb.name();
    let mut session = Session::new(cli.globals, environment);
    match gate::pass(&mut session, name, &plea).and_then(|()| cli.verb.run(&mut session)) {
        Ok(code) => code,
        Err(error) => {
            session.ui.fail(name, &error.report());
            error.exit_code()
        }
    }
}

/// What is refused, and every help, comes from the whole command.
fn parse(arguments: &[OsString]) -> Result<(Cli, Plea), clap::Error> {
    let called =
        on_call::described_for::<Globals>(arguments, || gate::with_gate(Cli::command(), Some(arguments)));
    let mut matches = match called.try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(_) => command().try_get_matches_from(arguments)?,
    };
    let plea = Plea::of(arguments, &matches);
    Ok((Cli::from_arg_matches_mut(&mut matches)?, plea))
}

/// The exit code of a check that found something; its answer is on stdout all the same.
const FINDINGS: u8 = 4;

/// The whole command, for help and completions.
fn command() -> clap::Command {
    groups::with_grouped_help(gate::with_gate(Cli::command(), None))
}

/// A text argument, blank being the same as absent: scripts pass variables that may be empty.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// What an argument is parsed to, blank being the same as absent.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said<T>(Option<T>);

impl<T: FromStr> FromStr for Said<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        if text.trim().is_empty() { Ok(Self(None)) } else { text.parse().map(|value| Self(Some(value))) }
    }
}

/// Parses an argument that names something, and so cannot be blank.
fn named(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("it is blank".to_owned()) } else { Ok(text.to_owned()) }
}
