//! The files of a sandbox: path, type, mode, and a digest of what they hold.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Aside, Names};
use crate::hex;
use crate::observation::{Delta, RowChange, RowKey};
use crate::sandbox::SandboxError;
use crate::sandbox::tree::settle;

/// The clock of a file system moves in ticks of up to ten milliseconds. A file that was changed within one of
/// the look at it may be changed again without showing it.
const TICK: Duration = Duration::from_millis(20);

/// What was there at the last look.
#[derive(Debug, Default)]
pub(super) struct Files {
    seen: HashMap<OsString, Seen>,
    /// Files whose content was read as an answer.
    documents: HashSet<PathBuf>,
    looks: u64,
}

#[derive(Debug)]
struct Seen {
    stamp: Stamp,
    /// Too young for its stamp to be believed the next time.
    fresh: bool,
    row: Map<String, Value>,
    /// The number of the look at which it was last there.
    look: u64,
}

/// What the file system says of a file. The time of change cannot be set by those who write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    size: u64,
    inode: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self {
            size: metadata.size(),
            inode: metadata.ino(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// Whether the file may still change without its stamp telling.
    pub(crate) fn is_fresh(&self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = Duration::from_secs(u64::try_from(self.changed.0).unwrap_or(0));
        let changed = seconds + Duration::from_nanos(u64::try_from(self.changed.1).unwrap_or(0));
        changed + TICK > now
    }
}

impl Files {
    /// Leaves the content of a file out from now on.
    pub(super) fn document(&mut self, path: &Path) {
        self.documents.insert(settle(path));
    }

    /// What changed since the last look below the ground, but for git's own files and what is private. At the
    /// first look everything is new.
    pub(super) fn look(&mut self, names: &Names<'_>, aside: &Aside) -> Result<Delta, SandboxError> {
        self.looks += 1;
        let mut walk = Walk { names, aside, files: self, changes: BTreeMap::new() };
        walk.folder(names.ground, None)?;
        let mut changes = walk.changes;
        let now = self.looks;
        self.seen.retain(|path, seen| {
            if seen.look != now {
                changes.insert(RowKey::Name(names.of(Path::new(path))), RowChange::Removed);
            }
            seen.look == now
        });
        let sections = if changes.is_empty() { BTreeMap::new() } else { [(String::new(), changes)].into() };
        Ok(Delta { sections })
    }
}

struct Walk<'w> {
    names: &'w Names<'w>,
    aside: &'w Aside,
    files: &'w mut Files,
    changes: BTreeMap<RowKey, RowChange>,
}

impl Walk<'_> {
    /// Walks a folder; `inside` is its path in the checkout that it lies in, if any.
    fn folder(&mut self, folder: &Path, inside: Option<&str>) -> Result<(), SandboxError> {
        let entries = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) => return gone(folder, error),
        };
        let is_checkout = entries.iter().any(|entry| entry.file_name() == ".git");
        let inside = if is_checkout { Some("") } else { inside };
        for entry in entries {
            let name = entry.file_name();
            let inner = inside.map(|inside| below(inside, &name));
            if !inner.as_ref().is_some_and(|inner| self.aside.leaves_out(inner)) {
                self.entry(&entry, inner.as_deref())?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, entry: &DirEntry, inside: Option<&str>) -> Result<(), SandboxError> {
        let path = entry.path();
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) => return gone(&path, error),
        };
        let stamp = Stamp::of(&metadata);
        match self.files.seen.get_mut(path.as_os_str()) {
            Some(seen) if seen.stamp == stamp && !seen.fresh => seen.look = self.files.looks,
            // The folders that lead to the checkout are the harness's.
            _ if self.names.checkout.starts_with(&path) => {}
            _ => self.note(&path, &metadata, stamp, inside)?,
        }
        if metadata.is_dir() { self.folder(&path, inside) } else { Ok(()) }
    }

    /// Reads what was touched, and notes how it differs from what it was.
    fn note(
        &mut self,
        path: &Path,
        metadata: &Metadata,
        stamp: Stamp,
        inside: Option<&str>,
    ) -> Result<(), SandboxError> {
        let row = self.row(path, metadata, inside)?;
        let (fresh, look) = (stamp.is_fresh(), self.files.looks);
        let seen = Seen { stamp, fresh, row: row.clone(), look };
        let before = self.files.seen.insert(path.as_os_str().to_owned(), seen);
        if let Some(change) = RowChange::between(before.as_ref().map(|seen| &seen.row), &row) {
            self.changes.insert(RowKey::Name(self.names.of(path)), change);
        }
        Ok(())
    }

    fn row(
        &self,
        path: &Path,
        metadata: &Metadata,
        inside: Option<&str>,
    ) -> Result<Map<String, Value>, SandboxError> {
        let document = self.files.documents.contains(path)
            || inside.is_some_and(|inside| self.aside.is_document(inside));
        row(self.names, path, metadata, document)
    }
}

/// What is known of a file, folder or link. The content of a document is left out.
pub(super) fn row(
    names: &Names<'_>,
    path: &Path,
    metadata: &Metadata,
    document: bool,
) -> Result<Map<String, Value>, SandboxError> {
    let mut row = Map::new();
    let kind = metadata.file_type();
    let mode = || Value::from(format!("{:03o}", metadata.permissions().mode() & 0o7777));
    let name = if kind.is_dir() {
        row.insert("mode".to_owned(), mode());
        "folder"
    } else if kind.is_symlink() {
        let target = fs::read_link(path).map_err(SandboxError::io("read", path))?;
        row.insert("target".to_owned(), Value::from(names.of_target(&target)));
        "link"
    } else if kind.is_file() {
        row.insert("mode".to_owned(), mode());
        if !document {
            let bytes = fs::read(path).map_err(SandboxError::io("read", path))?;
            row.insert("digest".to_owned(), Value::from(short_digest(&bytes)));
        }
        "file"
    } else {
        "other"
    };
    row.insert("type".to_owned(), Value::from(name));
    Ok(row)
}

/// The path in a checkout of what is called `name` in its folder `inside`.
pub(super) fn below(inside: &str, name: &OsStr) -> String {
    match inside {
        "" => name.to_string_lossy().into_owned(),
        folder => format!("{folder}/{}", name.to_string_lossy()),
    }
}

/// What vanished while we walked is not there; anything else is an error.
pub(super) fn gone(path: &Path, error: io::Error) -> Result<(), SandboxError> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(SandboxError::io("read", path)(error)) }
}

/// Enough of SHA-256 to tell files apart and to be read by people. It says what it is, so that no rule for the ids
/// of commits can mask what a file holds.
fn short_digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::short(Sha256::digest(bytes)))
}
