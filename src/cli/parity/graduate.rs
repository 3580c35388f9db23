//! `fairway parity graduate`.

use clap::Args;
use fairway_parity::Library;
use fairway_parity::adapter::Adapter;

use crate::cli::{CliError, Session};
use crate::model::diagnostic::closest;
use crate::pilot::{self, Project};
use crate::views::OperationsGraduated;

/// Let operations graduate: from then on their verbs may be used for real.
///
/// The ledger decides: enough live runs in a row have to have matched, on copies that differ, with enough distinct cases,
/// under the very program, policy, scripts and scenarios of today. What is missing is said, and nothing graduates. A
/// difference that a waiver accepts never counts as matched, unless it is accepted here by its id.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity graduate claim set-status\n  fairway parity graduate sync-yaml --accept-waiver sync-yaml-comments"
)]
pub struct GraduateArgs {
    /// The operations, as `parity status` names them.
    #[arg(value_name = "OPERATION", required = true)]
    operations: Vec<String>,
    /// A waiver that is accepted with them; may be given again.
    #[arg(long, value_name = "ID")]
    accept_waiver: Vec<String>,
}

pub(super) fn run(session: &mut Session, args: &GraduateArgs) -> Result<u8, CliError> {
    let project = project(session)?;
    known(&args.operations)?;
    let adapter = adapter(&project)?;
    let by = session.actor();
    let graduated = pilot::graduate(&project, &adapter, &args.operations, &args.accept_waiver, &by)?;
    session.ui.emit("parity graduate", &OperationsGraduated { graduated });
    Ok(0)
}

/// The project, which has to have scripts that Fairway is to replace.
pub(in crate::cli) fn project(session: &mut Session) -> Result<Project, CliError> {
    session.legacy_project()?.ok_or_else(|| {
        CliError::usage("this project has no scripts that Fairway is to replace").hint(
            "name their adapter in `[legacy]` of .fairway/config.toml; without that section nothing is gated",
        )
    })
}

/// The adapter of the project's scripts.
pub(in crate::cli) fn adapter(project: &Project) -> Result<Adapter, CliError> {
    let adapters = Library::systems(Some(project.root()))?.adapters;
    let name = &project.legacy.adapter;
    let names: Vec<String> = adapters.iter().map(|adapter| adapter.name.clone()).collect();
    adapters.into_iter().find(|adapter| adapter.name == *name).ok_or_else(|| {
        CliError::usage(format!("`[legacy] adapter` names `{name}`, and there is no such adapter")).hint(
            format!("one of {}, or a file of your own under .fairway/parity/adapters", names.join(", ")),
        )
    })
}

/// Fails on an operation that cannot graduate, because there is none of that name that changes something.
pub(super) fn known(operations: &[String]) -> Result<(), CliError> {
    let candidates = pilot::candidates();
    let names: Vec<&str> = candidates.iter().map(|candidate| candidate.operation).collect();
    match operations.iter().find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let near = closest(name, names.iter().copied());
            let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            Err(CliError::usage(format!("`{name}` is no operation that can graduate"))
                .hint(format!("{near}one of {}", names.join(", "))))
        }
    }
}
