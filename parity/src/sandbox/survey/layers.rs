//! The files of a sandbox that is laid over the base: only what was written since can differ from the base, and lies
//! in a folder of its own. So a look costs what was changed, not what there is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::files::{Stamp, below, gone, row};
use super::{Aside, Names};
use crate::observation::{Delta, RowChange, RowKey};
use crate::sandbox::SandboxError;
use crate::sandbox::overlay::{Overlay, stands_alone};
use crate::sandbox::tree::settle;

type Row = Map<String, Value>;

/// What differed from the base at the last look.
#[derive(Debug, Default)]
pub(super) struct Layers {
    /// By path below the ground.
    differs: BTreeMap<PathBuf, Now>,
    /// What was read, so that it is not read again before it is touched again.
    read: HashMap<PathBuf, Read>,
    /// Files whose content was read as an answer.
    documents: HashSet<PathBuf>,
}

/// What became of something that is not, or may not be, as it is in the base.
#[derive(Debug, Clone, PartialEq)]
struct Now {
    /// `None` when it is gone.
    row: Option<Row>,
    /// Its path in the checkout that it lies in, if any.
    inside: Option<String>,
}

#[derive(Debug)]
struct Read {
    stamp: Stamp,
    fresh: bool,
    row: Row,
}

impl Layers {
    /// Leaves the content of a file out from now on.
    pub(super) fn document(&mut self, path: &Path) {
        self.documents.insert(settle(path));
    }

    /// What changed since the last look; at the first, since the base was made.
    pub(super) fn look(
        &mut self,
        overlay: &Overlay,
        names: &Names<'_>,
        aside: &Aside,
    ) -> Result<Delta, SandboxError> {
        let upper = overlay.upper();
        let mut walk = Walk { overlay, upper, names, aside, layers: self, found: BTreeMap::new() };
        walk.folder(Path::new(""), None, false)?;
        let now = walk.found;
        let changes = self.changes(overlay, names, aside, &now)?;
        self.differs = now;
        let sections = if changes.is_empty() { BTreeMap::new() } else { [(String::new(), changes)].into() };
        Ok(Delta { sections })
    }

    fn changes(
        &self,
        overlay: &Overlay,
        names: &Names<'_>,
        aside: &Aside,
        now: &BTreeMap<PathBuf, Now>,
    ) -> Result<BTreeMap<RowKey, RowChange>, SandboxError> {
        let mut changes = BTreeMap::new();
        for path in self.differs.keys().chain(now.keys()).collect::<BTreeSet<_>>() {
            let (old, new) = (self.differs.get(path), now.get(path));
            if old == new {
                continue;
            }
            let Some(inside) = new.or(old).map(|one| one.inside.as_deref()) else { continue };
            let row = |one: Option<&Now>| match one {
                Some(one) => Ok(one.row.clone()),
                None => self.in_base(overlay, names, aside, path, inside),
            };
            let change = match (row(old)?, row(new)?) {
                (old, Some(new)) => RowChange::between(old.as_ref(), &new),
                (Some(_), None) => Some(RowChange::Removed),
                (None, None) => None,
            };
            if let Some(change) = change {
                changes.insert(RowKey::Name(names.of(&overlay.ground().join(path))), change);
            }
        }
        Ok(changes)
    }

    /// What a path below the ground is in the base.
    fn in_base(
        &self,
        overlay: &Overlay,
        names: &Names<'_>,
        aside: &Aside,
        path: &Path,
        inside: Option<&str>,
    ) -> Result<Option<Row>, SandboxError> {
        let lower = overlay.lower();
        let place = lower.join(path);
        let Ok(metadata) = place.symlink_metadata() else { return Ok(None) };
        let checkout = names.checkout.strip_prefix(overlay.ground()).unwrap_or(Path::new(""));
        let there = Names { ground: lower, checkout: &lower.join(checkout) };
        row(&there, &place, &metadata, self.is_document(overlay, aside, path, inside)).map(Some)
    }

    fn is_document(&self, overlay: &Overlay, aside: &Aside, path: &Path, inside: Option<&str>) -> bool {
        self.documents.contains(&overlay.ground().join(path))
            || inside.is_some_and(|inside| aside.is_document(inside))
    }
}

