//! The rooms in which the two systems run: private copies of a checkout, its linked worktrees and its queue
//! database, and the proof that the original was left alone.
//!
//! Nothing is ever run in an [`Original`]. It is read once into a [`Base`], and every run gets its own
//! [`Sandbox`] of that. All three keep the folders of checkout and worktrees in the same relation to each
//! other, so that a script that looks for `../some-worktree` finds the copy's. A [`Fingerprint`] before and
//! one after name everything that moved in the original meanwhile. A [`Survey`] after every step shows what the
//! step changed in a sandbox beside the rows of the queue.
//!
//! A sandbox is some hundred small files and folders or a whole repository. What it costs is decided by what it shares
//! with the base, see [`Sharing`], and by where it is made, see [`workplace()`].

mod base;
mod copy;
mod database;
mod error;
mod fingerprint;
mod keep;
mod omit;
mod original;
mod overlay;
mod pointers;
mod private;
mod relink;
mod replace;
mod room;
mod rows;
mod share;
mod stale;
mod survey;
mod tree;
mod workplace;

pub use base::Base;
pub(crate) use database::settle as settle_database;
pub use error::SandboxError;
pub use fingerprint::{Change, Fingerprint, What};
pub(crate) use keep::keep;
pub use original::{Layout, Original};
pub use private::Sandbox;
pub use share::Sharing;
pub use stale::Workplace;
pub(crate) use survey::Stamp;
pub use survey::{Aside, Survey, Surveyor};
pub use tree::Worktree;
pub(crate) use tree::settle;
pub use workplace::workplace;
