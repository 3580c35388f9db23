//! Pure data: tasks, their records, times and problems. No I/O and no policy.

pub mod checkpoint;
pub mod claim;
pub mod diagnostic;
pub mod records;
pub mod session;
pub mod task;
pub mod time;
pub mod watcher;
pub mod worktree;

pub use checkpoint::{Checkpoint, TrackState};
pub use claim::{Claim, ClaimEnd};
pub use diagnostic::{Diagnostic, Place, Severity};
pub use session::{AgentSession, SessionStatus};
pub use task::{Definition, Task, TaskState};
pub use time::Timestamp;
pub use watcher::{WatchBrief, WatchResult, WatchStatus, Watcher};
pub use worktree::WorktreeState;
