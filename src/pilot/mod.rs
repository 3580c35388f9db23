//! Commands graduate on their proof, lanes move one at a time, and a gate keeps every call to both.

mod gate;
mod graduation;
mod lock;
mod policy_digest;
mod project;
mod shadow;
mod verbs;

/// The name of Fairway's own adapter.
pub const OWN_ADAPTER: &str = "fairway";

pub use gate::{Admitted, Call, GateError, Refused, admit};
pub use graduation::{Candidate, GraduationError, NotProven, candidates, graduate, revoke, stand};
pub use lock::LegacyLock;
pub use policy_digest::{candidate_config, policy_digest};
pub use project::{Project, ProofError};
pub use shadow::{ShadowError, compare_kept, shadow};
pub use verbs::{Kind, VERBS, kind};
