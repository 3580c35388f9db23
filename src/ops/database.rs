//! The store as a file: migrate, back up, check.

use std::path::{Path, PathBuf};

use super::{Context, Result};
use crate::store::{POSTGRES_SCHEMA, Store, VERSION, postgres_ddl};
use crate::views::{BackupMade, Compatibility, MigrationPlan, StoreChecked};

/// Brings the store to this Fairway's schema, or says what that would do.
///
/// # Errors
/// When the store is missing, is no store, or is newer than this Fairway.
pub fn migrate(context: &Context, dry_run: bool) -> Result<MigrationPlan> {
    let path = &context.db;
    let migrations =
        if dry_run { Store::pending_migrations(path)? } else { Store::migrate(path, context.now)? };
    Ok(MigrationPlan { schema: VERSION, applied: !dry_run, migrations })
}

/// Copies the store to `path`, or to a file named by the moment beside it. The definitions are read again before, as
/// for any other verb.
///
/// # Errors
/// When the file exists, or cannot be written.
pub fn backup(context: &Context, path: Option<&Path>) -> Result<BackupMade> {
    let path = path.map_or_else(|| default_backup(context), Path::to_owned);
    Ok(BackupMade(context.open()?.backup(&path)?))
}

fn default_backup(context: &Context) -> PathBuf {
    let stamp = context.now.to_seconds().replace([':', '-'], "");
    let folder = context.db.parent().unwrap_or(Path::new("."));
    folder.join("backups").join(format!("state-{stamp}.db"))
}

/// Everything that is wrong with the store.
///
/// # Errors
/// When it cannot be opened or read at all.
pub fn check(context: &Context) -> Result<StoreChecked> {
    context.open_store()?.read(|reader| {
        let findings = reader.check(&context.config.states.allowed)?;
        Ok(StoreChecked { store: context.db.clone(), tasks: reader.task_ids()?.len(), findings })
    })
}

/// How the store would look in PostgreSQL. The definitions are read again before, as for any other verb.
///
/// # Errors
/// When the store cannot be opened.
pub fn postgres_compat(context: &Context) -> Result<Compatibility> {
    let shape = context.read(|reader| Ok(reader.shape()?))?;
    let ddl = postgres_ddl(&shape);
    Ok(Compatibility {
        backend: "postgres",
        schema: POSTGRES_SCHEMA,
        tables: shape.tables,
        indexes: ddl.indexes,
        append_only: ddl.append_only,
        left_out: ddl.left_out,
        ddl: ddl.text,
    })
}
