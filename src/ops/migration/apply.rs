//! Applying the plan of a migration.

use std::path::PathBuf;

use super::setting::{Setting, resolved};
use crate::migrate::plan::{ReadPlan, rules_digest};
use crate::migrate::{Apply, Call, MigrationId, Migrations, Watch};
use crate::ops::{Context, Result};
use crate::views::MigrationApplied;

/// What is applied.
#[derive(Debug, Clone)]
pub struct ApplyRequest {
    /// The file of the plan.
    pub plan: PathBuf,
    /// Why there is no rehearsal, when that was said.
    pub no_rehearsal: Option<String>,
}

/// Applies a plan. Called again after it was killed it ends the same; called again after it was done it says so.
///
/// # Errors
/// When another migration runs; when the plan is none, was changed or is out of date; when no rehearsal of it is recorded;
/// when a source changed; when the store holds work of its own or would not be sound. In all of them nothing was written.
pub fn apply_migration(
    context: &Context,
    request: &ApplyRequest,
    watch: &dyn Watch,
) -> Result<MigrationApplied> {
    let plan = ReadPlan::read(&request.plan)?;
    let migrations = Migrations::of_store(&context.db);
    let _lock = migrations.lock()?;
    let mut store = context.open_store()?;
    let setting = Setting::new(context, Some(&plan.adapter))?;
    let found = setting.find(context, &resolved(context, &plan.from))?;
    let taken = setting.take(found, watch)?;
    let applied = Apply {
        call: Call { migrations: &migrations, actor: &context.actor, now: context.now, watch },
        plan: &plan,
        taken: &taken,
        rules_sha256: &rules_digest(&setting.decides),
        statuses: &context.config.states.allowed,
        no_rehearsal: request.no_rehearsal.as_deref(),
    }
    .run(&mut store)?;
    let tasks = store.read(|reader| reader.task_ids())?.len();
    let folder = MigrationId::parse(&applied.row.id).map(|id| migrations.folder(&id).path().to_owned());
    Ok(MigrationApplied { migration: applied.row, folder, tasks, already: applied.already })
}
