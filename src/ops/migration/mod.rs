//! Moving a legacy queue into the store, and back.

mod apply;
mod plan;
mod rehearse;
mod rollback;
mod setting;
mod since;
mod status;
mod verify;

pub use apply::{ApplyRequest, apply_migration};
pub use plan::{PlanRequest, plan_migration};
pub use rehearse::rehearse_migration;
pub use rollback::roll_back_migration;
pub(in crate::ops) use since::{changed_since, sources_now};
pub use status::{migration_log, migration_status};
pub use verify::{StateReader, StatesRead, StatesWanted, verify_migration};