struct Walk<'w> {
    overlay: &'w Overlay,
    upper: PathBuf,
    names: &'w Names<'w>,
    aside: &'w Aside,
    layers: &'w mut Layers,
    found: BTreeMap<PathBuf, Now>,
}

impl Walk<'_> {
    /// Walks a folder in which something was written. `alone` says that it shows nothing of the base, so that
    /// everything in it has to be looked at.
    fn folder(&mut self, path: &Path, inside: Option<&str>, alone: bool) -> Result<(), SandboxError> {
        let here = listed(&self.overlay.ground().join(path))?;
        let base = listed(&self.overlay.lower().join(path))?;
        let written = if alone { HashSet::new() } else { listed(&self.upper.join(path))? };
        let is_checkout = here.contains(&OsString::from(".git"));
        let inside = if is_checkout { Some("") } else { inside };
        for name in here.iter().filter(|name| alone || written.contains(*name)) {
            let inner = inside.map(|inside| below(inside, name));
            if !inner.as_ref().is_some_and(|inner| self.aside.leaves_out(inner)) {
                self.entry(&path.join(name), inner.as_deref(), alone)?;
            }
        }
        for name in base.difference(&here) {
            self.removed(&path.join(name), inside.map(|inside| below(inside, name)))?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, inside: Option<&str>, alone: bool) -> Result<(), SandboxError> {
        let place = self.overlay.ground().join(path);
        let metadata = match place.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error) => return gone(&place, error),
        };
        // The folders that lead to the checkout are the harness's.
        if !self.names.checkout.starts_with(&place) {
            let row = self.row(path, &metadata, inside)?;
            self.found.insert(path.to_owned(), Now { row: Some(row), inside: inside.map(str::to_owned) });
        }
        let base = self.overlay.lower().join(path);
        let was_folder = base.symlink_metadata().is_ok_and(|base| base.is_dir());
        if metadata.is_dir() {
            let alone = alone || !was_folder || stands_alone(&self.upper.join(path));
            return self.folder(path, inside, alone);
        }
        if was_folder { self.emptied(path, inside) } else { Ok(()) }
    }

    /// Notes that something of the base is gone, with all that was in it.
    fn removed(&mut self, path: &Path, inside: Option<String>) -> Result<(), SandboxError> {
        if inside.as_ref().is_some_and(|inside| self.aside.leaves_out(inside)) {
            return Ok(());
        }
        let is_folder =
            self.overlay.lower().join(path).symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
        if is_folder {
            self.emptied(path, inside.as_deref())?;
        }
        self.found.insert(path.to_owned(), Now { row: None, inside });
        Ok(())
    }

    /// Notes that what was in a folder of the base is gone.
    fn emptied(&mut self, path: &Path, inside: Option<&str>) -> Result<(), SandboxError> {
        let names = listed(&self.overlay.lower().join(path))?;
        let inside = if names.contains(&OsString::from(".git")) { Some("") } else { inside };
        for name in &names {
            self.removed(&path.join(name), inside.map(|inside| below(inside, name)))?;
        }
        Ok(())
    }

    fn row(
        &mut self,
        path: &Path,
        metadata: &fs::Metadata,
        inside: Option<&str>,
    ) -> Result<Row, SandboxError> {
        let stamp = Stamp::of(metadata);
        if let Some(read) = self.layers.read.get(path).filter(|read| read.stamp == stamp && !read.fresh) {
            return Ok(read.row.clone());
        }
        let document = self.layers.is_document(self.overlay, self.aside, path, inside);
        let row = row(self.names, &self.overlay.ground().join(path), metadata, document)?;
        let read = Read { fresh: stamp.is_fresh(), stamp, row: row.clone() };
        self.layers.read.insert(path.to_owned(), read);
        Ok(row)
    }
}

/// The names in a folder; none where there is no folder.
fn listed(folder: &Path) -> Result<HashSet<OsString>, SandboxError> {
    let names = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.file_name())).collect());
    match names {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(HashSet::new())
        }
        names => names.map_err(SandboxError::io("read", folder)),
    }
}
