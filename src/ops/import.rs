//! Importing a queue file and a snapshot of its database.

use std::path::PathBuf;

use super::{Context, Result};
use crate::config::{Import as ImportConfig, ProblemLevel};
use crate::legacy::queue::{self, QueueError};
use crate::legacy::snapshot::Snapshot;
use crate::migrate::import::{Import, ImportError, SourceCheck, SourceStamp, check_source, remember_stamp};
use crate::migrate::{Unwatched, Watch};
use crate::policy::definitions::{Check, ImportRules, Weight};
use crate::policy::{Reason, Refusal};
use crate::store::{Store, StoreError};
use crate::views::ImportReport;

/// What the audit calls an import.
const OPERATION: &str = "import";

/// What is imported.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The queue file.
    pub queue: PathBuf,
    /// The legacy database that goes with it.
    pub snapshot: Option<PathBuf>,
    /// Whether a task that arrives brings the state that the file names for it.
    pub state_once: bool,
    /// Whether only the plan is wanted.
    pub dry_run: bool,
}

/// Imports, or says what an import would do.
///
/// # Errors
/// [`ImportError::Broken`] with every problem when the sources have errors; when a source cannot be read; when the
/// store fails. In all of them nothing was written.
pub fn import(context: &Context, request: &ImportRequest, watch: &dyn Watch) -> Result<ImportReport> {
    let mut store = context.open_store()?;
    let stamp = SourceStamp::look(&request.queue);
    watch.stage("reading the queue", 0);
    let document = queue::read(&request.queue, &rules(context))?;
    let stamp = stamp.with_digest(&document.digest);
    let snapshot = match &request.snapshot {
        Some(path) => {
            watch.stage("copying the database", 0);
            let mapping = super::mapping::mapping(context, None);
            Some(mapping.and_then(|(_, mapping)| Snapshot::open(path, mapping)).map_err(ImportError::from)?)
        }
        None => None,
    };
    let import = Import {
        queue: &document,
        stamp: &stamp,
        snapshot: snapshot.as_ref(),
        state_once: request.state_once,
        statuses: &context.config.states.allowed,
        watch,
    };
    let plan = if request.dry_run {
        let plan = store.read(|reader| import.plan(&reader).map(|planned| planned.plan))?;
        if plan.is_broken() {
            return Err(ImportError::Broken(Box::new(plan)).into());
        }
        plan
    } else {
        import.run(&mut store, OPERATION, &context.actor, context.now)?
    };
    Ok(ImportReport { plan, applied: !request.dry_run })
}

/// Reads the definitions of the queue's source again, when its bytes differ from those that were imported last. The
/// source is that of the checkout that asks: worktrees share the store, not the file.
///
/// # Errors
/// A refusal of class `broken-queue` when the source is missing; what an import fails with when it has errors. Then the
/// store keeps what it has.
pub(super) fn refresh(context: &Context, store: &mut Store) -> Result<()> {
    let Some(path) = context.config.fairway.queue_source.path() else { return Ok(()) };
    let path = context.paths.checkout.join(path);
    match store.read(|reader| check_source(&reader, &path))? {
        // The same bytes under another time: remembered, so that the next call need not read them all.
        SourceCheck::Touched(stamp) if stamp.is_settled() => {
            let remembered: std::result::Result<(), StoreError> =
                store.write("source-touched", &context.actor, context.now, |tx| remember_stamp(tx, &stamp));
            return match remembered {
                Ok(()) | Err(StoreError::Busy) => Ok(()),
                Err(error) => Err(error.into()),
            };
        }
        SourceCheck::Unchanged | SourceCheck::Touched(_) => return Ok(()),
        // A missing file is said to be missing where it is read.
        SourceCheck::Changed | SourceCheck::Missing => {}
    }
    let stamp = SourceStamp::look(&path);
    let document = match queue::read(&path, &rules(context)) {
        Ok(document) => document,
        Err(missing @ QueueError::Missing(_)) => {
            return Err(Refusal::new(Reason::BrokenQueue, missing.to_string())
                .hint("put it back, or name another one as `[fairway] queue_source`")
                .into());
        }
        Err(error) => return Err(error.into()),
    };
    let import = Import {
        queue: &document,
        stamp: &stamp.with_digest(&document.digest),
        snapshot: None,
        state_once: context.config.import.state_once,
        statuses: &context.config.states.allowed,
        watch: &Unwatched,
    };
    import.run(store, OPERATION, &context.actor, context.now)?;
    Ok(())
}

/// Whether a refresh would read the definitions again, or find no source.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn is_outdated(context: &Context, store: &Store) -> Result<bool> {
    let Some(path) = context.config.fairway.queue_source.path() else { return Ok(false) };
    let path = context.paths.checkout.join(path);
    let check = store.read(|reader| check_source(&reader, &path))?;
    Ok(matches!(check, SourceCheck::Changed | SourceCheck::Missing))
}

/// What the configuration demands of a queue file.
pub(super) fn rules(context: &Context) -> ImportRules {
    let config = &context.config;
    ImportRules {
        roles: config.role_names().map(str::to_owned).collect(),
        statuses: config.states.allowed.clone(),
        id_pattern: config.fairway.task_id_pattern.regex().clone(),
        expected_version: config.import.expected_version,
        aliases: (config.import.field_names.iter())
            .map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned()))
            .collect(),
        role_names: (config.import.role_names.iter())
            .map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned()))
            .collect(),
        weights: weights(&config.import),
    }
}

fn weights(config: &ImportConfig) -> std::collections::BTreeMap<Check, Weight> {
    let chosen = Check::ALL.iter().filter_map(|check| Some((*check, config.level(check.code())?)));
    let weigh = |level| match level {
        ProblemLevel::Error => Weight::Error,
        ProblemLevel::Warning => Weight::Warning,
        ProblemLevel::Ignore => Weight::Ignore,
    };
    chosen.map(|(check, level)| (check, weigh(level))).collect()
}
