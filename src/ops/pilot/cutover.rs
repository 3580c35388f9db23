//! The whole queue becomes Fairway's.

use fairway_parity::ledger::Standing;

use super::super::migration::changed_since;
use super::super::{Context, OpError, Result, git_check};
use super::install_shadow::{replace_targets, restore_targets};
use super::{hand, lanes};
use crate::migrate::Watch;
use crate::pilot::{LegacyLock, Project};
use crate::policy::{Reason, Refusal};
use crate::store::{Holder, MigrationRow, MigrationState};
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
    let checks = checks(context, request, watch)?;
    let open: Vec<String> = lanes(context)?
        .into_iter()
        .filter(|(_, holder, _)| *holder != Holder::Fairway)
        .map(|(lane, ..)| lane)
        .collect();
    let sound = checks.iter().all(|check| check.passed);
    let pilot = free_name(context);
    let mut done =
        PilotCutOver { pilot, lanes: open, checks, done: false, backup: None, targets: Vec::new() };
    if request.dry_run || done.lanes.is_empty() {
        return Ok(done);
    }
    if !sound {
        let missing: Vec<&str> =
            done.checks.iter().filter(|check| !check.passed).map(|check| check.what.as_str()).collect();
        return Err(Refusal::new(
            Reason::Preflight,
            format!("not ready to cut over: {}", missing.join("; ")),
        )
        .hint("`fairway pilot cutover --all-lanes --dry-run` says more; every lane is still the scripts'")
        .into());
    }
    let lock = LegacyLock::take(project.root()).map_err(|source| match source.kind() {
        std::io::ErrorKind::WouldBlock => {
            Refusal::new(Reason::Held, "another cut-over is under way").hint("wait for its end").into()
        }
        _ => OpError::File { path: project.root().join(".fairway/legacy.lock"), source },
    })?;
    // The rollback point comes first: it is what is gone back to.
    let backup = context.db.with_file_name("pilots").join(&done.pilot).join("state.db");
    context.open_store()?.backup(&backup)?;
    // Under the lock: what was compared before may have moved.
    let migration = migration(context)?;
    let changes = migration.map(|row| changed_since(context, &row, watch)).transpose()?.unwrap_or_default();
    if !changes.is_empty() || !lock.holds() {
        let why =
            changes.into_iter().next().unwrap_or_else(|| "it took longer than the lock holds".to_owned());
        return Err(Refusal::new(Reason::Preflight, format!("the scripts' queue moved meanwhile: {why}"))
            .hint("every lane is still the scripts'; migrate again, and cut over when the queue is quiet")
            .into());
    }
    // Before the lanes change hands: from then on, a call of the scripts is refused.
    done.targets = replace_targets(context, project)?.map(|replaced| replaced.files).unwrap_or_default();
    let handed = hand(context, "pilot cutover", &done.lanes, Holder::Fairway, &done.pilot, &request.person);
    if let Err(error) = handed {
        restore_targets(context)?;
        return Err(error);
    }
    (done.done, done.backup) = (true, Some(backup));
    Ok(done)
}

/// A name for this change of hands: one that was killed on its way may have left a copy of the store under the same moment.
fn free_name(context: &Context) -> String {
    let moment = format!("cutover-{}", context.now.to_seconds().replace([':', '-'], ""));
    let taken = |name: &String| context.db.with_file_name("pilots").join(name).exists();
    let later = (2..).map(|number| format!("{moment}-{number}"));
    std::iter::once(moment.clone()).chain(later).find(|name| !taken(name)).unwrap_or(moment)
}

/// The migration that the store holds, when it stands.
pub(super) fn migration(context: &Context) -> Result<Option<MigrationRow>> {
    let rows = context.open_store()?.read(|reader| reader.migrations())?;
    Ok(rows.into_iter().rev().find(|row| row.state == MigrationState::Applied))
}

/// Everything that has to hold, each with why it does not.
pub(super) fn checks(
    context: &Context,
    request: &CutoverRequest,
    watch: &dyn Watch,
) -> Result<Vec<PilotCheck>> {
    let mut checks = Vec::new();
    let mut check = |what: &str, open: Vec<String>| {
        checks.push(PilotCheck { what: what.to_owned(), passed: open.is_empty(), open });
    };
    let lacking = request.standings.iter().filter(|(_, standing)| !standing.is_graduated());
    check(
        "every operation has graduated",
        lacking.map(|(name, standing)| format!("{name} is {}", standing.name())).collect(),
    );
    let migration = migration(context)?;
    let rehearsed = match &migration {
        None => vec!["nothing was migrated: `fairway migrate plan --from DIR` begins".to_owned()],
        Some(row) => {
            let without = |reason| format!("{} was applied without a rehearsal: {reason}", row.id);
            row.no_rehearsal_reason.iter().map(without).collect()
        }
    };
    check("the queue was migrated, and that was rehearsed", rehearsed);
    if let Some(row) = migration {
        check("the scripts' queue is what was migrated", changed_since(context, &row, watch)?);
    }
    let own = context.open_store()?.read(|reader| reader.own_work())?;
    let own = own.into_iter().filter(|work| !work.action.starts_with("pilot "));
    let told = own.map(|work| format!("{} was used {} time(s) in the store", work.action, work.times));
    check("nothing was done in the store that the scripts do not know of", told.collect());
    let findings = git_check(context, None)?.findings;
    check(
        "git-check finds nothing",
        findings.iter().map(|finding| format!("{}: {}", finding.code, finding.subject)).collect(),
    );
    if let Some(git) = checks.last_mut() {
        git.passed |= request.despite_findings;
    }
    Ok(checks)
}
