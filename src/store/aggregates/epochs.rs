//! Claims with their epochs. A row is only ever added, and is open until it ends, once.

use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Params, Row, params};

use super::get;
use crate::model::task::IN_PROGRESS;
use crate::model::{Claim, ClaimEnd, Task, TaskState};
use crate::store::{Reader, Result, Writer};

/// A claim to record; its time is the writer's.
#[derive(Debug)]
pub struct NewClaim<'a> {
    /// The task.
    pub task_id: &'a str,
    /// Who claims it.
    pub claimant: &'a str,
    /// The session that claims it, when it says so.
    pub session_id: Option<&'a str>,
    /// How long its lease lasts from each heartbeat, in seconds.
    pub lease_seconds: Option<i64>,
    /// The number of the transition that gives it.
    pub transition: i64,
}

const SELECT: &str = "SELECT c.*, h.actor AS ended_by FROM task_claims c
    LEFT JOIN task_state_history h ON h.id = c.ended_with";

/// `?3` and the lease, in the store's form.
const RUNS_OUT: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', ?3, '+' || lease_seconds || ' seconds')";

fn read(row: &Row<'_>) -> rusqlite::Result<Claim> {
    let how: Option<String> = get(row, "ended_how")?;
    let how = how.map(|text| text.parse::<ClaimEnd>()).transpose();
    Ok(Claim {
        epoch: get(row, "epoch")?,
        task_id: get(row, "task_id")?,
        claimant: get(row, "claimant")?,
        session_id: get(row, "session_id")?,
        lease_seconds: get(row, "lease_seconds")?,
        expires_at: get(row, "expires_at")?,
        claimed_at: get(row, "claimed_at")?,
        ended_at: get(row, "ended_at")?,
        ended_how: how
            .map_err(|expected| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, expected.into()))?,
        ended_by: get(row, "ended_by")?,
    })
}

