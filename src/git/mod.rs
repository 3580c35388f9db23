//! Facts about the repository: its checkouts, branches and commits. Only `edit` changes it.
//!
//! Read through libgit2, so that asking costs no process. What a name means is what `git rev-parse` takes it
//! for; the tests ask both.

mod changes;
mod checkouts;
mod commits;
mod edit;
mod error;
mod history;
mod lanes;
mod linked;
#[cfg(test)]
pub(crate) mod sandbox;
mod worktrees;

pub use checkouts::{Checkouts, Head, Repository};
pub use error::GitError;
pub use lanes::{Lane, role_at};
pub use linked::{LinkedTree, Stakes, stakes};
pub use worktrees::{worktree_state, worktree_states, worktree_states_beside};
