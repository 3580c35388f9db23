//! Writes what a plan decided.

use serde_json::json;

use super::stamp::{self, remember_stamp};
use super::tables::Tasks;
use super::{
    ImportError, Planned, bulk, definitions, preserve, snapshot_links, snapshot_tasks, states, tables,
};
use crate::store::Writer;

impl Planned<'_> {
    /// Writes everything, within a transaction of the caller's.
    ///
    /// The records of the database come before the history that this import writes, so that their numbers are free.
    ///
    /// # Errors
    /// When the store or the snapshot fails; then the caller's transaction has to be given up.
    pub fn apply(&mut self, tx: &Writer<'_>) -> Result<(), ImportError> {
        let import = &{ self.import };
        if self.known.states.is_empty() && self.definitions.all_arrive() {
            self.fill(tx)?;
        } else {
            self.apply_changes(tx)?;
        }
        self.plan.seal(import)?;
        remember_stamp(tx, import.stamp)?;
        tx.remember(stamp::SOURCE_ENVELOPE, &import.queue.envelope.clone().into())?;
        if let Some(facts) = &self.plan.snapshot {
            tx.remember(stamp::SNAPSHOT_DIGEST, &facts.sha256.as_str().into())?;
        }
        tx.audit(None, Some(self.audit()));
        Ok(())
    }

    /// Writes everything into a store that has no tasks.
    pub(super) fn fill(&mut self, tx: &Writer<'_>) -> Result<(), ImportError> {
        let import = &{ self.import };
        bulk::tasks(import, &self.index, &self.index.by_id(), &self.states, tx)?;
        snapshot_tasks::apply(import, &self.definitions, tx)?;
        self.apply_records(tx)?;
        states::apply_others(&self.states, tx)?;
        bulk::history(&self.index, &self.states, tx)?;
        self.apply_links(tx, self.states.has_others())
    }

    /// Writes what differs from the store, and what the snapshot brings.
    pub(super) fn apply_changes(&mut self, tx: &Writer<'_>) -> Result<(), ImportError> {
        let import = &{ self.import };
        let order = self.index.by_id();
        definitions::apply(import, &self.index, &order, &self.definitions, tx)?;
        snapshot_tasks::apply(import, &self.definitions, tx)?;
        self.apply_records(tx)?;
        states::apply(import, &self.index, &order, &self.states, tx)?;
        definitions::apply_dependencies(import, &self.index, &order, &self.definitions, tx)?;
        self.apply_links(tx, self.states.recount())
    }

    /// Writes what gathered on the tasks, once they are all there.
    fn apply_records(&mut self, tx: &Writer<'_>) -> Result<(), ImportError> {
        let Some(snapshot) = self.import.snapshot else { return Ok(()) };
        let tasks = Tasks { index: &self.index, store: &self.known, arriving: &self.definitions };
        let passed = tables::apply(snapshot, &tasks, tx, self.import.watch)?;
        if let Some(place) = self.records.take() {
            passed.enter(&mut self.plan, place);
        }
        preserve::apply(snapshot, &self.kept, tx)
    }

    /// Writes the dependencies of tasks that only the snapshot has, and counts anew what is not met.
    fn apply_links(&self, tx: &Writer<'_>, recount: bool) -> Result<(), ImportError> {
        if let Some(snapshot) = self.import.snapshot {
            let tasks = Tasks { index: &self.index, store: &self.known, arriving: &self.definitions };
            snapshot_links::apply(snapshot, &tasks, tx)?;
        }
        if recount {
            tx.recount_dependencies()?;
        }
        Ok(())
    }

    fn audit(&self) -> serde_json::Value {
        let Self { plan, .. } = self;
        json!({
            "source": plan.source,
            "snapshot": plan.snapshot,
            "arrived": plan.definitions.arrived,
            "changed": plan.definitions.changed,
            "left": plan.definitions.left.len(),
        })
    }
}
