//! Every failure, rendered once: kind to exit code, stable code, causes and hint.

mod usage;

use fairway_parity::adapt::AdaptError;
use fairway_parity::grade::GradeError;
use fairway_parity::report::{ReadError, ReportError};
use fairway_parity::{GoldenError, LibraryError, RunError};
use serde_json::{Value, json};

use crate::legacy::packs::CatalogError;
use crate::legacy::queue::QueueError;
use crate::legacy::snapshot::SnapshotError;
use crate::migrate::MigrateError;
use crate::migrate::export_back::BackError;
use crate::migrate::import::ImportError;
use crate::model::Diagnostic;
use crate::ops::OpError;
use crate::pilot::{GraduationError, NotProven, ProofError, Refused, ShadowError};
use crate::policy::Reason;
use crate::store::{Holder, StoreError};
use crate::ui::Report;
use crate::views::packet::TemplateError;
pub(super) use usage::report_usage;

/// A failure of a call.
#[derive(Debug)]
pub enum CliError {
    /// The arguments are wrong in a way that the parser cannot see.
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// A use case failed.
    Op(OpError),
    /// A file could not be read or written.
    File {
        /// What was tried, with the path.
        message: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The harness could not run.
    Parity(RunError),
    /// The scenarios could not be graded.
    Grade(GradeError),
    /// A legacy copy could not be looked at.
    Adapt(AdaptError),
    /// The harness's data files have problems.
    Library(LibraryError),
    /// A golden cannot be read or written.
    Golden(GoldenError),
    /// The gate refused the call.
    Gate(Box<Refused>),
    /// An operation cannot graduate.
    NotProven(NotProven),
    /// What was proved cannot be told or written down.
    Proof(ProofError),
    /// The results of a run cannot be read.
    Recorded(ReadError),
    /// A report of a run cannot be made.
    Report(ReportError),
}

impl<E: Into<OpError>> From<E> for CliError {
    fn from(error: E) -> Self {
        Self::Op(error.into())
    }
}

impl From<GradeError> for CliError {
    fn from(error: GradeError) -> Self {
        match error {
            GradeError::Run(error) => Self::Parity(error),
            other => Self::Grade(other),
        }
    }
}

impl From<RunError> for CliError {
    fn from(error: RunError) -> Self {
        Self::Parity(error)
    }
}

impl From<AdaptError> for CliError {
    fn from(error: AdaptError) -> Self {
        match error {
            AdaptError::Problems(problems) => Self::Library(problems.into()),
            other => Self::Adapt(other),
        }
    }
}

impl From<ProofError> for CliError {
    fn from(error: ProofError) -> Self {
        Self::Proof(error)
    }
}

impl From<ShadowError> for CliError {
    fn from(error: ShadowError) -> Self {
        match error {
            ShadowError::Start { program, source } => {
                Self::File { message: format!("cannot run {program}"), source }
            }
            ShadowError::File { path, source } => {
                Self::File { message: format!("cannot read or write {}", path.display()), source }
            }
            ShadowError::Adapters(error) => Self::Library(error),
            ShadowError::Proof(error) => Self::Proof(error),
            ShadowError::Hangs(_) => Self::usage(error.to_string()),
            ShadowError::NoAdapter(_) => Self::usage(error.to_string()).hint("`[legacy] adapter` names it"),
            ShadowError::Job(_) => {
                Self::usage(error.to_string()).hint("a call is kept until it was compared")
            }
        }
    }
}

impl From<GraduationError> for CliError {
    fn from(error: GraduationError) -> Self {
        match error {
            GraduationError::NotProven(error) => Self::NotProven(error),
            GraduationError::Proof(error) => Self::Proof(error),
        }
    }
}

impl From<GoldenError> for CliError {
    fn from(error: GoldenError) -> Self {
        Self::Golden(error)
    }
}

impl From<ReadError> for CliError {
    fn from(error: ReadError) -> Self {
        Self::Recorded(error)
    }
}

impl From<ReportError> for CliError {
    fn from(error: ReportError) -> Self {
        Self::Report(error)
    }
}

impl From<LibraryError> for CliError {
    fn from(error: LibraryError) -> Self {
        Self::Library(error)
    }
}

impl CliError {
    /// Wrong arguments.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: None }
    }

