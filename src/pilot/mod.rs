//! Commands graduate on their proof, lanes move one at a time, and a gate keeps every call to both.

mod call;
mod error;
mod gate;
pub mod gnumakefile;
mod graduation;
mod lock;
mod marks;
mod network;
mod policy_digest;
mod project;
mod shadow;
mod sides;
mod tell;
mod verbs;

/// The name of Fairway's own adapter.
pub const OWN_ADAPTER: &str = "fairway";

pub use call::{LegacyChange, LegacyCommand, WRAPPER, changing_targets};
pub use error::{PilotError, Untold};
pub use gate::{Admitted, Call, GateError, Refused, admit};
pub use graduation::{Candidate, GraduationError, NotProven, candidates, graduate, revoke, stand};
pub use lock::{LegacyLock, LockLost, UnderWay};
pub use marks::{Mark, SIGN};
pub use network::network;
pub use policy_digest::{candidate_config, policy_digest};
pub use project::{Project, ProofError};
pub use shadow::{ShadowError, compare_kept, instead, note_given_up, shadow};
pub use sides::{Difference, canonical, differences};
pub use tell::{Tell, Teller};
pub use verbs::{Kind, VERBS, kind, kind_of};
