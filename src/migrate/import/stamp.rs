//! What the source file was like when it was read, so that a later call sees quickly whether it changed.
//!
//! As git does: a file whose size, time and inode are as they were is unchanged, unless it was changed so shortly
//! before it was read that another change could bear the same time. Then its digest decides.

use std::io::Read;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::store::{Reader, Result, Writer};

/// The path of the source.
pub const SOURCE_PATH: &str = "source_path";
/// SHA-256 of its bytes.
pub const SOURCE_DIGEST: &str = "source_sha256";
/// Its size, time and inode.
pub const SOURCE_STAT: &str = "source_stat";
/// What stood in the source beside its tasks, as a JSON object.
pub const SOURCE_ENVELOPE: &str = "source_envelope";
/// SHA-256 of the rows of the snapshot that was imported last.
pub const SNAPSHOT_DIGEST: &str = "snapshot_sha256";

/// The coarsest clock of a file system, in nanoseconds: FAT counts in two seconds.
const COARSEST: i128 = 2_000_000_000;

/// A source file as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStamp {
    path: String,
    digest: String,
    stat: Option<Stat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
struct Stat {
    size: u64,
    modified_ns: i128,
    inode: u64,
    /// When it was looked at, by the real clock.
    seen_ns: i128,
}

/// What a source file is, compared with the one that was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceCheck {
    /// As it was.
    Unchanged,
    /// Touched, but with the same bytes: remembering the new stamp saves the next digest.
    Touched(SourceStamp),
    /// With other bytes, another path, or never imported.
    Changed,
    /// Not there, or not to be read.
    Missing,
}

impl SourceStamp {
    /// Looks at a file, before it is read; its digest comes with [`SourceStamp::with_digest`].
    pub fn look(path: &Path) -> Self {
        Self { path: path.display().to_string(), digest: String::new(), stat: Stat::of(path) }
    }

    /// The file was read, and this is the SHA-256 of its bytes.
    #[must_use]
    pub fn with_digest(mut self, digest: &str) -> Self {
        digest.clone_into(&mut self.digest);
        self
    }

    /// Whether the file's time is old enough to tell a later change from this one.
    pub fn is_settled(&self) -> bool {
        self.stat.is_some_and(|stat| stat.proves(&stat))
    }

    /// The path that was looked at.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl Stat {
    fn of(path: &Path) -> Option<Self> {
        let seen_ns = nanoseconds(SystemTime::now());
        let meta = std::fs::metadata(path).ok()?;
        let modified_ns = nanoseconds(meta.modified().ok()?);
        Some(Self { size: meta.len(), modified_ns, inode: inode(&meta), seen_ns })
    }

    /// Whether `now` shows the same file, for certain.
    fn proves(&self, now: &Self) -> bool {
        (self.size, self.modified_ns, self.inode) == (now.size, now.modified_ns, now.inode)
            && self.modified_ns + COARSEST < self.seen_ns
    }
}

#[cfg(unix)]
fn inode(meta: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn inode(_meta: &std::fs::Metadata) -> u64 {
    0
}

fn nanoseconds(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i128::try_from(since.as_nanos()).unwrap_or(i128::MAX),
        Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
    }
}

/// Remembers what was imported.
///
/// # Errors
/// When the store cannot be written.
pub fn remember_stamp(tx: &Writer<'_>, stamp: &SourceStamp) -> Result<()> {
    tx.remember(SOURCE_PATH, &stamp.path.as_str().into())?;
    tx.remember(SOURCE_DIGEST, &stamp.digest.as_str().into())?;
    tx.remember(SOURCE_STAT, &serde_json::to_value(stamp.stat).unwrap_or_default())
}

/// Compares a file with the one that was imported.
///
/// # Errors
/// When the store cannot be read.
pub fn check_source(store: &Reader<'_>, path: &Path) -> Result<SourceCheck> {
    let stamp = SourceStamp::look(path);
    let Some(now) = stamp.stat else { return Ok(SourceCheck::Missing) };
    let Some(digest) = store.setting(SOURCE_DIGEST)? else { return Ok(SourceCheck::Changed) };
    let same_path = store.setting(SOURCE_PATH)?.as_deref() == Some(stamp.path());
    let stat = store.setting(SOURCE_STAT)?.and_then(|text| serde_json::from_str::<Stat>(&text).ok());
    if same_path && stat.is_some_and(|stat| stat.proves(&now)) {
        return Ok(SourceCheck::Unchanged);
    }
    Ok(match digest_of(path) {
        Err(_) => SourceCheck::Missing,
        Ok(found) if found == digest => SourceCheck::Touched(stamp.with_digest(&digest)),
        Ok(_) => SourceCheck::Changed,
    })
}

/// Whether a file is another one than was imported, or was never imported.
///
/// # Errors
/// When the store cannot be read.
pub fn source_changed(store: &Reader<'_>, path: &Path) -> Result<bool> {
    Ok(matches!(check_source(store, path)?, SourceCheck::Changed))
}

fn digest_of(path: &Path) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    let mut file = std::fs::File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            count => hasher.update(&buffer[..count]),
        }
    }
    Ok(crate::legacy::hex(&hasher.finalize()))
}
