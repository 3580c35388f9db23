//! A list of running processes in which none is missed that was started while the list was taken.

use std::collections::HashSet;
use std::fs;

/// How often the list is taken again. What goes on forking for so long will be found by the next who looks.
const ROUNDS: usize = 50;

/// The processes of a list in which each was seen alive, or was over before the list was taken. `read` looks at one,
/// and says nothing of one that is gone.
///
/// One that ends between the list and the look at it may have started another in between, which then is in neither:
/// a daemon that forks twice would go unseen. So the list is taken until nothing of it has ended meanwhile. Numbers
/// are given in order, so that a list names at least one process of every line of descent that goes on.
pub(crate) fn steady<T>(
    list: impl Fn() -> Vec<i32>,
    read: impl Fn(i32) -> Option<T>,
    is_over: impl Fn(&T) -> bool,
) -> Vec<T> {
    let mut over: HashSet<i32> = HashSet::new();
    let mut all: Vec<T> = Vec::new();
    for _ in 0..ROUNDS {
        let mut ended = false;
        all.clear();
        for id in list() {
            let one = read(id);
            if one.as_ref().is_none_or(&is_over) {
                ended |= over.insert(id);
            }
            all.extend(one);
        }
        if !ended {
            break;
        }
    }
    all
}

/// The numbers of all processes, in order. A system without /proc shows none.
pub(crate) fn listed() -> Vec<i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::steady;

    #[test]
    fn what_is_started_by_one_that_ends_meanwhile_is_found() {
        // The middle one of three is listed, starts the last, and is gone when it is looked at.
        let times = Cell::new(0);
        let list = || {
            times.set(times.get() + 1);
            if times.get() == 1 { vec![1, 11] } else { vec![1, 12] }
        };
        let found = steady(list, |id| (id != 11).then_some(id), |_| false);
        assert_eq!((found, times.get()), (vec![1, 12], 2));
    }

    #[test]
    fn one_that_nobody_collects_does_not_make_the_list_endless() {
        let times = Cell::new(0);
        let list = || {
            times.set(times.get() + 1);
            vec![1, 7]
        };
        assert_eq!((steady(list, Some, |id| *id == 7).len(), times.get()), (2, 2));
    }
}
