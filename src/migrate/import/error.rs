//! What an import can fail with.

use super::Plan;
use crate::legacy::snapshot::SnapshotError;
use crate::store::StoreError;

/// A failed import. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The sources have errors; the plan carries every problem.
    #[error("the queue has {} problem{}, so nothing was imported", .0.problems.len(), if .0.problems.len() == 1 { "" } else { "s" })]
    Broken(Box<Plan>),
    /// The snapshot cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mapping of the snapshot does not fit the store.
    #[error("the snapshot mapping names {0}, which the store does not have")]
    Mapping(String),
}

impl ImportError {
    pub(super) fn broken(plan: Plan) -> Self {
        Self::Broken(Box::new(plan))
    }
}
