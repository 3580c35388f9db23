//! The process group of a running call: waiting for its leader, and ending all of it.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

use super::Ending;

/// The first process of a running call with the group that it leads, wherever they are.
pub(crate) trait Led {
    /// How the leader ended, when it has or does within `patience`.
    fn poll(&mut self, patience: Duration) -> io::Result<Option<Ending>>;

    /// Whether any process of the group is left. Meaningful once the leader has ended.
    fn has_members(&self) -> bool;

    /// Whether any process that the call started is left, in the group or not, where that is asked for.
    fn has_left(&self) -> bool;

    /// The command lines of what is left, sorted.
    fn left(&self) -> Vec<String>;

    /// Kills what is left and collects the leader.
    fn kill(&mut self) -> io::Result<()>;

    /// See [`Finished::held`](super::Finished::held).
    fn held(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A child that leads its own process group. Dropping it kills the group, so that no error path leaves
/// processes behind.
pub(super) struct Group {
    leader: Child,
    id: Pid,
    ended: Option<Ending>,
}

impl Group {
    /// Takes over a child that was started with `process_group(0)`.
    pub(super) fn of(leader: Child) -> Self {
        let id = Pid::from_child(&leader);
        Self { leader, id, ended: None }
    }

    /// How the leader ended, when it has.
    pub(super) fn poll(&mut self) -> io::Result<Option<Ending>> {
        if self.ended.is_none() {
            self.ended = self.leader.try_wait()?.map(ending_of);
        }
        Ok(self.ended)
    }

    /// Whether any process of the group is left. Meaningful once the leader has ended.
    pub(super) fn has_members(&self) -> bool {
        test_kill_process_group(self.id) != Err(Errno::SRCH)
    }

    /// Kills what is left of the group and collects the leader.
    pub(super) fn kill(&mut self) -> io::Result<()> {
        // An id is not given to a new group while this one has members, so after the leader was collected
        // only a group that still answers is ours to kill.
        if self.ended.is_none() || self.has_members() {
            match kill_process_group(self.id, Signal::KILL) {
                // Darwin says PERM of a group in which only zombies are left.
                Ok(()) | Err(Errno::SRCH | Errno::PERM) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if self.ended.is_none() {
            self.ended = Some(ending_of(self.leader.wait()?));
        }
        Ok(())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Nothing can be done about a failure here; the paths that can report one have called kill before.
        let _ = self.kill();
    }
}

fn ending_of(status: std::process::ExitStatus) -> Ending {
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exit(code),
        (None, Some(signal)) => Ending::Signal(signal),
        // An exit status of wait(2) is one or the other.
        (None, None) => Ending::Signal(0),
    }
}
