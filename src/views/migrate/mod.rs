//! Migrations: what is planned, what was done, where they stand.

mod done;
mod plan;
mod standing;
mod verified;

pub use done::{MigrationApplied, MigrationRolledBack};
pub use plan::MigrationPlanned;
pub use standing::{MigrationEvent, MigrationLine, MigrationLog, MigrationStatus};
pub use verified::{MigrationRehearsed, MigrationVerified};
