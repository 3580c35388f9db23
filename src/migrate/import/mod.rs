//! Imports a queue file, and a snapshot of the queue's database, into the store.
//!
//! [`Import::plan`] compares the sources with the store and decides everything; it writes nothing. What it decided is
//! shown as [`Plan`] and written by [`Planned::apply`]: a dry run prints the same object that applying uses. A real
//! import plans inside the transaction that applies, so nothing can come between the two.
//!
//! The file owns definitions, the database owns state: [`definitions`] and [`states`]. The records that gathered on
//! tasks move table by table ([`tables`]), and what has no place in the store is kept as JSON ([`preserve`]).

mod apply;
mod bulk;
pub(in crate::migrate) mod convert;
mod definitions;
mod drift;
mod error;
mod index;
mod plan;
mod preserve;
mod snapshot_links;
pub(in crate::migrate) mod snapshot_tasks;
mod stamp;
mod states;
pub(in crate::migrate) mod tables;
#[cfg(test)]
mod tests;

use std::panic;
use std::thread::{self, ScopedJoinHandle};

use super::Watch;
use crate::legacy::queue::QueueDocument;
use crate::legacy::snapshot::Snapshot;
use crate::model::Timestamp;
use crate::store::{Reader, Store, Writer};
use definitions::DefinitionActions;
pub use error::ImportError;
use index::Index;
pub use plan::{
    DefaultTaken, Drift, Ignored, Plan, Side, SnapshotFacts, SourceFacts, StateSeeds, TablePlan, TaskCounts,
    Unmapped,
};
pub use stamp::{
    SOURCE_DIGEST, SOURCE_ENVELOPE, SourceCheck, SourceStamp, check_source, remember_stamp, source_changed,
};
use states::{Known, StateActions};

/// What is imported, and how.
#[derive(Clone, Copy)]
pub struct Import<'a> {
    /// The queue file.
    pub queue: &'a QueueDocument,
    /// What the file was like on disk when it was read.
    pub stamp: &'a SourceStamp,
    /// The database that goes with it.
    pub snapshot: Option<&'a Snapshot>,
    /// Whether a task that arrives brings the state that the file names for it.
    pub state_once: bool,
    /// The configured states: a state of the database that is none of them is an error.
    pub statuses: &'a [String],
    /// Who watches.
    pub watch: &'a dyn Watch,
}

/// A plan, with what applying it needs beside it.
pub struct Planned<'a> {
    /// What is shown.
    pub plan: Plan,
    import: Import<'a>,
    index: Index<'a>,
    definitions: DefinitionActions,
    states: StateActions,
    /// What the store had before.
    known: Known,
    /// Where in the plan's problems those of the records belong that have not been looked at.
    records: Option<usize>,
    /// The tables of the snapshot with rows that have no place.
    kept: Vec<String>,
}

/// When the records of the database are looked at, of which there may be millions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Records {
    Now,
    /// Not before they are written.
    WhenWritten,
}

impl<'a> Import<'a> {
    /// Decides what the import would do to the store as it is. Nothing is written.
    ///
    /// # Errors
    /// When the store or the snapshot cannot be read. What is wrong with the sources is in the plan.
    pub fn plan(self, store: &Reader<'_>) -> Result<Planned<'a>, ImportError> {
        let mut planned = self.decide(store, Records::Now)?;
        planned.plan.seal(&self)?;
        Ok(planned)
    }

    fn decide(self, store: &Reader<'_>, records: Records) -> Result<Planned<'a>, ImportError> {
        let mut plan = Plan::new(&self);
        let index = Index::of(self.queue);
        let mut planned = Planned {
            definitions: DefinitionActions::default(),
            states: StateActions::default(),
            import: self,
            index,
            plan: Plan::default(),
            known: Known::default(),
            records: None,
            kept: Vec::new(),
        };
        if plan.is_broken() {
            planned.plan = plan;
            return Ok(planned);
        }
        planned.known = Known::read(store)?;
        planned.definitions = definitions::plan(&self, &planned.index, store, &mut plan)?;
        let Planned { index, definitions, known, .. } = &planned;
        let tasks = tables::Tasks { index, store: known, arriving: definitions };
        let beside = self.snapshot.map(Snapshot::again).transpose()?;
        let (states, beside) = thread::scope(|scope| {
            let queue = self.queue;
            let beside = beside.map(|snapshot| scope.spawn(move || Beside::look(queue, &snapshot, &tasks)));
            let states = states::plan(&self, index, definitions, known, store, &mut plan);
            let join = |beside: ScopedJoinHandle<'_, _>| {
                beside.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
            };
            (states, beside.map(join))
        });
        let states = states?;
        let (mut later, mut kept) = (None, Vec::new());
        if let (Some(snapshot), Some(beside)) = (self.snapshot, beside.transpose()?) {
            let place = plan.problems.len();
            if records == Records::Now {
                tables::look(snapshot, &tasks, store, self.watch)?.enter(&mut plan, place);
            } else {
                tables::announce(snapshot, &mut plan);
                later = Some(place);
            }
            plan.absorb(beside.plan);
            plan.definition_drift.sort_by_key(|drift| index.place(&drift.task));
            kept = beside.kept;
        }
        (planned.states, planned.records, planned.kept, planned.plan) = (states, later, kept, plan);
        Ok(planned)
    }

    /// Plans and applies in one transaction of its own. The plan says what was done; when it has errors nothing was.
    ///
    /// # Errors
    /// [`ImportError::Broken`] when the plan has errors, or when the store or the snapshot cannot be read or written.
    pub fn run(
        self,
        store: &mut Store,
        operation: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<Plan, ImportError> {
        if self.queue.is_broken() {
            let mut plan = Plan::new(&self);
            plan.seal(&self)?;
            return Err(ImportError::broken(plan));
        }
        store.write_many(operation, actor, now, |tx| self.run_within(tx))
    }

    /// As [`Import::run`], within a transaction of the caller's, which has to be given up when it fails.
    ///
    /// # Errors
    /// As [`Import::run`].
    pub fn run_within(self, tx: &Writer<'_>) -> Result<Plan, ImportError> {
        let mut planned = self.decide(tx, Records::WhenWritten)?;
        if planned.plan.is_broken() {
            return Err(ImportError::broken(self.plan(tx)?.plan));
        }
        planned.apply(tx)?;
        Ok(planned.plan)
    }
}

/// What is found of links and of what has no place, while the states are compared: neither decides anything of the other.
struct Beside {
    plan: Plan,
    /// The tables of which there are rows to keep.
    kept: Vec<String>,
}

impl Beside {
    fn look(
        queue: &QueueDocument,
        snapshot: &Snapshot,
        tasks: &tables::Tasks<'_>,
    ) -> Result<Self, ImportError> {
        let mut plan = Plan::default();
        snapshot_links::plan(queue, snapshot, tasks, &mut plan)?;
        let kept = preserve::plan(snapshot, &mut plan)?;
        Ok(Self { plan, kept })
    }
}
