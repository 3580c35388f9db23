//! Where migrations stand, and what was done with them.

use crate::migrate::{MigrationId, Migrations};
use crate::ops::{Context, Result};
use crate::store::{MigrationRow, MigrationState};
use crate::views::{MigrationEvent, MigrationLine, MigrationLog, MigrationStatus};

/// Every migration, and what a killed one left.
///
/// # Errors
/// When the store or the folder of migrations cannot be read.
pub fn migration_status(context: &Context) -> Result<MigrationStatus> {
    let migrations = Migrations::of_store(&context.db);
    let (rows, own_work) = context
        .open_store()?
        .read(|reader| Ok::<_, crate::store::StoreError>((reader.migrations()?, reader.own_work()?)))?;
    let folders = migrations.folders()?;
    let left = folders.iter().map(|folder| folder.id().to_string());
    let left = left.filter(|id| !rows.iter().any(|row| row.id == *id)).collect();
    let line = |migration: MigrationRow| {
        let folder = MigrationId::parse(&migration.id).map(|id| migrations.folder(&id));
        let folder_present = folder.is_some_and(|folder| folder.plan().is_file());
        MigrationLine { migration, folder_present }
    };
    Ok(MigrationStatus {
        root: migrations.root().to_owned(),
        migrations: rows.into_iter().map(line).collect(),
        unfinished: left,
        own_work,
    })
}

/// What was done with migrations, in the order of time.
///
/// # Errors
/// When the store cannot be read.
pub fn migration_log(context: &Context) -> Result<MigrationLog> {
    let rows = context.open_store()?.read(|reader| reader.migrations())?;
    let mut events: Vec<MigrationEvent> = rows.iter().flat_map(events_of).collect();
    // Of one moment, what was applied comes before what was rolled back.
    events.sort_by(|one, other| (&one.at, one.event).cmp(&(&other.at, other.event)));
    Ok(MigrationLog { events })
}

fn events_of(row: &MigrationRow) -> Vec<MigrationEvent> {
    let event = |event, at: &str, actor: &str, note: Option<String>| MigrationEvent {
        at: at.to_owned(),
        event,
        migration: row.id.clone(),
        plan_sha256: row.plan_sha256.clone(),
        actor: actor.to_owned(),
        note,
    };
    let without = row.no_rehearsal_reason.as_ref().map(|reason| format!("without a rehearsal: {reason}"));
    let mut events = vec![event(MigrationState::Applied, &row.applied_at, &row.applied_by, without)];
    if let (Some(at), Some(actor)) = (&row.rolled_back_at, &row.rolled_back_by) {
        events.push(event(MigrationState::RolledBack, at, actor, None));
    }
    events
}
