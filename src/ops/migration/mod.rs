//! Moving a legacy queue into the store, and back.

mod apply;
mod plan;
mod rollback;
mod setting;
mod status;

pub use apply::{ApplyRequest, apply_migration};
pub use plan::{PlanRequest, plan_migration};
pub use rollback::roll_back_migration;
pub use status::{migration_log, migration_status};