    /// Says what to do, where this error has no hint of its own.
    #[must_use]
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        if let Self::Usage { hint, .. } = &mut self {
            *hint = Some(text.into());
        }
        self
    }

    /// The exit code: 1 validation or configuration, 2 runtime, 3 not found, 4 refused by a rule, 6 not graduated.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Golden(GoldenError::Missing { .. })
            | Self::Recorded(ReadError::Missing(_) | ReadError::None(_)) => 3,
            Self::Usage { .. }
            | Self::Library(_)
            | Self::Recorded(ReadError::Broken { .. } | ReadError::Newer { .. }) => 1,
            Self::File { .. }
            | Self::Parity(_)
            | Self::Grade(_)
            | Self::Adapt(_)
            | Self::Golden(_)
            | Self::Report(_)
            | Self::Proof(_)
            | Self::Recorded(ReadError::File { .. }) => 2,
            Self::NotProven(_) => 4,
            Self::Gate(_) => 6,
            Self::Op(error) => op_exit_code(error),
        }
    }

    /// What to show.
    pub fn report(&self) -> Report {
        let (code, message, hint) = match self {
            Self::Usage { message, hint } => ("usage", message.clone(), hint.clone()),
            Self::File { message, .. } => ("file", message.clone(), None),
            Self::Op(error) => (op_code(error), error.to_string(), op_hint(error)),
            Self::Parity(error) => ("parity", error.to_string(), None),
            Self::Grade(error) => ("parity-grade", error.to_string(), None),
            Self::Adapt(error) => ("parity", error.to_string(), None),
            Self::Library(error) => ("parity-data", error.to_string(), None),
            Self::Golden(error) => ("golden", error.to_string(), None),
            Self::Gate(refused) => ("not-graduated", refused.to_string(), Some(refused.hint())),
            Self::NotProven(error) => ("not-proven", error.to_string(), Some(NOT_PROVEN.to_owned())),
            Self::Proof(error) => ("ledger", error.to_string(), error.hint()),
            Self::Recorded(error) => (recorded_code(error), error.to_string(), recorded_hint(error)),
            Self::Report(error) => ("report", error.to_string(), None),
        };
        let source: Option<&dyn std::error::Error> = match self {
            Self::File { source, .. } => Some(source),
            Self::Op(error) => std::error::Error::source(error),
            Self::Proof(error) => std::error::Error::source(error),
            // The harness's messages carry what caused them.
            Self::Usage { .. }
            | Self::Parity(_)
            | Self::Grade(_)
            | Self::Adapt(_)
            | Self::Library(_)
            | Self::Golden(_)
            | Self::Gate(_)
            | Self::NotProven(_)
            | Self::Recorded(_)
            | Self::Report(_) => None,
        };
        let (details, diagnostics) = self.details();
        Report {
            code: code.to_owned(),
            message,
            hint,
            retryable: self.retryable(),
            causes: std::iter::successors(source, |cause| cause.source()).map(ToString::to_string).collect(),
            details,
            diagnostics,
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Op(OpError::Store(error) | OpError::Import(ImportError::Store(error))) => error.retryable(),
            Self::Op(OpError::Import(ImportError::Snapshot(error))) => error.retryable(),
            Self::Op(OpError::Migrate(error)) => error.retryable(),
            _ => false,
        }
    }

    fn details(&self) -> (Option<Value>, Vec<Diagnostic>) {
        match self {
            Self::Op(OpError::Config(error)) => {
                (Some(json!({ "problems": error.problems })), error.problems.clone())
            }
            Self::Op(OpError::Import(ImportError::Broken(plan))) => {
                let details = json!({ "tasks": plan.tasks, "problems": plan.problems });
                (Some(details), plan.problems.clone())
            }
            Self::Op(
                OpError::Template(TemplateError::Broken { problem, .. })
                | OpError::Catalog(CatalogError::Broken { problem, .. }),
            ) => (Some(json!({ "problems": [problem] })), vec![(**problem).clone()]),
            Self::Op(OpError::Back(BackError::Edit(error))) => {
                (None, error.diagnostic().cloned().into_iter().collect())
            }
            Self::Op(OpError::Catalog(CatalogError::Invalid { listed, problems, .. })) => {
                (Some(json!({ "packs": listed, "problems": problems })), problems.clone())
            }
            Self::Op(OpError::Migrate(error)) => (migrate_details(error), Vec::new()),
            Self::Op(OpError::NotTheirs(refused)) => (
                Some(json!({ "lane": refused.lane, "holder": refused.holder, "command": refused.command })),
                Vec::new(),
            ),
            Self::NotProven(error) => (Some(json!({ "missing": error.missing })), Vec::new()),
            Self::Gate(refused) => (
                Some(
                    json!({ "operation": refused.operation, "standing": refused.standing, "command": refused.command }),
                ),
                Vec::new(),
            ),
            _ => (None, Vec::new()),
        }
    }
}

