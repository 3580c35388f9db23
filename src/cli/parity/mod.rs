//! `fairway parity …`.

mod adapt;
mod artifact;
mod diff;
mod doctor;
mod fuzz;
mod grade;
mod graduate;
mod mismatch;
mod noise;
mod record;
mod recorded;
mod report;
mod review;
mod revoke;
mod run;
mod show;
mod soak;
mod status;
mod tasks;
mod waive;
mod work;

pub(super) use graduate::{adapter as legacy_adapter, project as legacy_project};

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use fairway_parity::journal::JournalError;
use fairway_parity::run::{new_run_id, seed_of};
use fairway_parity::{Library, RunRequest};

use self::work::{Pace, Patience};
use super::{CliError, Session};
use crate::pilot::{self, Project};

/// What is done with the harness.
#[derive(Debug, Subcommand)]
pub enum ParityVerb {
    Run(run::RunArgs),
    Record(record::RecordArgs),
    Review(review::ReviewArgs),
    Waive(waive::WaiveArgs),
    Fuzz(fuzz::FuzzArgs),
    Soak(soak::SoakArgs),
    Doctor(doctor::DoctorArgs),
    Grade(grade::GradeArgs),
    Show(show::ShowArgs),
    Diff(diff::DiffArgs),
    Noise(noise::NoiseArgs),
    Report(report::ReportArgs),
    Adapt(adapt::AdaptArgs),
    Artifact(artifact::ArtifactArgs),
    Status(status::StatusArgs),
    Graduate(graduate::GraduateArgs),
    Revoke(revoke::RevokeArgs),
}

/// The name of Fairway's own adapter, which is no reference unless it is named.
const OWN: &str = "fairway";

/// Which two systems are compared, and where the reference is.
#[derive(Debug, Args)]
pub struct Systems {
    /// The checkout of the reference, with its queue file and DB; without it `[legacy] copy`. Nothing in it is run
    /// or changed: it is copied.
    #[arg(long, value_name = "DIR")]
    reference: Option<PathBuf>,
    /// The adapter of the reference; without it `[legacy] adapter`, else the only one there is.
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,
    /// The adapter of the candidate.
    #[arg(long, value_name = "NAME", default_value = OWN)]
    candidate: String,
}

/// The systems, found.
struct Found {
    /// The checkout of the reference.
    reference_dir: PathBuf,
    /// The adapter of the reference.
    reference: String,
    /// The adapter of the candidate.
    candidate: String,
    /// This very program.
    program: PathBuf,
    /// Adapters, scenarios and the like: what ships, and what the project has.
    library: Library,
    /// Where the project is; where the caller stands, outside of one.
    root: PathBuf,
    /// The project, when these are its scripts and Fairway: what the comparison shows is then written into its ledger.
    project: Option<Project>,
    /// The project's configuration, without what is about the scripts, for the candidate.
    config: Option<PathBuf>,
}

/// What a newcomer does who has no copy yet.
const NO_COPY: &str = "give --reference DIR, or set `[legacy] copy`; `fixtures/gpuaas/build-copy.sh DIR` in \
                       Fairway's sources makes a copy to try";

impl Systems {
    fn find(self, session: &mut Session) -> Result<Found, CliError> {
        // The harness works without a project: then there is no `[legacy]` section to ask.
        let paths = session.paths().ok();
        let project = match &paths {
            Some(_) => session.legacy_project()?,
            None => None,
        };
        let legacy = project.as_ref().map(|project| project.legacy.clone());
        let root = paths.map_or_else(|| session.environment.directory.clone(), |paths| paths.root);
        let copy = legacy.as_ref().and_then(|legacy| legacy.copy.as_ref()).map(|copy| root.join(copy));
        let given = self.reference.map(|dir| session.path(&dir));
        let reference_dir =
            given.or(copy).ok_or_else(|| CliError::usage("no reference to compare with").hint(NO_COPY))?;
        if !reference_dir.is_dir() {
            let message = format!("the reference {} is no folder", reference_dir.display());
            return Err(CliError::usage(message).hint(NO_COPY));
        }
        let program = std::env::current_exe()
            .map_err(|source| CliError::File { message: "cannot find this program".to_owned(), source })?;
        let library = Library::load(Some(&root))?;
        let reference = match self.adapter.or_else(|| legacy.map(|legacy| legacy.adapter)) {
            Some(name) => name,
            None => only_other(&library, &self.candidate)?,
        };
        let project = project.filter(|project| project.legacy.adapter == reference && self.candidate == OWN);
        let config = project.as_ref().map(own_rules).transpose()?;
        Ok(Found {
            reference_dir,
            reference,
            candidate: self.candidate,
            program,
            library,
            root,
            project,
            config,
        })
    }
}

