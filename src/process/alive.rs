//! Whether a process lives, and since when.

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use crate::model::Timestamp;

/// What is known of a process id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// There is no such process.
    Gone,
    /// There is one, which began then; `None` where the system does not tell.
    Alive(Option<Timestamp>),
}

/// What is known of a process id on this machine.
pub fn life(pid: i64) -> Life {
    let number = i32::try_from(pid).ok().filter(|number| *number > 0);
    let Some(process) = number.and_then(Pid::from_raw) else { return Life::Gone };
    match test_kill_process(process) {
        // A process of another user may not be signalled, and is there.
        Ok(()) | Err(Errno::PERM) => Life::Alive(began(pid)),
        Err(_) => Life::Gone,
    }
}

/// When a process began, from /proc/<pid>/stat, which counts ticks since the machine was booted.
fn began(pid: i64) -> Option<Timestamp> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in parentheses, which may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: u64 = fields.split_whitespace().nth(19)?.parse().ok()?;
    let system = std::fs::read_to_string("/proc/stat").ok()?;
    let booted: u64 = system.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    let seconds = booted + ticks / rustix::param::clock_ticks_per_second();
    Timestamp::from_seconds(i64::try_from(seconds).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_lives_and_began_a_short_while_ago() {
        let Life::Alive(Some(began)) = life(i64::from(std::process::id())) else { panic!("it is gone") };
        let ago = Timestamp::now().seconds_since(began);
        assert!((-2..3600).contains(&ago), "{ago}");
    }

    #[test]
    fn ids_that_no_process_has_are_gone() {
        for pid in [99_999_991, i64::MAX, 0, -1] {
            assert_eq!(life(pid), Life::Gone, "{pid}");
        }
    }
}
