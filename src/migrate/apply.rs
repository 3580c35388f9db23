//! Applies a plan: everything is checked, kept and written under the write lock of the store, in one transaction.
//!
//! Killed at any moment it leaves the old store, with a folder that the store does not know and the next call removes, or
//! the new one with its folder.

use serde_json::Value;

use super::plan::{OPERATION, ReadPlan, import_of, named_by_place};
use super::sources::Taken;
use super::{Call, MigrateError, MigrationId, Rehearsal};
use crate::store::{MigrationRow, MigrationState, NewMigration, Reader, Store, Writer};

/// What is applied, and by whom.
pub struct Apply<'a> {
    /// By whom, and when.
    pub call: Call<'a>,
    /// The plan that was reviewed.
    pub plan: &'a ReadPlan,
    /// The sources, copied and read anew.
    pub taken: &'a Taken,
    /// The digest of what decides beside the sources, as it is now.
    pub rules_sha256: &'a str,
    /// The configured states.
    pub statuses: &'a [String],
    /// Why there is no rehearsal, when that was said.
    pub no_rehearsal: Option<&'a str>,
}

/// What came of it.
#[derive(Debug)]
pub struct Applied {
    /// The migration.
    pub row: MigrationRow,
    /// Whether it was applied already, by an earlier call.
    pub already: bool,
}

impl Apply<'_> {
    /// Applies the plan.
    ///
    /// # Errors
    /// [`MigrateError::NotRehearsed`], [`MigrateError::SourcesChanged`], [`MigrateError::PlanOutdated`],
    /// [`MigrateError::OwnWork`], [`MigrateError::Unsound`]; when a source is broken; when a file or the store cannot be written.
    pub fn run(&self, store: &mut Store) -> Result<Applied, MigrateError> {
        if let Some(row) = store.read(|reader| self.applied(&reader))? {
            return Ok(Applied { row, already: true });
        }
        self.check_rehearsal()?;
        self.check_plan(store)?;
        let id = store.read(|reader| self.free_id(&reader))?;
        store.write_many(OPERATION, self.call.actor, self.call.now, |tx| self.write(tx, &id))?;
        let row = store.read(|reader| self.applied(&reader))?;
        let row = row.ok_or_else(|| MigrateError::Unknown { id: id.to_string(), known: Vec::new() })?;
        Ok(Applied { row, already: false })
    }

    /// The migration of this very plan, when it is the store's last and stands.
    fn applied(&self, store: &Reader<'_>) -> Result<Option<MigrationRow>, MigrateError> {
        let last = store.migrations()?.into_iter().rev().find(|row| row.state == MigrationState::Applied);
        Ok(last.filter(|row| row.plan_sha256 == self.plan.plan_sha256))
    }

    /// The id of this moment, or of the first second after it that no migration of this plan has, and that comes after those
    /// of the same moment: in their order they lie over each other.
    fn free_id(&self, store: &Reader<'_>) -> Result<MigrationId, MigrateError> {
        let taken = store.migrations()?;
        let mut moment = self.call.now;
        loop {
            let id = MigrationId::new(moment, &self.plan.plan_sha256);
            let at = self.call.now.to_store();
            let before = |row: &MigrationRow| row.id.as_str() < id.as_str() || row.applied_at != at;
            if taken.iter().all(|row| row.id != id.as_str() && before(row)) {
                return Ok(id);
            }
            moment = moment.before(jiff::SignedDuration::from_secs(-1));
        }
    }

    fn check_rehearsal(&self) -> Result<(), MigrateError> {
        if self.no_rehearsal.is_some() {
            return Ok(());
        }
        match Rehearsal::of(self.call.migrations, &self.plan.plan_sha256)? {
            Some(rehearsal) if rehearsal.passed => Ok(()),
            Some(rehearsal) => Err(MigrateError::RehearsalFailed(rehearsal.summary)),
            None => Err(MigrateError::NotRehearsed),
        }
    }

    fn check_plan(&self, store: &Store) -> Result<(), MigrateError> {
        let changes = self.taken.digests()?.changes_since(&self.plan.sources);
        if !changes.is_empty() {
            return Err(MigrateError::SourcesChanged(changes));
        }
        if self.plan.rules_sha256 != self.rules_sha256 {
            let why = "the configuration or the mapping is another one than it was made with";
            return Err(MigrateError::PlanOutdated(why.to_owned()));
        }
        let project = store.read(|reader| Ok::<_, MigrateError>(reader.project().to_owned()))?;
        if self.plan.project != project {
            let why = format!("it is for the project {}, this is {project}", self.plan.project);
            return Err(MigrateError::PlanOutdated(why));
        }
        Ok(())
    }

    /// Everything under the write lock, so that nobody's work comes between the checks, the copy and the rows.
    fn write(&self, tx: &Writer<'_>, id: &MigrationId) -> Result<(), MigrateError> {
        let work = tx.own_work()?;
        if !work.is_empty() {
            return Err(MigrateError::OwnWork(work));
        }
        self.call.watch.stage("keeping the sources", 0);
        self.call.migrations.sweep(tx, &self.plan.plan_sha256)?;
        let before = self.call.migrations.keep(id, &self.plan.text, self.taken, tx)?;
        // What earlier imports brought is in the copy that was kept; the migration brings the whole queue itself.
        if before.is_some() {
            tx.take_rows_away()?;
        }
        let done = import_of(self.taken, self.statuses, self.call.watch).run_within(tx)?;
        let done = as_read(&named_by_place(done, self.taken));
        if done != self.plan.import {
            return Err(MigrateError::PlanOutdated(difference(&self.plan.import, &done)));
        }
        tx.record_migration(&NewMigration {
            id: id.as_str(),
            plan_sha256: &self.plan.plan_sha256,
            sources: &self.plan.sources.by_source(),
            before_sha256: before.as_deref(),
            no_rehearsal_reason: self.no_rehearsal,
        })?;
        self.call.watch.stage("checking the result", 0);
        // The audit event that accounts for the rows is written when the body has ended.
        let mut findings = tx.check(self.statuses)?;
        findings.retain(|finding| finding.code != "audit-missing");
        if findings.is_empty() { Ok(()) } else { Err(MigrateError::Unsound(findings)) }
    }
}

/// As a plan that was read back has it: the two are compared as texts would be.
fn as_read(plan: &super::import::Plan) -> Value {
    let text = serde_json::to_string(plan).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Where what would be done is not what the plan says.
fn difference(planned: &Value, done: &Value) -> String {
    let keys = planned.as_object().into_iter().flatten().map(|(key, _)| key);
    let differ: Vec<&str> =
        keys.filter(|key| planned.get(key) != done.get(key)).map(String::as_str).collect();
    format!("the store is another one than it was made with; what differs: {}", differ.join(", "))
}
