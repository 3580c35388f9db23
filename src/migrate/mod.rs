//! Moves a legacy queue into the store: plan, show, apply, and back.
//!
//! [`import`] reads, plans and writes; it is the one path, and `fairway import` is the quick way over it. A migration
//! puts around it what makes the move safe: [`sources`] finds what a checkout has and takes private copies, [`plan`]
//! writes a plan that can be reviewed, [`Apply`] keeps everything that a [`Rollback`] needs in a [`folder`], and a
//! [`Rehearsal`] says that the plan was tried.

mod apply;
mod call;
mod error;
pub mod export_back;
pub mod folder;
pub mod import;
mod keep;
pub mod plan;
mod rehearsal;
mod rollback;
pub mod sources;
pub mod verify;
mod watch;

pub use apply::{Applied, Apply};
pub use call::Call;
pub use error::MigrateError;
pub use folder::{Folder, MigrationId, Migrations};
pub use rehearsal::Rehearsal;
pub use rollback::{Rollback, RolledBack};
pub use watch::{Unwatched, Watch};
