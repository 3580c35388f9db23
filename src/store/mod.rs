//! The SQLite store: open, migrate, read, and one write door. SQL stands only here.
//!
//! [`Store::read`] gives a consistent view; [`Store::write`] opens one IMMEDIATE transaction, lets a use case
//! change rows through [`Writer`], writes the audit event and commits. Each aggregate has a file of its own that
//! adds its reads to [`Reader`] and its writes to [`Writer`].

mod aggregates;
mod bulk;
mod check;
mod dump;
mod error;
mod exchange;
mod hierarchy;
mod journal;
mod mirror;
mod open;
mod outward;
mod postgres;
mod prune;
mod ready;
mod reports;
mod schema;
mod shape;
mod write;

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use aggregates::checkpoints::NewCheckpoint;
pub use aggregates::definitions::{DefinitionFacts, Loaded};
pub use aggregates::epochs::NewClaim;
pub use aggregates::evidence::NewEvidence;
pub use aggregates::handoffs::HandoffFilter;
pub use aggregates::history::NewHistory;
pub use aggregates::lane_events::{LaneChange, LaneEvent};
pub use aggregates::lanes::{Holder, LaneAuthority};
pub use aggregates::merging::MergeFacts;
pub use aggregates::migrations::{MigrationRow, MigrationState, NewMigration, OwnWork};
pub use aggregates::pilots::{NewSync, PilotRow, SyncRow};
pub use aggregates::preserved::{Column, PreservedRow};
pub use aggregates::watchers::WatchEnd;
pub use bulk::{ImportedRows, StateFacts};
pub use check::{Finding, HistoryCheck};
pub use dump::{Backup, Rows, Trouble};
pub use error::StoreError;
pub use hierarchy::TreeRow;
pub use mirror::{Arrival, MarkedRow, Renumbered};
pub use open::{BUSY_TIMEOUT, Settings};
pub use outward::{Outward, OutwardWriter};
pub use postgres::{Ddl, SCHEMA as POSTGRES_SCHEMA, ddl as postgres_ddl};
pub use prune::SilentSession;
pub use ready::{NotReady, ReadyFilter};
pub use reports::{ActiveTask, BlockedTask, StatusCount, TimeSpent};
pub use schema::{Pending, VERSION};
pub use shape::{ColumnShape, ReferenceShape, TableShape};
pub use write::Writer;

/// Result of a store call.
pub type Result<T> = std::result::Result<T, StoreError>;

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    settings: Settings,
}

/// A consistent view of one project's rows.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    connection: &'a Connection,
    settings: &'a Settings,
}

impl Store {
    /// Reads from one consistent view of the store.
    ///
    /// # Errors
    /// What `body` answers, or a failure of the database.
    pub fn read<T, E: From<StoreError>>(
        &self,
        body: impl FnOnce(Reader<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let view = Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred)
            .map_err(StoreError::from)?;
        let answer = body(Reader { connection: &view, settings: &self.settings })?;
        view.finish().map_err(StoreError::from)?;
        Ok(answer)
    }
}
