//! A call whose processes are the harness's own children: its group, and what left that.

use std::io;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use rustix::process::Pid;

use super::Ending;
use super::group::{Group, Led};
use super::stray::Search;

/// A group, and the search for what is no longer in it.
pub(super) struct Local<'a> {
    group: Group,
    search: Search<'a>,
}

impl<'a> Local<'a> {
    /// Takes over a child that was started with `process_group(0)`, and that is known by `mark`.
    pub(super) fn of(leader: Child, mark: Option<&'a Path>) -> Self {
        let search = Search::of(Pid::from_child(&leader), mark);
        Self { group: Group::of(leader), search }
    }
}

impl Led for Local<'_> {
    fn poll(&mut self, patience: Duration) -> io::Result<Option<Ending>> {
        std::thread::sleep(patience);
        self.group.poll()
    }

    fn has_members(&self) -> bool {
        self.group.has_members()
    }

    fn has_left(&self) -> bool {
        self.search.any()
    }

    fn left(&self) -> Vec<String> {
        self.search.commands()
    }

    fn kill(&mut self) -> io::Result<()> {
        let killed = self.group.kill();
        self.search.kill();
        killed
    }
}
