//! Finds the processes that outlive the call that started them.
//!
//! A process that leaves the group of its call, as a daemon does, still carries the environment that the call was
//! given, or stands in the folder that was made for it. Either is read from /proc; a system without one has groups
//! only. Whoever confines calls must leave what outlives them alive until it was counted here.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::steady::{listed, steady};

/// How long killed processes are given to go.
const KILLED: Duration = Duration::from_secs(2);

/// A process that is still alive.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stray {
    pid: Pid,
    begun: u64,
    command: String,
}

/// How to tell the processes of one call from all others.
#[derive(Debug)]
pub(super) struct Search<'a> {
    /// The process group of the call.
    group: Pid,
    /// The folder that its environment names and in which it works.
    mark: Option<&'a Path>,
    /// When its leader began, as /proc counts: nothing older is of this call.
    begun: u64,
}

impl<'a> Search<'a> {
    /// A search for what the call led by `leader`, which was started just now, leaves behind.
    pub(super) fn of(leader: Pid, mark: Option<&'a Path>) -> Self {
        let begun = stat(leader).map_or(0, |stat| stat.begun);
        Self { group: leader, mark, begun }
    }

    /// Whether anything is left, in the group or marked.
    pub(super) fn any(&self) -> bool {
        self.mark.is_some() && !self.find().is_empty()
    }

    /// The command lines of what is left, sorted.
    pub(super) fn commands(&self) -> Vec<String> {
        let mut commands: Vec<String> = self.find().into_iter().map(|stray| stray.command).collect();
        commands.sort();
        commands
    }

    /// Kills all that is left, and what it starts meanwhile.
    pub(super) fn kill(&self) {
        if self.mark.is_none() {
            return;
        }
        let until = Instant::now() + KILLED;
        loop {
            let left = self.find();
            if left.is_empty() || Instant::now() > until {
                return;
            }
            for stray in left {
                // The id may have gone to another process since it was listed.
                if stat(stray.pid).is_some_and(|stat| stat.begun == stray.begun) {
                    // One that has just ended is no loss.
                    let _ = kill_process(stray.pid, Signal::KILL);
                }
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn find(&self) -> Vec<Stray> {
        let read = |id| {
            let pid = Pid::from_raw(id)?;
            Some((pid, stat(pid)?))
        };
        let all = steady(listed, read, |(_, stat)| !stat.lives);
        all.into_iter().filter_map(|(pid, stat)| self.look(pid, &stat)).collect()
    }

    fn look(&self, pid: Pid, stat: &Stat) -> Option<Stray> {
        if !stat.lives || stat.begun < self.begun {
            return None;
        }
        let ours = stat.group == self.group.as_raw_nonzero().get()
            || stat.session == self.group.as_raw_nonzero().get()
            || self.mark.is_some_and(|mark| marked(pid, mark));
        ours.then(|| Stray { pid, begun: stat.begun, command: command(pid, &stat.name) })
    }
}

/// What /proc/PID/stat says, see `proc_pid_stat(5)`.
struct Stat {
    name: String,
    lives: bool,
    group: i32,
    session: i32,
    begun: u64,
}

fn stat(pid: Pid) -> Option<Stat> {
    let bytes = fs::read(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    // The name stands in brackets and may hold some itself.
    let (head, rest) = text.rsplit_once(") ")?;
    let name = head.split_once(" (")?.1.to_owned();
    let fields: Vec<&str> = rest.split(' ').collect();
    let number = |index: usize| fields.get(index)?.parse().ok();
    Some(Stat {
        name,
        lives: !matches!(*fields.first()?, "Z" | "X"),
        group: number(2)?,
        session: number(3)?,
        begun: fields.get(19)?.parse().ok()?,
    })
}

/// Whether a process has the folder in its environment, or stands in it.
fn marked(pid: Pid, mark: &Path) -> bool {
    let proc = format!("/proc/{}", pid.as_raw_nonzero());
    if fs::read_link(format!("{proc}/cwd")).is_ok_and(|cwd| cwd.starts_with(mark)) {
        return true;
    }
    let environment = fs::read(format!("{proc}/environ")).unwrap_or_default();
    let mark = mark.as_os_str().as_bytes();
    // The variable begins or ends with it, as HOME and GIT_CEILING_DIRECTORIES do.
    environment.split(|byte| *byte == 0).any(|variable| {
        let value = variable.iter().position(|byte| *byte == b'=').map_or(&[][..], |at| &variable[at + 1..]);
        value.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
    })
}

/// The words of a process, or its name where it shows none.
fn command(pid: Pid, name: &str) -> String {
    let bytes = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).unwrap_or_default();
    let words = String::from_utf8_lossy(&bytes).trim_end_matches('\0').replace('\0', " ");
    if words.is_empty() { format!("[{name}]") } else { words }
}
