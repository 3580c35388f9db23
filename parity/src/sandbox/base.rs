//! The one copy that is read from the original; every sandbox is made of it.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::copy::copy_tree;
use super::omit::{mark_absent, places};
use super::original::Original;
use super::overlay::Overlay;
use super::pointers::Pointers;
use super::relink::relink;
use super::room::Room;
use super::share::{Sharing, Way, borrow_objects, objects};
use super::tree::{Tree, inner};
use super::{Sandbox, SandboxError, Worktree};
use crate::process::Rooms;

/// A copy of an original that nothing runs in. Its folder is removed when it is dropped; sandboxes that share nothing
/// with it do not need it once they are made.
#[derive(Debug)]
pub struct Base {
    room: Room,
    original: Original,
    tree: Tree,
    snapshot: Option<PathBuf>,
    /// The base without some paths, by these paths: made once, so that a sandbox costs one copy and no git.
    variants: Mutex<HashMap<Vec<PathBuf>, Arc<Variant>>>,
    way: Way,
    /// How sandboxes are copied where they are no overlays.
    copies: Sharing,
    /// Why overlays cannot be had.
    refused: Option<String>,
    pointers: Pointers,
}

/// The base as a side sees it from which some paths are kept.
#[derive(Debug)]
struct Variant {
    _room: Room,
    tree: Tree,
    pointers: Pointers,
}

impl Base {
    /// Copies the original into the new folder `under/base`: checkout, git folder and worktrees as they stand
    /// (changed, untracked and ignored files too), and the database in a consistent state.
    ///
    /// # Errors
    ///
    /// When `under` lies in the original, `under/base` exists, something cannot be read or written, or the
    /// database is not one or stays locked.
    pub fn copy(original: &Original, under: &Path) -> Result<Self, SandboxError> {
        original.must_not_hold(under)?;
        let room = Room::make(under, "base")?;
        let tree = original.tree.at(&room.folder("tree")?);
        let database = original.database.as_ref();
        let skip: HashSet<PathBuf> = database.map(|database| database.files().into()).unwrap_or_default();
        copy_tree(&original.tree, &tree, &skip)?;
        relink(&original.tree, &tree)?;
        let mut snapshot = None;
        if let Some(database) = database.filter(|database| database.exists())
            && let Some(place) = original.tree.relocate(database.path(), &tree)
        {
            database.copy_to(&place)?;
            // Of the copy, so that the snapshot and what the sandboxes start from are the same.
            let copied = database.copied_to(place);
            snapshot = Some(copied.settle_in(&room.folder("snapshot")?)?);
        }
        let variants = Mutex::default();
        let pointers = Pointers::of(&tree)?;
        let way = Way::Copy(Sharing::Nothing);
        let (original, copies) = (original.clone(), Sharing::Nothing);
        Ok(Self { room, original, tree, snapshot, variants, way, copies, refused: None, pointers })
    }

    /// Makes sandboxes as cheaply as the system allows, from now on: see [`Sharing`]. `kept` says that none of what
    /// runs in them can write in the base. Overlays are there for this thread and those that it starts, as long as
    /// they live; an ordinary user can only have them after [`prepare`](crate::confine::prepare).
    pub fn share(&mut self, kept: bool) -> Sharing {
        self.copies = if kept { Sharing::Objects } else { Sharing::Nothing };
        (self.way, self.refused) = Way::choose(&self.tree, self.room.path(), kept);
        self.way.sharing()
    }

    /// Why sandboxes cannot be overlays, after [`share`](Self::share).
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// Makes sandboxes in this way and no other.
    ///
    /// # Errors
    /// It is not to be had here.
    pub fn share_by(&mut self, sharing: Sharing) -> Result<(), SandboxError> {
        self.way = Way::of(sharing, self.room.path())?;
        Ok(())
    }

    /// How sandboxes are made.
    pub fn sharing(&self) -> Sharing {
        self.way.sharing()
    }

    /// The checkout of the copy. Nothing may be run in it: every sandbox starts from it.
    pub fn checkout(&self) -> &Path {
        &self.tree.checkout
    }

    /// The worktrees of the copy, by name.
    pub fn worktrees(&self) -> &[Worktree] {
        &self.tree.worktrees
    }

