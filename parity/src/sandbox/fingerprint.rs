//! What an original is made of at one moment, and what moved between two moments.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::copy::still_there;
use super::original::Original;
use super::rows::{Tables, tables};
use super::tree::Tree;
use super::{SandboxError, database::Database};
use crate::hex;

/// Path, type, mode, size, bytes and link target of everything in the checkout, its git folder and its
/// worktrees; of the queue database, its rows. When a file was written is no part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    entries: BTreeMap<PathBuf, Entry>,
    database: Option<PathBuf>,
    tables: Tables,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    mode: u32,
    body: Body,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Body {
    Folder,
    File {
        size: u64,
        digest: [u8; 32],
    },
    Link {
        target: PathBuf,
    },
    /// A socket, pipe or device.
    Special,
}

/// One thing that differs between two fingerprints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The file, folder, link or database.
    pub path: PathBuf,
    /// What became of it.
    #[serde(flatten)]
    pub what: What,
}

/// What became of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum What {
    /// It was not there before.
    Appeared,
    /// It is not there any more.
    Vanished,
    /// It is something else now, such as a link instead of a file.
    Kind,
    /// Its permissions changed.
    Mode {
        /// Permission bits before.
        before: u32,
        /// Permission bits after.
        after: u32,
    },
    /// Its bytes changed.
    Content,
    /// The link points elsewhere.
    Target,
    /// Rows of a table of the database changed.
    Rows {
        /// The table.
        table: String,
        /// How many rows it had; `None` when there was no such table.
        before: Option<u64>,
        /// How many it has; `None` when there is no such table any more.
        after: Option<u64>,
    },
}

impl Fingerprint {
    pub(super) fn take(original: &Original) -> Result<Self, SandboxError> {
        let database = original.database.as_ref().filter(|database| database.exists());
        let skip: HashSet<PathBuf> = original.database.iter().flat_map(Database::files).collect();
        let mut entries = BTreeMap::new();
        // Worktrees come and go: those of now count as well as those of when the original was opened.
        let now = Tree::read(&original.tree.checkout)?;
        let grounds: BTreeSet<&Path> = original.tree.grounds().into_iter().chain(now.grounds()).collect();
        for ground in grounds {
            for found in WalkDir::new(ground).into_iter().filter_entry(|entry| !skip.contains(entry.path())) {
                let Some(found) = still_there(found)? else { continue };
                if let Some(entry) = entry(found.path())? {
                    entries.insert(found.into_path(), entry);
                }
            }
        }
        let tables = database.map(read_tables).transpose()?.unwrap_or_default();
        Ok(Self { entries, database: database.map(|database| database.path().to_owned()), tables })
    }

    /// What is different in `later`, by path, then table.
    pub fn differences(&self, later: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut note = |path: &Path, what| changes.push(Change { path: path.to_owned(), what });
        for path in keys(&self.entries, &later.entries) {
            match (self.entries.get(path), later.entries.get(path)) {
                (Some(before), Some(after)) => {
                    before.differences(after).into_iter().for_each(|what| note(path, what));
                }
                (None, _) => note(path, What::Appeared),
                (_, None) => note(path, What::Vanished),
            }
        }
        if let Some(path) = self.database.as_ref().or(later.database.as_ref()) {
            for table in keys(&self.tables, &later.tables) {
                let (before, after) = (self.tables.get(table), later.tables.get(table));
                if before != after {
                    let [before, after] = [before, after].map(|table| table.map(|table| table.rows));
                    note(path, What::Rows { table: table.clone(), before, after });
                }
            }
        }
        changes
    }

    /// All of it in one number: SHA-256, in hexadecimal. Equal where there are no differences.
    pub fn digest(&self) -> String {
        hex::sha256(format!("{self:?}"))
    }
}

fn keys<'a, K: Ord, V>(one: &'a BTreeMap<K, V>, other: &'a BTreeMap<K, V>) -> BTreeSet<&'a K> {
    one.keys().chain(other.keys()).collect()
}

fn read_tables(database: &Database) -> Result<Tables, SandboxError> {
    let temp = std::env::temp_dir();
    let folder = tempfile::tempdir().map_err(SandboxError::io("make a folder in", &temp))?;
    let copy = database.settle_in(folder.path())?;
    tables(&copy).map_err(SandboxError::database(database.path()))
}

/// What is at `path`; `None` when it vanished since it was listed.
fn entry(path: &Path) -> Result<Option<Entry>, SandboxError> {
    match read_entry(path) {
        Ok(entry) => Ok(Some(entry)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SandboxError::io("read", path)(error)),
    }
}

fn read_entry(path: &Path) -> io::Result<Entry> {
    let metadata = fs::symlink_metadata(path)?;
    let kind = metadata.file_type();
    let body = if kind.is_dir() {
        Body::Folder
    } else if kind.is_symlink() {
        Body::Link { target: fs::read_link(path)? }
    } else if kind.is_file() {
        let (size, digest) = read_file(path)?;
        Body::File { size, digest }
    } else {
        Body::Special
    };
    Ok(Entry { mode: metadata.permissions().mode() & 0o7777, body })
}

fn read_file(path: &Path) -> io::Result<(u64, [u8; 32])> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut size = 0;
    let mut chunk = [0; 16 * 1024];
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            return Ok((size, digest.finalize().into()));
        }
        digest.update(&chunk[..read]);
        size += read as u64;
    }
}

impl Entry {
    fn differences(&self, later: &Self) -> Vec<What> {
        let mut what = Vec::new();
        if std::mem::discriminant(&self.body) != std::mem::discriminant(&later.body) {
            return vec![What::Kind];
        }
        if self.mode != later.mode {
            what.push(What::Mode { before: self.mode, after: later.mode });
        }
        if self.body != later.body {
            what.push(if matches!(self.body, Body::Link { .. }) { What::Target } else { What::Content });
        }
        what
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.what {
            What::Appeared => write!(f, "{path}: appeared"),
            What::Vanished => write!(f, "{path}: vanished"),
            What::Kind => write!(f, "{path}: became something else"),
            What::Mode { before, after } => write!(f, "{path}: mode {before:04o} became {after:04o}"),
            What::Content => write!(f, "{path}: content changed"),
            What::Target => write!(f, "{path}: points elsewhere"),
            What::Rows { table, before, after } => {
                let rows =
                    |count: &Option<u64>| count.map_or("no table".to_owned(), |n| format!("{n} row(s)"));
                write!(f, "{path}: table {table} changed ({} before, {} after)", rows(before), rows(after))
            }
        }
    }
}
