//! What a migration can fail with.

use std::path::PathBuf;

use super::import::ImportError;
use super::verify::VerifyError;
use crate::git::GitError;
use crate::legacy::snapshot::SnapshotError;
use crate::store::{Finding, OwnWork, StoreError};

/// A migration that was refused or failed. The store is as it was, and so are the sources.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// There is nothing at that place.
    #[error("there is nothing at {}", .0.display())]
    Nowhere(PathBuf),
    /// The place holds no queue of the kind that the adapter describes.
    #[error("{} holds no queue that the adapter {adapter:?} describes: {looked}", from.display())]
    NoQueue {
        /// Where it was looked for.
        from: PathBuf,
        /// The adapter's name.
        adapter: String,
        /// What was looked for, and not found.
        looked: String,
        /// Adapters that would find one there.
        others: Vec<String>,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no plan.
    #[error("{} is no migration plan: {why}", path.display())]
    NotAPlan {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The plan is not as it was written.
    #[error("{} was changed after it was made", .0.display())]
    PlanEdited(PathBuf),
    /// A source is not what the plan was made from.
    #[error("the sources are not those of the plan: {}", .0.join("; "))]
    SourcesChanged(Vec<String>),
    /// The configuration, the mapping or the store lead to something else than the plan says.
    #[error("the plan is out of date: {0}")]
    PlanOutdated(String),
    /// Nobody has tried the plan.
    #[error("no rehearsal of this plan is recorded")]
    NotRehearsed,
    /// The last rehearsal of the plan failed.
    #[error("the last rehearsal of this plan failed: {0}")]
    RehearsalFailed(String),
    /// The store holds work that did not come from an import.
    #[error("the store holds work of its own: {}", list(.0))]
    OwnWork(Vec<OwnWork>),
    /// Another migration is running.
    #[error("another migration is running: it holds {}", .0.display())]
    Running(PathBuf),
    /// The target would not be sound.
    #[error("the store would not be sound: {} finding(s), the first: {}", .0.len(), first(.0))]
    Unsound(Vec<Finding>),
    /// There is no migration of that id.
    #[error("there is no migration {id:?}")]
    Unknown {
        /// The id.
        id: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A later migration is applied.
    #[error("migration {id} is not the latest: {later} was applied after it")]
    NotLatest {
        /// The id.
        id: String,
        /// The one that has to go first.
        later: String,
    },
    /// The folder of a migration is not as the migration left it.
    #[error("the folder of migration {id} is damaged: {why}")]
    FolderDamaged {
        /// The id.
        id: String,
        /// What is wrong.
        why: String,
    },
    /// The database cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The import underneath failed; it carries every problem of the sources.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// One of the sides of a verification cannot be read.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MigrateError {
    /// A file that could not be read or written.
    pub(crate) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nowhere(_) | Self::Unknown { .. } => "not-found",
            Self::NoQueue { .. } => "no-queue",
            Self::File { .. } => "file",
            Self::NotAPlan { .. } => "not-a-plan",
            Self::PlanEdited(_) => "plan-edited",
            Self::SourcesChanged(_) => "sources-changed",
            Self::PlanOutdated(_) => "plan-outdated",
            Self::NotRehearsed => "not-rehearsed",
            Self::RehearsalFailed(_) => "rehearsal-failed",
            Self::OwnWork(_) => "own-work",
            Self::Running(_) => "busy",
            Self::Unsound(_) => "unsound",
            Self::NotLatest { .. } => "not-latest",
            Self::FolderDamaged { .. } => "folder-damaged",
            Self::Snapshot(_) => "snapshot",
            Self::Import(_) => "import",
            Self::Git(_) => "git",
            Self::Verify(_) => "unreadable",
            Self::Store(_) => "store",
        }
    }

    /// Whether the same call may succeed later.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Running(_) => true,
            Self::Snapshot(error) | Self::Import(ImportError::Snapshot(error)) => error.retryable(),
            Self::Store(error) | Self::Import(ImportError::Store(error)) => error.retryable(),
            _ => false,
        }
    }

    /// What to do about it, when there is something. Never a command that destroys.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Nowhere(_) => "name the legacy checkout, or a queue file, with --from",
            Self::NoQueue { others, .. } => {
                return Some(match others.as_slice() {
                    [] => "name the legacy checkout with --from, or a queue file; \
                           `[sources]` in parity/mappings/NAME.toml says where an adapter looks"
                        .to_owned(),
                    some => format!("there is one for --adapter {}", some.join(" or --adapter ")),
                });
            }
            Self::NotAPlan { .. } => "make one with `fairway migrate plan --from DIR --out FILE`",
            Self::PlanEdited(_) | Self::PlanOutdated(_) => {
                "make it again with `fairway migrate plan`, and compare the two; nothing was written"
            }
            Self::SourcesChanged(_) => {
                "make a new plan with `fairway migrate plan` and review what differs; nothing was written. \
                 Nobody may change the legacy queue between the plan that is applied and the move"
            }
            Self::NotRehearsed => {
                "run `fairway migrate rehearse PLAN` first, or give --no-rehearsal with a --reason"
            }
            Self::RehearsalFailed(_) => {
                "mend what it found and rehearse again, or give --no-rehearsal with a --reason"
            }
            Self::OwnWork(_) => {
                "a migration goes into a store that holds nothing but imports; name another one with --db, \
                 or keep working in this one and bring definitions in with `fairway import`"
            }
            Self::Running(_) => "wait for it to end; when it was killed the lock is gone with it",
            Self::Unsound(_) => "`fairway migrate plan` shows every finding; nothing was written",
            Self::Unknown { known, .. } => {
                return Some(match known.as_slice() {
                    [] => "nothing was migrated into this store".to_owned(),
                    some => format!("there are {}", some.join(", ")),
                });
            }
            Self::NotLatest { later, .. } => {
                return Some(format!("roll {later} back first: `fairway migrate rollback {later}`"));
            }
            Self::FolderDamaged { .. } => {
                "put the folder back from a backup of the project; the store was not changed"
            }
            Self::Snapshot(error) | Self::Import(ImportError::Snapshot(error)) => return error.hint(),
            Self::Store(error) | Self::Import(ImportError::Store(error)) => return error.hint(),
            Self::Git(error) => return error.hint(),
            Self::File { .. } | Self::Import(_) | Self::Verify(_) => return None,
        };
        Some(hint.to_owned())
    }
}

fn list(work: &[OwnWork]) -> String {
    let line = |work: &OwnWork| match &work.task {
        Some(task) => format!("{} × {} (such as {task})", work.times, work.action),
        None => format!("{} × {}", work.times, work.action),
    };
    work.iter().map(line).collect::<Vec<_>>().join(", ")
}

fn first(findings: &[Finding]) -> String {
    findings.first().map(|finding| format!("{}, {}", finding.subject, finding.detail)).unwrap_or_default()
}
