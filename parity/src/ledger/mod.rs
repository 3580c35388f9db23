//! Which operations have graduated, and on what proof.
//!
//! The ledger is a file of lines that only grows: runs and what they showed of each operation, who graduated one on
//! them, who took that back, and who used one that had not graduated. Each line is chained to the one before, so that
//! a change by hand shows. What an operation's standing is, is worked out from the lines, the rule, and the digests of
//! today: a proof that was made with another program, configuration, script or scenario proves nothing any more.

mod book;
mod cache;
mod entry;
mod grants;
mod rule;
mod seal;
mod standing;

pub use book::{Book, Ledger, LedgerError};
pub use cache::Digests;
pub use entry::{Entry, Event, Exception, Graduation, Revocation, RunEvidence, ShadowedCall, Shown, Source};
pub use grants::{Grant, Grants, grants, remembered_grant};
pub use rule::{Assessment, Missing, Rule, assess};
pub use seal::{Change, How, Place, Seal, scripts};
pub use standing::{Standing, standing};
