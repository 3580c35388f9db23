//! Whether the sources of a migration are what they were.

use super::setting::{Setting, resolved};
use crate::migrate::plan::ReadPlan;
use crate::migrate::sources::Taken;
use crate::migrate::{MigrateError, MigrationId, Migrations, Watch};
use crate::ops::{Context, Result};
use crate::store::MigrationRow;

/// The sources of a migration as they are now, copied and read.
///
/// # Errors
/// When the migration's plan is gone, or a source cannot be read.
pub(in crate::ops) fn sources_now(
    context: &Context,
    migration: &MigrationRow,
    watch: &dyn Watch,
) -> Result<Taken> {
    let plan = plan_of(context, migration)?;
    let setting = Setting::new(context, Some(&plan.adapter))?;
    let found = setting.find(context, &resolved(context, &plan.from))?;
    setting.take(found, watch)
}

/// What has changed in the sources since they were migrated; nothing when they are what they were.
///
/// # Errors
/// When the migration's plan is gone, or a source cannot be read.
pub(in crate::ops) fn changed_since(
    context: &Context,
    migration: &MigrationRow,
    watch: &dyn Watch,
) -> Result<Vec<String>> {
    let now = sources_now(context, migration, watch)?.digests()?;
    Ok(now.changes_since(&plan_of(context, migration)?.sources))
}

fn plan_of(context: &Context, migration: &MigrationRow) -> Result<ReadPlan> {
    let unknown = || MigrateError::Unknown { id: migration.id.clone(), known: Vec::new() };
    let id = MigrationId::parse(&migration.id).ok_or_else(unknown)?;
    Ok(ReadPlan::read(&Migrations::of_store(&context.db).folder(&id).plan())?)
}
