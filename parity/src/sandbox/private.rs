//! One run's private room.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::overlay::Overlay;
use super::room::{Room, plain_name};
use super::tree::Tree;
use super::{SandboxError, Worktree};
use crate::confine::{Confinement, Warden};
use crate::process::{self, Call, Finished, ProcessError};

/// A private copy of checkout, worktrees and database, with a home, a folder for temporary files and one for
/// programs. Removed when it is dropped, unless it is [kept](Sandbox::keep).
#[derive(Debug)]
pub struct Sandbox {
    /// Before the room: nothing may run in it any more when it is removed.
    warden: Option<Warden>,
    /// Before the room too: it is mounted in there.
    overlay: Option<Overlay>,
    room: Room,
    original: Tree,
    tree: Tree,
    home: PathBuf,
    temp: PathBuf,
    bin: PathBuf,
    /// Whether a command was refused what it is refused nowhere else.
    hindered: AtomicBool,
}

impl Sandbox {
    /// Adds the empty folders to a room that holds the copy `tree` of `original`.
    pub(super) fn furnish(
        room: Room,
        overlay: Option<Overlay>,
        original: Tree,
        tree: Tree,
    ) -> Result<Self, SandboxError> {
        let [home, temp, bin] = [room.folder("home")?, room.folder("tmp")?, room.folder("bin")?];
        let hindered = AtomicBool::new(false);
        Ok(Self { warden: None, overlay, room, original, tree, home, temp, bin, hindered })
    }

    /// The folder that holds everything of this sandbox.
    pub fn root(&self) -> &Path {
        self.room.path()
    }

    /// The folder in which checkout and worktrees lie as they do in the original.
    pub(super) fn ground(&self) -> &Path {
        &self.tree.root
    }

    /// What it is laid over, and what was written since.
    pub(super) fn overlay(&self) -> Option<&Overlay> {
        self.overlay.as_ref()
    }

    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The main checkout.
    pub fn checkout(&self) -> &Path {
        &self.tree.checkout
    }

    /// An empty home.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// An empty folder for temporary files.
    pub fn temp(&self) -> &Path {
        &self.temp
    }

    /// The folder for programs, empty until [`link_program`](Self::link_program).
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// The worktrees, by name.
    pub fn worktrees(&self) -> &[Worktree] {
        &self.tree.worktrees
    }

    /// The folder of the worktree that had this branch checked out in the original, or whose folder has this
    /// name. `None` when there is none, also when it is registered and gone.
    pub fn worktree(&self, branch_or_dir_name: &str) -> Option<&Path> {
        let present = || self.tree.worktrees.iter().filter(|worktree| worktree.present);
        present()
            .find(|worktree| worktree.branch.as_deref() == Some(branch_or_dir_name))
            .or_else(|| present().find(|w| w.path.file_name() == Some(branch_or_dir_name.as_ref())))
            .map(|worktree| worktree.path.as_path())
    }

    /// Where a path of the original is in this sandbox. `None` when it is in neither the checkout nor a
    /// worktree of the original.
    pub fn relocate(&self, path: &Path) -> Option<PathBuf> {
        self.original.relocate(path, &self.tree)
    }

    /// Makes the program `target` callable as `name` for whoever has [`bin`](Self::bin) on its `PATH`.
    ///
    /// # Errors
    ///
    /// When `name` is not a plain file name or taken, or `target` does not exist.
    pub fn link_program(&self, name: &str, target: &Path) -> Result<(), SandboxError> {
        plain_name(name)?;
        let target = target.canonicalize().map_err(SandboxError::io("read", target))?;
        let link = self.bin.join(name);
        symlink(target, &link).map_err(SandboxError::io("make", &link))
    }

    /// Has a keeper hold what [`run`](Self::run) runs from now on. Where none is to be had, commands run without,
    /// and the reason is noted with the other protections.
    pub fn confine(&mut self, confinement: &Confinement) {
        match Warden::start(confinement, self.root()) {
            Ok(warden) => self.warden = Some(warden),
            Err(error) => confinement.protections.note_none(&error.to_string()),
        }
    }

    /// Runs a command, under the sandbox's keeper where it has one.
    ///
    /// # Errors
    /// As [`process::run`](crate::process::run).
    pub fn run(&self, call: &Call) -> Result<Finished, ProcessError> {
        let done = match &self.warden {
            Some(warden) => warden.run(call),
            None => process::run(call),
        }?;
        if self
            .overlay
            .as_ref()
            .is_some_and(|one| [&done.stdout, &done.stderr].iter().any(|text| one.has_refused(text)))
        {
            self.hindered.store(true, Ordering::Relaxed);
        }
        Ok(done)
    }

    /// Whether a command said that a folder could not be renamed, which in a copy it could. What it did says nothing
    /// then: see [`Base::exact_sandbox`](super::Base::exact_sandbox).
    pub fn is_hindered(&self) -> bool {
        self.hindered.load(Ordering::Relaxed)
    }

    /// Leaves the folder in place when the sandbox is dropped, for somebody to look at.
    pub fn keep(&mut self) {
        self.room.keep();
    }
}
