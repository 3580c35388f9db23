//! The whole queue becomes Fairway's.

use fairway_parity::ledger::Standing;

use super::super::migration::changed_since;
use super::super::{Context, OpError, Result, git_check};
use super::engine::Engine;
use super::install_shadow::{replace_targets, restore_targets};
use super::{NO_LANE, folder, free_name, guard, held, lanes, migration, piloted};
use crate::migrate::Watch;
use crate::pilot::{LegacyLock, Project};
use crate::policy::{Reason, Refusal};
use crate::store::Holder;
use crate::views::{PilotCheck, PilotCutOver};

/// What is asked.
#[derive(Debug)]
pub struct CutoverRequest {
    /// Who answers for it.
    pub person: String,
    /// Whether only what is missing is wanted.
    pub dry_run: bool,
    /// Whether the queue may go over though git-check finds something.
    pub despite_findings: bool,
    /// Where the operations stand that have to have graduated.
    pub standings: Vec<(String, Standing)>,
}

/// Checks that everything is there, shuts the scripts out, compares the queue with what was migrated, and gives every lane to
/// Fairway. Whatever fails before the last step leaves every lane the scripts'.
///
/// # Errors
/// A refusal of class `preflight` when something is missing or the scripts wrote meanwhile; when the lock is held; when a source
/// or the store cannot be read or written.
pub fn cut_over(
    context: &Context,
    project: &Project,
    request: &CutoverRequest,
    watch: &dyn Watch,
) -> Result<PilotCutOver> {
    guard::check(context, &held(context)?)?;
    let checks = checks(context, project, request, watch)?;
    let open: Vec<String> = lanes(context)?
        .into_iter()
        .filter(|(_, holder, _)| *holder != Holder::Fairway)
        .map(|(lane, ..)| lane)
        .collect();
    let lacking = super::open(&checks);
    let pilot = free_name(context, "cutover")?;
    let mut done =
        PilotCutOver { pilot, lanes: open, checks, done: false, backup: None, targets: Vec::new() };
    if request.dry_run || done.lanes.is_empty() {
        return Ok(done);
    }
    if let Some(lacking) = lacking {
        return Err(Refusal::new(Reason::Preflight, format!("not ready to cut over: {lacking}"))
            .hint("`fairway pilot cutover --all-lanes --dry-run` says more; every lane is still the scripts'")
            .into());
    }
    let lock = guard::lock(project)?;
    // The rollback point comes first: it is what is gone back to.
    let backup = folder(context, &done.pilot).join("state.db");
    context.open_store()?.backup(&backup)?;
    // Under the lock: what was compared before may have moved.
    let changes = if let Some(migration) = piloted(context)? {
        Engine::new(context, project, migration, watch)?.converge(&held(context)?, true)?;
        Vec::new()
    } else {
        let migration = migration(context)?;
        migration.map(|row| changed_since(context, &row, watch)).transpose()?.unwrap_or_default()
    };
    if let Some(why) = changes.into_iter().next() {
        return Err(Refusal::new(Reason::Preflight, format!("the scripts' queue moved meanwhile: {why}"))
            .hint("every lane is still the scripts'; migrate again, and cut over when the queue is quiet")
            .into());
    }
    let mut all = done.lanes.clone();
    all.push(NO_LANE.to_owned());
    // Before the lanes change hands: from then on, a call of the scripts is refused.
    done.targets = replace_targets(context, project)?.map(|replaced| replaced.files).unwrap_or_default();
    let handed = hand_over(context, &lock, &all, &done.pilot, &request.person);
    if let Err(error) = handed {
        restore_targets(context)?;
        return Err(error);
    }
    (done.done, done.backup) = (true, Some(backup));
    Ok(done)
}

/// Gives the lanes to Fairway, if the lock still keeps the scripts out.
fn hand_over(
    context: &Context,
    lock: &LegacyLock,
    lanes: &[String],
    pilot: &str,
    person: &str,
) -> Result<()> {
    let mut store = context.open_store()?;
    store.write::<(), OpError>("pilot cutover", &context.actor, context.now, |tx| {
        guard::still_shut(lock)?;
        for lane in lanes {
            tx.hand_lane(lane, Holder::Fairway, pilot, person)?;
        }
        Ok(())
    })
}

/// Everything that has to hold, each with why it does not.
pub(super) fn checks(
    context: &Context,
    project: &Project,
    request: &CutoverRequest,
    watch: &dyn Watch,
) -> Result<Vec<PilotCheck>> {
    let mut checks = vec![graduated(&request.standings), guard::local(context, project)?, migrated(context)?];
    match (piloted(context)?, migration(context)?) {
        (Some(row), _) => checks.push(same(context, project, row, watch)?),
        (None, row) => {
            if let Some(row) = row {
                let changes = changed_since(context, &row, watch)?;
                checks.push(PilotCheck::new("the scripts' queue is what was migrated", changes));
            }
            let own = context.open_store()?.read(|reader| reader.own_work())?;
            let own = own.into_iter().filter(|work| !work.action.starts_with("pilot "));
            let told =
                own.map(|work| format!("{} was used {} time(s) in the store", work.action, work.times));
            let what = "nothing was done in the store that the scripts do not know of";
            checks.push(PilotCheck::new(what, told.collect()));
        }
    }
    let findings = git_check(context, None)?.findings;
    let open = findings.iter().map(|finding| format!("{}: {}", finding.code, finding.subject)).collect();
    let mut git = PilotCheck::new("git-check finds nothing", open);
    git.passed |= request.despite_findings;
    checks.push(git);
    Ok(checks)
}

/// Whether every operation has graduated that has to.
pub(super) fn graduated(standings: &[(String, Standing)]) -> PilotCheck {
    let lacking = standings.iter().filter(|(_, standing)| !standing.is_graduated());
    let open = lacking.map(|(name, standing)| format!("{name} is {}", standing.name())).collect();
    PilotCheck::new("every operation has graduated", open)
}

/// Whether the queue is here, and that was tried first.
pub(super) fn migrated(context: &Context) -> Result<PilotCheck> {
    let open = match migration(context)? {
        None => vec!["nothing was migrated: `fairway migrate plan --from DIR` begins".to_owned()],
        Some(row) => {
            let without = |reason| format!("{} was applied without a rehearsal: {reason}", row.id);
            row.no_rehearsal_reason.iter().map(without).collect()
        }
    };
    Ok(PilotCheck::new("the queue was migrated, and that was rehearsed", open))
}

/// Whether both sides would be the same once they were brought together.
pub(super) fn same(
    context: &Context,
    project: &Project,
    migration: crate::store::MigrationRow,
    watch: &dyn Watch,
) -> Result<PilotCheck> {
    let (telling, found) = Engine::new(context, project, migration, watch)?.look(&held(context)?)?;
    let mut open: Vec<String> = found.iter().map(ToString::to_string).collect();
    open.extend(telling.untold.iter().map(|untold| format!("the scripts cannot be told {untold}")));
    Ok(PilotCheck::new("both sides hold the same, or can be told", open))
}
