//! The processes that a keeper is responsible for.

use std::collections::HashSet;
use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use crate::process::{listed, steady};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) id: i32,
    parent: i32,
    /// It has ended and waits to be collected.
    is_over: bool,
    name: String,
}

impl Process {
    /// Program and arguments, as it was started.
    pub(super) fn words(&self) -> String {
        let words = fs::read(format!("/proc/{}/cmdline", self.id)).unwrap_or_default();
        let words = String::from_utf8_lossy(&words).trim_end_matches('\0').replace('\0', " ");
        if words.is_empty() { self.name.clone() } else { words }
    }
}

/// All running processes but the keeper. Where they are not numbered anew, those that the keeper has started,
/// directly or not: orphans are given to it.
pub(super) fn running(own_processes: bool) -> Vec<Process> {
    let keeper = rustix::process::getpid().as_raw_nonzero().get();
    let mut all = steady(listed, read, |one| one.is_over);
    if !own_processes {
        let mut ours = HashSet::from([keeper]);
        // A child may have a smaller number than its parent; each round finds one generation more.
        while all.iter().any(|one| ours.contains(&one.parent) && ours.insert(one.id)) {}
        all.retain(|one| ours.contains(&one.id));
    }
    all.retain(|one| one.id != keeper && !one.is_over);
    all
}

/// Those of `running` that are neither one of `before` nor descend from one: a loop in the background goes on
/// starting others, which the command at hand has nothing to do with.
pub(super) fn new_since<'a>(before: &HashSet<i32>, running: &'a [Process]) -> Vec<&'a Process> {
    let mut old = before.clone();
    while running.iter().any(|one| old.contains(&one.parent) && old.insert(one.id)) {}
    running.iter().filter(|one| !old.contains(&one.id)).collect()
}

/// Kills all of them but those of `old` and what descends from them, also those that are started meanwhile.
pub(super) fn kill_all(own_processes: bool, old: &HashSet<i32>) {
    // Each round can only find what was started during the round before.
    for _ in 0..100 {
        let running = running(own_processes);
        let left = new_since(old, &running);
        if left.is_empty() {
            return;
        }
        for one in left {
            if let Some(id) = Pid::from_raw(one.id) {
                let _ = kill_process(id, Signal::KILL);
            }
        }
    }
}

fn read(id: i32) -> Option<Process> {
    parse(id, &fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
}

/// `ID (NAME) STATE PARENT …`; the name may hold anything.
fn parse(id: i32, stat: &str) -> Option<Process> {
    let (head, rest) = stat.rsplit_once(") ")?;
    let mut rest = rest.split(' ');
    let (state, parent) = (rest.next()?, rest.next()?.parse().ok()?);
    let name = head.split_once('(')?.1.to_owned();
    Some(Process { id, parent, is_over: matches!(state, "Z" | "X"), name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_process_starts_is_not_new() {
        let process = |id, parent| Process { id, parent, is_over: false, name: String::new() };
        let running = [process(3, 1), process(9, 8), process(8, 3), process(20, 1)];
        let new = new_since(&HashSet::from([3]), &running);
        assert_eq!(new.iter().map(|one| one.id).collect::<Vec<_>>(), [20]);
    }

    #[test]
    fn a_process_is_read_whatever_it_calls_itself() {
        let process = parse(7, "7 (a) b (c)) S 3 7 7 0 -1").unwrap();
        assert_eq!(process, Process { id: 7, parent: 3, is_over: false, name: "a) b (c)".to_owned() });
        assert!(parse(7, "7 (sh) Z 1 7").unwrap().is_over);
        assert_eq!(parse(7, ""), None);
    }
}
