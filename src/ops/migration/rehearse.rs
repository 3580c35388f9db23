//! Rehearsing a migration: all of it on a copy of the store, verified, and thrown away.

use std::path::Path;

use serde_json::json;

use super::verify::{StateReader, verify_migration};
use super::{ApplyRequest, apply_migration};
use crate::migrate::plan::ReadPlan;
use crate::migrate::{MigrateError, Migrations, Rehearsal, Watch};
use crate::ops::{Context, Origin, Result};
use crate::views::MigrationRehearsed;

/// Applies a plan to a copy of the store, verifies it, and records how that went. Store and sources stay as they are.
///
/// # Errors
/// When the plan or the sources cannot be read, the sources are not those of the plan, or the copy cannot be made. A
/// rehearsal in which something was lost is an answer, not an error.
pub fn rehearse_migration(
    context: &Context,
    plan: &Path,
    states: StateReader<'_>,
    watch: &dyn Watch,
) -> Result<MigrationRehearsed> {
    let read = ReadPlan::read(plan)?;
    let stage = tempfile::Builder::new()
        .prefix("fairway-rehearsal-")
        .tempdir()
        .map_err(MigrateError::file("make", std::env::temp_dir()))?;
    let copy = on_a_copy(context, stage.path());
    watch.stage("copying the store", 0);
    context.open_store()?.backup(&copy.db)?;
    let request =
        ApplyRequest { plan: plan.to_owned(), no_rehearsal: Some("this is the rehearsal".to_owned()) };
    let applied = apply_migration(&copy, &request, watch)?;
    watch.stage("verifying", 0);
    let verified = verify_migration(&copy, None, states)?;
    let findings = copy
        .open_store()?
        .read(|reader| Ok::<_, crate::ops::OpError>(reader.check(&context.config.states.allowed)?))?;
    let passed = verified.sound && findings.is_empty();
    let summary = match (verified.sound, findings.len()) {
        (true, 0) => "every row and every field arrived, and the store is sound".to_owned(),
        (true, count) => format!("the store would have {count} finding(s)"),
        (false, _) => {
            format!("{} value(s) or row(s) did not arrive as they were", verified.found.losses.count)
        }
    };
    let at = context.now.to_store();
    let mut rehearsal = Rehearsal::new(&read.plan_sha256, passed, at, &context.actor, summary);
    rehearsal.steps = json!({ "verify": verified, "findings": findings });
    rehearsal.record(&Migrations::of_store(&context.db))?;
    drop(applied);
    Ok(MigrationRehearsed { rehearsal, verified, findings })
}

/// The same project with its store elsewhere.
fn on_a_copy(context: &Context, stage: &Path) -> Context {
    let origin = Origin {
        paths: context.paths.clone(),
        db: Some(stage.join("state.db")),
        now: context.now,
        actor: context.actor.clone(),
        role: context.role.clone(),
        caller: context.caller.clone(),
        busy_timeout: context.busy_timeout,
    };
    Context::with_config(context.config.clone(), origin)
}