    /// The queue database as one file that is complete in itself. `None` when the original has none.
    pub fn snapshot(&self) -> Option<&Path> {
        self.snapshot.as_deref()
    }

    /// Makes the sandbox `under/name`: a private copy without the paths `omit`, which are relative to the
    /// checkout and are missing from every worktree too. Git does not see them as deleted.
    ///
    /// # Errors
    ///
    /// When `name` is not a plain name or taken, `under` lies in the original, a path of `omit` leaves the
    /// checkout, something cannot be read or written, or git cannot be run in the copy (only with `omit`).
    pub fn sandbox(&self, under: &Path, name: &str, omit: &[String]) -> Result<Sandbox, SandboxError> {
        self.sandbox_by(&self.way, under, name, omit)
    }

    /// The same, whatever it costs, in which a folder of the base can be renamed as everywhere.
    ///
    /// # Errors
    /// As [`sandbox`](Self::sandbox).
    pub fn exact_sandbox(&self, under: &Path, name: &str, omit: &[String]) -> Result<Sandbox, SandboxError> {
        match self.sharing() {
            Sharing::UserOverlay => self.sandbox_by(&Way::Copy(self.copies), under, name, omit),
            _ => self.sandbox(under, name, omit),
        }
    }

    fn sandbox_by(
        &self,
        way: &Way,
        under: &Path,
        name: &str,
        omit: &[String],
    ) -> Result<Sandbox, SandboxError> {
        self.original.must_not_hold(under)?;
        let room = Room::make(under, name)?;
        let tree = self.tree.at(&room.folder("tree")?);
        let overlay = if omit.is_empty() {
            make(way, &self.tree, &self.pointers, &tree, (under, name))?
        } else {
            let variant = self.variant(omit)?;
            make(way, &variant.tree, &variant.pointers, &tree, (under, name))?
        };
        Sandbox::furnish(room, overlay, self.original.tree.clone(), tree)
    }

    /// The base without `omit`, made when it is first asked for.
    fn variant(&self, omit: &[String]) -> Result<Arc<Variant>, SandboxError> {
        let mut omit: Vec<PathBuf> =
            omit.iter().map(|path| inner(Path::new(path))).collect::<Result<_, _>>()?;
        omit.sort();
        omit.dedup();
        let mut variants = self.variants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(variant) = variants.get(&omit) {
            return Ok(Arc::clone(variant));
        }
        let room = Room::make(self.room.path(), &format!("without-{}", variants.len() + 1))?;
        let tree = self.tree.at(&room.folder("tree")?);
        let temp = room.folder("tmp")?;
        replicate(&self.tree, &tree, &places(&self.tree, &omit).into_iter().collect())?;
        mark_absent(&tree, &omit, &Rooms { root: room.path(), home: &temp, temp: &temp })?;
        let pointers = Pointers::of(&tree)?;
        let variant = Arc::new(Variant { _room: room, tree, pointers });
        variants.insert(omit, Arc::clone(&variant));
        Ok(variant)
    }
}

/// Makes `to`, the tree of the sandbox `under/name`, of `from`.
fn make(
    way: &Way,
    from: &Tree,
    pointers: &Pointers,
    to: &Tree,
    (under, name): (&Path, &str),
) -> Result<Option<Overlay>, SandboxError> {
    match way {
        Way::Overlay(mounts) => {
            let layers = Room::make(under, &format!("{name}.layers"))?;
            let overlay = Overlay::mount(mounts, &from.root, &to.root, layers)
                .map_err(SandboxError::io("lay an overlay at", &to.root))?;
            pointers.repoint(from, to)?;
            relink(from, to)?;
            Ok(Some(overlay))
        }
        Way::Copy(Sharing::Objects) => {
            replicate(from, to, &HashSet::from([objects(from)]))?;
            borrow_objects(from, to)?;
            Ok(None)
        }
        Way::Copy(_) => {
            replicate(from, to, &HashSet::new())?;
            Ok(None)
        }
    }
}

/// Copies a copy, links and all.
fn replicate(from: &Tree, to: &Tree, skip: &HashSet<PathBuf>) -> Result<(), SandboxError> {
    copy_tree(from, to, skip)?;
    relink(from, to)
}
