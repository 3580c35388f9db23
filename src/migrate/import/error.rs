//! What an import can fail with.

use super::Plan;
use crate::legacy::snapshot::SnapshotError;
use crate::model::Severity;
use crate::store::StoreError;

/// A failed import. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The sources have errors; the plan carries every problem.
    #[error("the queue has {}, so nothing was imported", errors(.0))]
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

fn errors(plan: &Plan) -> String {
    match plan.problems.iter().filter(|problem| problem.severity == Severity::Error).count() {
        1 => "an error".to_owned(),
        errors => format!("{errors} errors"),
    }
}
