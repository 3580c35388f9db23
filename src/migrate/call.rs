//! What every change that a migration makes to a store has in common.

use super::{Migrations, Watch};
use crate::model::Timestamp;

/// Who changes the store, when, and where it is kept.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// Where migrations are kept. Their lock is held by the caller.
    pub migrations: &'a Migrations,
    /// Who calls.
    pub actor: &'a str,
    /// The moment of this call.
    pub now: Timestamp,
    /// Who watches.
    pub watch: &'a dyn Watch,
}
