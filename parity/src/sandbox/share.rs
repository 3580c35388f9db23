//! What sandboxes share with the base that they are made of, so that one costs what is written in it and not what the
//! original holds.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::SandboxError;
use super::overlay::{Kind, Mounts};
use super::room::Room;
use super::tree::Tree;

/// A way to make a sandbox of the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Laid over the base: a file is copied when it is first written.
    Overlay,
    /// The same as an ordinary user may have it. A folder of the base cannot be renamed in it.
    UserOverlay,
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
            Self::UserOverlay => "overlay mounts in a namespace of users",
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
    /// The cheapest way that works for sandboxes of `base` in `under`, and why it is no overlay where none can be had.
    /// `kept` says that nobody can write in the base.
    ///
    /// The overlays of an ordinary user refuse something that no other file system does, so they are taken only where
    /// they save much.
    pub(super) fn choose(base: &Tree, under: &Path, kept: bool) -> (Self, Option<String>) {
        if let Ok(way) = Self::of(Sharing::Overlay, under) {
            return (way, None);
        }
        let (overlay, refused) = match Self::of(Sharing::UserOverlay, under) {
            Ok(way) => (Some(way), None),
            Err(error) => (None, Some(told(&error))),
        };
        let way = if Room::make(under, "probe").is_ok_and(|room| clones(room.path())) {
            Self::Copy(Sharing::Reflink)
        } else {
            let copy = if kept { Sharing::Objects } else { Sharing::Nothing };
            overlay.filter(|_| is_large(base, kept)).unwrap_or(Self::Copy(copy))
        };
        (way, refused)
    }

    /// This way, if it can be had for sandboxes in `under`.
    pub(super) fn of(sharing: Sharing, under: &Path) -> Result<Self, SandboxError> {
        let kind = match sharing {
            Sharing::Overlay => Kind::Whole,
            Sharing::UserOverlay => Kind::OfUsers,
            Sharing::Reflink | Sharing::Objects | Sharing::Nothing => return Ok(Self::Copy(sharing)),
        };
        let room = Room::make(under, "probe")?;
        let mounts = Mounts::try_out(kind, room).map_err(SandboxError::io("lay an overlay in", under))?;
        Ok(Self::Overlay(mounts))
    }

    pub(super) fn sharing(&self) -> Sharing {
        match self {
            Self::Overlay(mounts) if mounts.kind() == Kind::Whole => Sharing::Overlay,
            Self::Overlay(_) => Sharing::UserOverlay,
            Self::Copy(sharing) => *sharing,
        }
    }
}

/// What an error and those that led to it say, without the folder that means nothing to anybody.
fn told(error: &SandboxError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// Up to so many entries and bytes a copy takes some milliseconds.
const FEW: usize = 1000;
const LITTLE: u64 = 32 << 20;

/// Whether a sandbox of this base is expensive to copy, with or without git's objects.
fn is_large(base: &Tree, without_objects: bool) -> bool {
    let objects = objects(base);
    let (mut entries, mut bytes) = (0, 0);
    for ground in base.grounds() {
        let walk = WalkDir::new(ground).into_iter();
        // What cannot be looked at is said by the copy.
        for entry in
            walk.filter_entry(|entry| !without_objects || entry.path() != objects).filter_map(Result::ok)
        {
            entries += 1;
            bytes += entry.metadata().map_or(0, |metadata| metadata.len());
            if entries > FEW || bytes > LITTLE {
                return true;
            }
        }
    }
    false
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