impl Reader<'_> {
    /// The claim of this epoch.
    pub fn claim(&self, epoch: i64) -> Result<Option<Claim>> {
        self.one_claim("c.epoch = ?2", params![self.settings.project, epoch])
    }

    /// The claim under which a task is held now.
    pub fn open_claim(&self, task: &str) -> Result<Option<Claim>> {
        self.one_claim("c.task_id = ?2 AND c.ended_at IS NULL", params![self.settings.project, task])
    }

    /// The last claim of a task that a session had.
    pub fn last_claim_of(&self, session: &str, task: &str) -> Result<Option<Claim>> {
        let of = "c.session_id = ?2 AND c.task_id = ?3 ORDER BY c.epoch DESC LIMIT 1";
        self.one_claim(of, params![self.settings.project, session, task])
    }

    fn one_claim(&self, which: &str, values: impl Params) -> Result<Option<Claim>> {
        let mut statement =
            self.connection.prepare_cached(&format!("{SELECT} WHERE c.project_id = ?1 AND {which}"))?;
        Ok(statement.query_row(values, read).optional()?)
    }

    /// Whether the lease of any claim has run out by `at`, a time in the store's form.
    pub fn leases_ran_out(&self, at: &str) -> Result<bool> {
        let mut statement = self.connection.prepare_cached(
            "SELECT 1 FROM task_claims
             WHERE project_id = ?1 AND ended_at IS NULL AND expires_at IS NOT NULL AND expires_at <= ?2",
        )?;
        Ok(statement.exists(params![self.settings.project, at])?)
    }

    /// The claims whose lease has run out by `at`, a time in the store's form; the first to run out first.
    pub fn expired_claims(&self, at: &str) -> Result<Vec<Claim>> {
        let which = "c.ended_at IS NULL AND c.expires_at IS NOT NULL AND c.expires_at <= ?2
            ORDER BY c.expires_at, c.epoch";
        self.claims(which, params![self.settings.project, at])
    }

    /// Every claim of a task, by epoch.
    pub fn claims_of(&self, task: &str) -> Result<Vec<Claim>> {
        self.claims("c.task_id = ?2 ORDER BY c.epoch", params![self.settings.project, task])
    }

    /// The open claims of a session that have a lease which runs, by epoch.
    pub fn leases_of(&self, session: &str) -> Result<Vec<Claim>> {
        let which = "c.session_id = ?2 AND c.ended_at IS NULL AND c.expires_at IS NOT NULL ORDER BY c.epoch";
        self.claims(which, params![self.settings.project, session])
    }

    fn claims(&self, which: &str, values: impl Params) -> Result<Vec<Claim>> {
        let mut statement =
            self.connection.prepare_cached(&format!("{SELECT} WHERE c.project_id = ?1 AND {which}"))?;
        let rows = statement.query_map(values, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Gives a task that has just moved to its holder, and answers the epoch. A claim of it that is open was taken over.
    pub fn begin_claim(&self, new: &NewClaim<'_>) -> Result<i64> {
        self.end_claim(new.task_id, new.transition, ClaimEnd::TakenOver)?;
        self.connection
            .prepare_cached(&format!(
                "INSERT INTO task_claims (project_id, task_id, claimed_at, claimant, session_id, lease_seconds,
                   expires_at, began_with)
                 SELECT ?1, ?2, ?3, ?4, ?5, lease_seconds, {RUNS_OUT}, ?7 FROM (SELECT ?6 AS lease_seconds)"
            ))?
            .execute(params![
                self.settings.project,
                new.task_id,
                self.at,
                new.claimant,
                new.session_id,
                new.lease_seconds,
                new.transition,
            ])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Lets the claim of a task follow a transition of it: without a holder there is none, and its lease runs only
    /// while the task is in progress.
    pub(super) fn claim_follows(
        &self,
        task: &Task,
        next: &TaskState,
        transition: i64,
        how: ClaimEnd,
    ) -> Result<()> {
        if task.state.claimant.is_none() {
            return Ok(());
        }
        match (task.state.status == IN_PROGRESS, next.status == IN_PROGRESS) {
            _ if next.claimant.is_none() => self.end_claim(task.id(), transition, how),
            (true, false) => self.stop_lease(task.id()),
            (false, true) => self.start_lease(task.id()),
            _ => Ok(()),
        }
    }

    fn stop_lease(&self, task: &str) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE task_claims SET expires_at = NULL
                 WHERE project_id = ?1 AND task_id = ?2 AND ended_at IS NULL AND expires_at IS NOT NULL",
            )?
            .execute(params![self.settings.project, task])?;
        Ok(())
    }

    fn start_lease(&self, task: &str) -> Result<()> {
        self.connection
            .prepare_cached(&format!(
                "UPDATE task_claims SET expires_at = {RUNS_OUT}
                 WHERE project_id = ?1 AND task_id = ?2 AND ended_at IS NULL AND lease_seconds IS NOT NULL"
            ))?
            .execute(params![self.settings.project, task, self.at])?;
        Ok(())
    }

    fn end_claim(&self, task: &str, transition: i64, how: ClaimEnd) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE task_claims SET ended_at = ?3, ended_with = ?4, ended_how = ?5
                 WHERE project_id = ?1 AND task_id = ?2 AND ended_at IS NULL",
            )?
            .execute(params![self.settings.project, task, self.at, transition, how.as_str()])?;
        Ok(())
    }

    /// Renews the leases of a session that run, from now. None is ever shortened: clocks differ.
    pub fn renew_leases(&self, session: &str) -> Result<Vec<Claim>> {
        self.connection
            .prepare_cached(&format!(
                "UPDATE task_claims SET expires_at = max(expires_at, {RUNS_OUT})
                 WHERE project_id = ?1 AND session_id = ?2 AND ended_at IS NULL AND expires_at IS NOT NULL"
            ))?
            .execute(params![self.settings.project, session, self.at])?;
        self.leases_of(session)
    }
}
