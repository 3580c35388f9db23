//! Whether the sources of a migration are what they were.

use super::setting::{Setting, resolved};
use crate::migrate::plan::ReadPlan;
use crate::migrate::{MigrateError, MigrationId, Migrations, Watch};
use crate::ops::{Context, Result};
use crate::store::MigrationRow;

/// What has changed in the sources since they were migrated; nothing when they are what they were.
///
/// # Errors
/// When the migration's plan is gone, or a source cannot be read.
pub(in crate::ops) fn changed_since(
    context: &Context,
    migration: &MigrationRow,
    watch: &dyn Watch,
) -> Result<Vec<String>> {
    let unknown = || MigrateError::Unknown { id: migration.id.clone(), known: Vec::new() };
    let id = MigrationId::parse(&migration.id).ok_or_else(unknown)?;
    let plan = ReadPlan::read(&Migrations::of_store(&context.db).folder(&id).plan())?;
    let setting = Setting::new(context, Some(&plan.adapter))?;
    let found = setting.find(context, &resolved(context, &plan.from))?;
    let now = setting.take(found, watch)?.digests()?;
    Ok(now.changes_since(&plan.sources))
}