/// How an operation comes to its proof.
const NOT_PROVEN: &str = "`fairway parity run` and `fairway parity fuzz` make proofs, each on a fresh copy of the queue; \
                          `fairway parity status --explain` shows what there is";

fn migrate_details(error: &MigrateError) -> Option<Value> {
    Some(match error {
        MigrateError::SourcesChanged(changes) => json!({ "changes": changes }),
        MigrateError::OwnWork(work) => json!({ "own_work": work }),
        MigrateError::Unsound(findings) => json!({ "findings": findings }),
        _ => return None,
    })
}

fn recorded_code(error: &ReadError) -> &'static str {
    match error {
        ReadError::Missing(_) | ReadError::None(_) => "not-found",
        ReadError::File { .. } => "file",
        ReadError::Broken { .. } | ReadError::Newer { .. } => "broken-run",
    }
}

fn recorded_hint(error: &ReadError) -> Option<String> {
    let hint = match error {
        ReadError::Missing(_) | ReadError::None(_) => {
            "`fairway parity run` records one; give the folder that its --out named"
        }
        ReadError::Newer { .. } => "use the Fairway that made the run, or a later one",
        ReadError::Broken { .. } | ReadError::File { .. } => return None,
    };
    Some(hint.to_owned())
}

fn op_code(error: &OpError) -> &'static str {
    match error {
        OpError::Refused(refusal) => refusal.reason.code(),
        OpError::Config(_) => "config",
        OpError::NoProject(_) => "no-project",
        OpError::Queue(QueueError::Missing(_)) => "not-found",
        OpError::Queue(QueueError::Unreadable { .. }) | OpError::File { .. } | OpError::Unreadable { .. } => {
            "file"
        }
        OpError::Adapters(_) => "parity-data",
        OpError::Catalog(error) => match error {
            CatalogError::Missing(_) => "not-found",
            CatalogError::Unreadable { .. } => "file",
            CatalogError::Broken { .. } => "broken-catalog",
            CatalogError::Invalid { .. } => "invalid-packs",
        },
        OpError::Import(error) => match error {
            ImportError::Broken(_) => Reason::BrokenQueue.code(),
            ImportError::Snapshot(SnapshotError::Locked(_)) | ImportError::Store(StoreError::Busy) => "busy",
            ImportError::Snapshot(_) => "snapshot",
            ImportError::Store(_) | ImportError::Mapping(_) => "store",
        },
        OpError::Back(error) => match error {
            BackError::Edit(_) => "edit-unsafe",
            BackError::Snapshot(_) => "snapshot",
            BackError::Meanwhile(_) => "busy",
            BackError::InTheWay(_) => "exists",
            BackError::Import(_) | BackError::Store(_) | BackError::Mapping(_) | BackError::NoKeys => "store",
        },
        OpError::Store(StoreError::Busy) => "busy",
        OpError::Store(StoreError::Missing(_)) => "no-store",
        OpError::Store(StoreError::Exists(_)) => "exists",
        OpError::Store(_) => "store",
        OpError::Migrate(error) => error.code(),
        OpError::Git(_) => "git",
        OpError::Template(_) => "template",
        OpError::Lane { .. } => "lane-not-ours",
        OpError::NotTheirs(_) => "lane-not-theirs",
        OpError::Pilot(error) => error.code(),
        OpError::NotInstalled { .. } | OpError::Launch { .. } => "launch",
    }
}

