//! Rolling a migration back.

use crate::migrate::{Call, Migrations, Rollback, Watch};
use crate::ops::{Context, Result};
use crate::views::MigrationRolledBack;

/// Brings the store back to what it was before a migration, and keeps what was done since. Called again it says that it
/// was done.
///
/// # Errors
/// When there is no such migration, a later one is applied, another one runs, or its folder is damaged.
pub fn roll_back_migration(context: &Context, id: &str, watch: &dyn Watch) -> Result<MigrationRolledBack> {
    let migrations = Migrations::of_store(&context.db);
    let _lock = migrations.lock()?;
    let mut store = context.open_store()?;
    let call = Call { migrations: &migrations, actor: &context.actor, now: context.now, watch };
    let done = Rollback { call, id }.run(&mut store)?;
    Ok(MigrationRolledBack {
        migration: done.row,
        journal: done.folder.journal(),
        undone: done.folder.undone(),
        events: done.events,
        already: done.already,
    })
}