/// Writes the project's configuration down for the candidate, which is to work by the same rules and is not gated.
fn own_rules(project: &Project) -> Result<PathBuf, CliError> {
    let file = project.config();
    let failed = |path: &Path| {
        let message = format!("cannot read or write {}", path.display());
        |source| CliError::File { message, source }
    };
    let text = std::fs::read_to_string(file).map_err(failed(file))?;
    let rules = pilot::candidate_config(&text).map_err(|error| CliError::usage(error.to_string()))?;
    let path = project.folder().join("candidate.toml");
    std::fs::create_dir_all(project.folder()).map_err(failed(&path))?;
    std::fs::write(&path, rules).map_err(failed(&path))?;
    Ok(path)
}

/// The adapter that the candidate is compared with when nobody names one: the only one that there is.
fn only_other(library: &Library, candidate: &str) -> Result<String, CliError> {
    let others =
        library.adapters.iter().map(|adapter| adapter.name.as_str()).filter(|name| *name != candidate);
    match others.collect::<Vec<_>>().as_slice() {
        [one] => Ok((*one).to_owned()),
        several => Err(CliError::usage("which adapter is the reference's?")
            .hint(format!("give --adapter, one of {}", several.join(", ")))),
    }
}

impl Found {
    /// A request to run everything on these two, as [`Self::request`] says, in sandboxes as cheap as can be had. An
    /// ordinary user's process enters a namespace for them, for good.
    fn cheap_request(&self, out: Option<PathBuf>, pace: &Pace, patience: Patience) -> RunRequest {
        // Here rather than when the copies are made: by then a thread moves the progress bar.
        fairway_parity::confine::prepare(&self.program);
        self.request(out, pace, patience)
    }

    /// A request to run everything on these two, each twice, in a folder of its own under .fairway/parity unless
    /// another is given, and on all cores unless told otherwise.
    fn request(&self, out: Option<PathBuf>, pace: &Pace, patience: Patience) -> RunRequest {
        let run_id = new_run_id();
        RunRequest {
            reference_dir: self.reference_dir.clone(),
            reference: self.reference.clone(),
            candidate: self.candidate.clone(),
            program: Some(self.program.clone()),
            config: self.config.clone(),
            keeper: Some(self.program.clone()),
            behaviours: Vec::new(),
            scenario: None,
            seed: seed_of(&run_id),
            once: false,
            jobs: pace.jobs(),
            out: out.unwrap_or_else(|| self.root.join(".fairway/parity").join(&run_id)),
            run_id,
            keep: false,
            timeout: pace.timeout(patience),
            replay: false,
        }
    }
}

/// What a run that cannot be taken up, or whose results cannot be kept, says.
fn journal(error: JournalError) -> CliError {
    match error {
        JournalError::File { path, source } => {
            CliError::File { message: format!("cannot read or write {}", path.display()), source }
        }
        JournalError::OtherRun { .. } | JournalError::Broken { .. } => {
            CliError::usage(error.to_string()).hint("choose another --out, or ask as that run was asked")
        }
    }
}

impl ParityVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Run(_) => "parity run",
            Self::Record(_) => "parity record",
            Self::Review(_) => "parity review",
            Self::Waive(_) => "parity waive",
            Self::Fuzz(_) => "parity fuzz",
            Self::Soak(_) => "parity soak",
            Self::Doctor(_) => "parity doctor",
            Self::Grade(_) => "parity grade",
            Self::Show(_) => "parity show",
            Self::Diff(_) => "parity diff",
            Self::Noise(_) => "parity noise",
            Self::Report(_) => "parity report",
            Self::Adapt(_) => "parity adapt",
            Self::Artifact(_) => "parity artifact",
            Self::Status(_) => "parity status",
            Self::Graduate(_) => "parity graduate",
            Self::Revoke(_) => "parity revoke",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<u8, CliError> {
        match self {
            Self::Run(args) => run::run(session, args),
            Self::Record(args) => record::run(session, args),
            Self::Review(args) => review::run(session, &args),
            Self::Waive(args) => waive::run(session, args),
            Self::Fuzz(args) => fuzz::run(session, args),
            Self::Soak(args) => soak::run(session, args),
            Self::Doctor(args) => doctor::run(session, args),
            Self::Grade(args) => grade::run(session, args),
            Self::Show(args) => show::run(session, &args),
            Self::Diff(args) => diff::run(session, &args),
            Self::Noise(args) => noise::run(session, args),
            Self::Report(args) => report::run(session, args),
            Self::Adapt(args) => adapt::run(session, args),
            Self::Artifact(args) => artifact::run(session, args),
            Self::Status(args) => status::run(session, &args),
            Self::Graduate(args) => graduate::run(session, &args),
            Self::Revoke(args) => revoke::run(session, args),
        }
    }
}