fn op_hint(error: &OpError) -> Option<String> {
    match error {
        OpError::Refused(refusal) => refusal.hint.clone(),
        OpError::Store(error) | OpError::Import(ImportError::Store(error)) => error.hint(),
        OpError::Queue(error) => Some(error.hint().to_owned()),
        OpError::Catalog(error) => Some(error.hint().to_owned()),
        OpError::Import(ImportError::Snapshot(error)) => error.hint(),
        OpError::Import(ImportError::Broken(_)) => Some(
            "mend the lines above; `[import]` in .fairway/config.toml says what counts as an error"
                .to_owned(),
        ),
        OpError::Import(ImportError::Mapping(_))
        | OpError::File { .. }
        | OpError::Unreadable { .. }
        | OpError::Adapters(_) => None,
        OpError::Config(_) => Some("every key is in docs/config-reference.md".to_owned()),
        OpError::NoProject(error) => error.hint(),
        OpError::Back(error) => error.hint(),
        OpError::Migrate(error) => error.hint(),
        OpError::Git(error) => error.hint(),
        OpError::Template(error) => Some(error.hint()),
        OpError::Lane { holder: Holder::Nobody, .. } => {
            Some("`fairway pilot status` says why; `fairway pilot resume` goes on".to_owned())
        }
        OpError::Pilot(error) => Some(error.hint()),
        OpError::Lane { .. } => Some(
            "use the scripts' command for it; `fairway pilot status` says what is missing before the lanes become Fairway's"
                .to_owned(),
        ),
        OpError::NotTheirs(refused) => Some(refused.hint()),
        OpError::NotInstalled { .. } => {
            Some("install it, or choose another with --backend; nothing was recorded".to_owned())
        }
        OpError::Launch { .. } => Some("the session is recorded as failed; no task was claimed".to_owned()),
    }
}

fn op_exit_code(error: &OpError) -> u8 {
    match error {
        OpError::Refused(refusal) => match refusal.reason {
            Reason::Usage | Reason::UnknownRole | Reason::ReasonRequired | Reason::BrokenQueue => 1,
            Reason::NotFound | Reason::NothingReady => 3,
            _ => 4,
        },
        OpError::Config(_)
        | OpError::NoProject(_)
        | OpError::Template(_)
        | OpError::Adapters(_)
        | OpError::Back(BackError::Edit(_))
        | OpError::Import(ImportError::Broken(_))
        | OpError::Catalog(CatalogError::Broken { .. } | CatalogError::Invalid { .. }) => 1,
        OpError::Catalog(CatalogError::Missing(_))
        | OpError::Queue(QueueError::Missing(_))
        | OpError::Import(ImportError::Snapshot(SnapshotError::Missing(_))) => 3,
        OpError::Store(StoreError::Exists(_)) | OpError::Back(BackError::InTheWay(_)) => 4,
        OpError::Migrate(error) => migrate_exit_code(error),
        OpError::Lane { .. } | OpError::NotTheirs(_) => 6,
        OpError::Pilot(error) => error.exit_code(),
        OpError::Queue(_)
        | OpError::Back(_)
        | OpError::Catalog(_)
        | OpError::Import(_)
        | OpError::Store(_)
        | OpError::Git(_)
        | OpError::NotInstalled { .. }
        | OpError::Launch { .. }
        | OpError::Unreadable { .. }
        | OpError::File { .. } => 2,
    }
}

fn migrate_exit_code(error: &MigrateError) -> u8 {
    match error {
        MigrateError::NotAPlan { .. } => 1,
        MigrateError::Nowhere(_) | MigrateError::NoQueue { .. } | MigrateError::Unknown { .. } => 3,
        MigrateError::PlanEdited(_)
        | MigrateError::SourcesChanged(_)
        | MigrateError::PlanOutdated(_)
        | MigrateError::NotRehearsed
        | MigrateError::RehearsalFailed(_)
        | MigrateError::OwnWork(_)
        | MigrateError::Unsound(_)
        | MigrateError::NotLatest { .. } => 4,
        MigrateError::File { .. }
        | MigrateError::Running(_)
        | MigrateError::FolderDamaged { .. }
        | MigrateError::Snapshot(_)
        | MigrateError::Import(_)
        | MigrateError::Git(_)
        | MigrateError::Verify(_)
        | MigrateError::Store(_) => 2,
    }
}
