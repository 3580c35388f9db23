//! `fairway pilot …`.

mod cutover;
mod install_shadow;
mod pause;
mod remove_shadow;
mod report;
mod resume;
mod rollback;
mod start;
mod status;
mod sync;

use clap::Subcommand;
use fairway_parity::ledger::Standing;

use super::parity::{legacy_adapter, legacy_project};
use super::{CliError, Session};
use crate::ops::{self, CutoverRequest};
use crate::pilot::{self, Project};
use crate::views::PilotStatus;

/// What is done to hand lanes over.
#[derive(Debug, Subcommand)]
pub enum PilotVerb {
    Status(status::StatusArgs),
    Start(start::StartArgs),
    Sync(sync::SyncArgs),
    Cutover(cutover::CutoverArgs),
    Pause(pause::PauseArgs),
    Resume(resume::ResumeArgs),
    Rollback(rollback::RollbackArgs),
    Report(report::ReportArgs),
    InstallShadow(install_shadow::InstallShadowArgs),
    RemoveShadow(remove_shadow::RemoveShadowArgs),
}

impl PilotVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Status(_) => "pilot status",
            Self::Start(_) => "pilot start",
            Self::Sync(_) => "pilot sync",
            Self::Cutover(_) => "pilot cutover",
            Self::Pause(_) => "pilot pause",
            Self::Resume(_) => "pilot resume",
            Self::Rollback(_) => "pilot rollback",
            Self::Report(_) => "pilot report",
            Self::InstallShadow(_) => "pilot install-shadow",
            Self::RemoveShadow(_) => "pilot remove-shadow",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Status(_) => status::run(session),
            Self::Start(args) => start::run(session, args),
            Self::Sync(args) => sync::run(session, &args),
            Self::Cutover(args) => cutover::run(session, args),
            Self::Pause(args) => pause::run(session, &args),
            Self::Resume(args) => resume::run(session, &args),
            Self::Rollback(args) => rollback::run(session, args),
            Self::Report(args) => report::run(session, args),
            Self::InstallShadow(_) => install_shadow::run(session),
            Self::RemoveShadow(_) => remove_shadow::run(session),
        }
    }
}

/// The project, and where its pilot stands.
fn standing(session: &mut Session) -> Result<(Project, PilotStatus), CliError> {
    let project = legacy_project(session)?;
    let standings = standings(&project)?;
    let request = CutoverRequest { person: String::new(), dry_run: true, despite_findings: false, standings };
    let context = session.context()?;
    let progress = session.ui.progress();
    let status = ops::pilot_status(&context, &project, &request, &progress);
    progress.finish();
    Ok((project, status?))
}

/// Where the operations stand that have to have graduated: those that the configuration names, else all.
fn standings(project: &Project) -> Result<Vec<(String, Standing)>, CliError> {
    let adapter = legacy_adapter(project)?;
    let candidates = pilot::candidates();
    let all = || candidates.iter().map(|candidate| candidate.operation.to_owned()).collect();
    let required: Vec<String> = project.legacy.required_operations.clone().unwrap_or_else(all);
    let names: Vec<&str> = required.iter().map(String::as_str).collect();
    let found = pilot::stand(project, &adapter, &names)?;
    Ok(required.into_iter().zip(found.into_iter().map(|(standing, _)| standing)).collect())
}
