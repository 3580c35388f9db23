//! How much the commands of one sandbox may take.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Upper bounds for what runs in one sandbox. Generous: they hold what has gone wild, not what is large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Processes and threads of all commands together.
    pub processes: u64,
    /// Address space of one process, in bytes, and where control groups are to be had the memory of all together.
    pub memory: u64,
    /// One file that is written, in bytes.
    pub file_size: u64,
    /// Processor time of one process, in seconds.
    pub cpu_seconds: u64,
}

impl Limits {
    /// The limits where a command may take as long as `timeout` on the wall clock. Processor time has room for
    /// work on several cores; the timeout ends what is slower. It holds what goes on in the background.
    pub fn for_timeout(timeout: Duration) -> Self {
        Self {
            processes: 256,
            memory: 8 << 30,
            file_size: 1 << 30,
            cpu_seconds: timeout.as_secs().saturating_mul(4).max(4),
        }
    }
}
