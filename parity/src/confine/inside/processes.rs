//! The processes that a keeper is responsible for.

use std::collections::HashSet;
use std::fs;

use rustix::process::{Pid, Signal, kill_process};

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
    let mut all = steady(listed, read);
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

/// How often the list is taken again. What goes on forking for so long will be found by the next who looks.
const ROUNDS: usize = 50;

/// The processes of a list in which each was seen alive, or was over before the list was taken.
///
/// One that ends between the list and the look at it may have started another in between, which then is in neither:
/// a daemon that forks twice would go unseen. So the list is taken until nothing of it has ended meanwhile. Numbers
/// are given in order, so that a list names at least one process of every line of descent that goes on.
fn steady(list: impl Fn() -> Vec<i32>, read: impl Fn(i32) -> Option<Process>) -> Vec<Process> {
    let mut over: HashSet<i32> = HashSet::new();
    let mut all: Vec<Process> = Vec::new();
    for _ in 0..ROUNDS {
        let ids = list();
        all = ids.iter().filter_map(|id| read(*id)).collect();
        let alive: HashSet<i32> = all.iter().filter(|one| !one.is_over).map(|one| one.id).collect();
        let ended: Vec<i32> =
            ids.into_iter().filter(|id| !alive.contains(id) && !over.contains(id)).collect();
        if ended.is_empty() {
            break;
        }
        over.extend(ended);
    }
    all
}

fn listed() -> Vec<i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
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
    fn what_is_started_by_one_that_ends_meanwhile_is_found() {
        use std::cell::Cell;
        // The middle one of three is listed, starts the last, and is gone when it is looked at.
        let time = Cell::new(0);
        let list = || {
            time.set(time.get() + 1);
            if time.get() == 1 { vec![1, 11] } else { vec![1, 12] }
        };
        let read =
            |id: i32| (id != 11).then(|| Process { id, parent: 1, is_over: false, name: String::new() });
        let found: Vec<i32> = steady(list, read).iter().map(|one| one.id).collect();
        assert_eq!((found, time.get()), (vec![1, 12], 2));
    }

    #[test]
    fn one_that_nobody_collects_does_not_make_the_list_endless() {
        use std::cell::Cell;
        let times = Cell::new(0);
        let list = || {
            times.set(times.get() + 1);
            vec![1, 7]
        };
        let read = |id: i32| Some(Process { id, parent: 1, is_over: id == 7, name: String::new() });
        assert_eq!((steady(list, read).len(), times.get()), (2, 2));
    }

    #[test]
    fn a_process_is_read_whatever_it_calls_itself() {
        let process = parse(7, "7 (a) b (c)) S 3 7 7 0 -1").unwrap();
        assert_eq!(process, Process { id: 7, parent: 3, is_over: false, name: "a) b (c)".to_owned() });
        assert!(parse(7, "7 (sh) Z 1 7").unwrap().is_over);
        assert_eq!(parse(7, ""), None);
    }
}
