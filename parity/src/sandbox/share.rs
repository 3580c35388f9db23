//! What sandboxes share with the base that they are made of, so that one costs what is written in it and not what the
//! original holds.

use std::fs;
use std::path::{Path, PathBuf};

use super::SandboxError;
use super::overlay::Mounts;
use super::room::Room;
use super::tree::Tree;

/// A way to make a sandbox of the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Laid over the base: a file is copied when it is first written.
    Overlay,
    /// Copied by a file system that shares the blocks of copies until one is written.
    Reflink,
    /// Copied but for git's objects, which git finds in the base. Nothing may be able to write there.
    Objects,
    /// Copied as a whole.
    Nothing,
}

impl Sharing {
    /// For a report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Overlay => "overlay mounts",
            Self::Reflink => "copies that share their blocks",
            Self::Objects => "copies that share git's objects",
            Self::Nothing => "whole copies",
        }
    }
}

/// The way that was chosen.
#[derive(Debug)]
pub(super) enum Way {
    Overlay(Mounts),
    Copy(Sharing),
}

impl Way {
    /// The cheapest way that works for sandboxes of `base` in `under`. `kept` says that nobody can write in the base.
    pub(super) fn choose(base: &Tree, under: &Path, kept: bool) -> Self {
        if let Ok(way) = Self::of(Sharing::Overlay, base, under) {
            return way;
        }
        if Room::make(under, "probe").is_ok_and(|room| clones(room.path())) {
            return Self::Copy(Sharing::Reflink);
        }
        Self::Copy(if kept { Sharing::Objects } else { Sharing::Nothing })
    }

    /// This way, if it can be had.
    pub(super) fn of(sharing: Sharing, base: &Tree, under: &Path) -> Result<Self, SandboxError> {
        if sharing != Sharing::Overlay {
            return Ok(Self::Copy(sharing));
        }
        let room = Room::make(under, "probe")?;
        let mounts =
            Mounts::try_out(&base.root, room).map_err(SandboxError::io("lay an overlay in", under))?;
        Ok(Self::Overlay(mounts))
    }

    pub(super) fn sharing(&self) -> Sharing {
        match self {
            Self::Overlay(_) => Sharing::Overlay,
            Self::Copy(sharing) => *sharing,
        }
    }
}

/// Whether the file system of `folder` makes copies that share their blocks. It then does so of its own accord.
#[cfg(target_os = "linux")]
fn clones(folder: &Path) -> bool {
    let [from, to] = ["from", "to"].map(|name| folder.join(name));
    let attempt = || -> std::io::Result<()> {
        fs::write(&from, vec![1_u8; 8192])?;
        Ok(rustix::fs::ioctl_ficlone(fs::File::create(&to)?, fs::File::open(&from)?)?)
    };
    attempt().is_ok()
}

#[cfg(not(target_os = "linux"))]
fn clones(_folder: &Path) -> bool {
    false
}

/// Git's objects in a tree.
pub(super) fn objects(tree: &Tree) -> PathBuf {
    tree.checkout.join(".git/objects")
}

/// Gives `to`, which was copied without, a folder for objects that borrows those of `from`.
pub(super) fn borrow_objects(from: &Tree, to: &Tree) -> Result<(), SandboxError> {
    let (lender, borrower) = (objects(from), objects(to));
    for folder in ["info", "pack"].map(|name| borrower.join(name)) {
        fs::create_dir_all(&folder).map_err(SandboxError::io("make", &folder))?;
    }
    let list = borrower.join("info/alternates");
    fs::write(&list, format!("{}\n", lender.display())).map_err(SandboxError::io("write", &list))
}
