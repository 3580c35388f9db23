//! The schema's versions. `PRAGMA user_version` counts the migrations that were applied.

use rusqlite::{Connection, params};
use rusqlite_migration::{M, Migrations};
use serde::Serialize;

use super::{Result, StoreError};
use crate::model::Timestamp;

const SCRIPTS: &[(&str, &str)] = &[
    ("0001_queue", include_str!("migrations/0001_queue.sql")),
    ("0002_migrations", include_str!("migrations/0002_migrations.sql")),
    ("0003_lanes", include_str!("migrations/0003_lanes.sql")),
    ("0004_claims", include_str!("migrations/0004_claims.sql")),
    ("0005_pilots", include_str!("migrations/0005_pilots.sql")),
];

/// The schema version of this program.
pub const VERSION: usize = SCRIPTS.len();

/// A migration that a store still needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Pending {
    /// The version it brings.
    pub version: usize,
    /// Its name.
    pub name: &'static str,
}

/// An empty store in memory, as this program makes one.
pub(super) fn pristine() -> Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    Migrations::new(SCRIPTS.iter().map(|(_, sql)| M::up(sql)).collect()).to_latest(&mut connection)?;
    Ok(connection)
}

/// The version that a database has.
pub(super) fn version_of(connection: &Connection) -> Result<i64> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Refuses a database whose schema is not exactly ours.
pub(super) fn require_current(found: i64) -> Result<()> {
    match usize::try_from(found) {
        Ok(VERSION) => Ok(()),
        Ok(older) if older < VERSION => Err(StoreError::Older { found, known: VERSION }),
        _ => Err(StoreError::Newer { found, known: VERSION }),
    }
}

/// The migrations between `found` and this program's version.
pub(super) fn pending(found: i64) -> Result<Vec<Pending>> {
    let from = usize::try_from(found).unwrap_or(usize::MAX);
    if from > VERSION {
        return Err(StoreError::Newer { found, known: VERSION });
    }
    Ok(SCRIPTS[from..]
        .iter()
        .enumerate()
        .map(|(offset, (name, _))| Pending { version: from + offset + 1, name })
        .collect())
}

/// Brings a database to this program's version.
pub(super) fn migrate(connection: &mut Connection, now: Timestamp) -> Result<Vec<Pending>> {
    let missing = pending(version_of(connection)?)?;
    Migrations::new(SCRIPTS.iter().map(|(_, sql)| M::up(sql)).collect()).to_latest(connection)?;
    for step in &missing {
        connection.execute(
            "INSERT OR IGNORE INTO schema_migrations (version, name, applied_at) VALUES (?1, ?2, ?3)",
            params![i64::try_from(step.version).unwrap_or(i64::MAX), step.name, now.to_store()],
        )?;
    }
    Ok(missing)
}
