//! One lane becomes Fairway's; the others stay the scripts'.

use fairway_parity::ledger::Standing;

use super::super::{Context, OpError, Result, git_check};
use super::cutover::{graduated, migrated, same};
use super::engine::Engine;
use super::{folder, free_name, guard, held, migration, open};
use crate::migrate::Watch;
use crate::pilot::Project;
use crate::policy::consistency::Finding;
use crate::policy::{Reason, Refusal};
use crate::store::{Holder, Reader};
use crate::views::{PilotCheck, PilotStarted};

/// What is asked.
#[derive(Debug)]
pub struct StartRequest {
    /// The lane.
    pub lane: String,
    /// Who answers for it.
    pub person: String,
    /// Whether only what is missing is wanted.
    pub dry_run: bool,
    /// Whether the lane may go over though git-check finds something in it.
    pub despite_findings: bool,
    /// Where the operations stand that have to have graduated.
    pub standings: Vec<(String, Standing)>,
}

/// Checks that everything is there, brings both sides together, keeps what is gone back to, and gives the lane to Fairway.
/// Whatever fails before the last step leaves the lane the scripts'.
///
/// # Errors
/// A refusal of class `unknown-role`, of class `preflight` when something is missing, of class `held` while another step of the
/// pilot is under way; what [`crate::pilot::PilotError`] says; when a side cannot be read or written.
pub fn start_pilot(
    context: &Context,
    project: &Project,
    request: &StartRequest,
    watch: &dyn Watch,
) -> Result<PilotStarted> {
    let lane = context.role(&request.lane)?.name.clone();
    let before = held(context)?;
    guard::check(context, &before)?;
    let mut done = PilotStarted {
        pilot: String::new(),
        lane: lane.clone(),
        person: request.person.clone(),
        checks: Vec::new(),
        done: false,
        already: false,
        backup: None,
    };
    if let Some(held) = before.iter().find(|held| held.lane == lane) {
        (done.pilot, done.already) = (held.pilot.clone(), true);
        return Ok(done);
    }
    done.checks = checks(context, project, request, watch)?;
    done.pilot = free_name(context, &lane)?;
    if request.dry_run {
        return Ok(done);
    }
    let not_ready = |open: &str| {
        Refusal::new(Reason::Preflight, format!("not ready to start the pilot of {lane}: {open}"))
            .hint("the same call with --dry-run says more; the lane is still the scripts'")
    };
    if let Some(open) = open(&done.checks) {
        return Err(not_ready(&open).into());
    }
    // That there is one was checked.
    let migration = migration(context)?.ok_or_else(|| not_ready("nothing was migrated"))?;
    let lock = guard::lock(project)?;
    let engine = Engine::new(context, project, migration.clone(), watch)?;
    engine.check_marks()?;
    // The rollback point comes first: it is what is gone back to.
    let place = folder(context, &done.pilot);
    context.open_store()?.backup(&place.join("state.db"))?;
    engine.keep_theirs(&place)?;
    engine.converge(&before, true)?;
    let mut store = context.open_store()?;
    store.write("pilot start", &context.actor, context.now, |tx| {
        guard::still_shut(&lock)?;
        tx.number_apart()?;
        tx.hand_lane(&lane, Holder::Fairway, &done.pilot, &request.person)?;
        tx.add_pilot(&done.pilot, &lane, &request.person, &migration.id)?;
        Ok::<_, OpError>(())
    })?;
    (done.done, done.backup) = (true, Some(place));
    Ok(done)
}

/// Everything that has to hold, each with why it does not.
fn checks(
    context: &Context,
    project: &Project,
    request: &StartRequest,
    watch: &dyn Watch,
) -> Result<Vec<PilotCheck>> {
    let mut checks = vec![graduated(&request.standings), guard::local(context, project)?, migrated(context)?];
    if let Some(row) = migration(context)? {
        checks.push(same(context, project, row, watch)?);
    }
    let findings = git_check(context, None)?.findings;
    let of_lane = context.read(|reader| of_lane(&reader, &findings, &request.lane))?;
    let mut git = PilotCheck::new("git-check finds nothing in the lane", of_lane);
    git.passed |= request.despite_findings;
    checks.push(git);
    Ok(checks)
}

/// What git-check finds of a lane: of its branch, its worktree and its tasks.
fn of_lane(reader: &Reader<'_>, findings: &[Finding], lane: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for Finding { code, subject, .. } in findings {
        let task = reader.task(subject)?;
        if subject == lane || task.is_some_and(|task| task.definition.role == lane) {
            found.push(format!("{code}: {subject}"));
        }
    }
    Ok(found)
}
