//! Digests of files, remembered as long as a file is the same by inode, size and times: the gate asks for them at every
//! call.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::hex;
use crate::whole::{self, Keep};

/// A file that was changed within this time may change again without a sign: times have a grain. In nanoseconds.
const SETTLED: i128 = 2_000_000_000;

/// What tells that a file is still the one that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let found = fs::metadata(path)?;
        Ok(Self {
            device: found.dev(),
            inode: found.ino(),
            size: found.size(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        })
    }

    /// Whether it is long enough ago that the file changed for another change to show.
    pub(super) fn is_settled(&self) -> bool {
        let at = |(seconds, nanos): (i64, i64)| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        Timestamp::now().as_nanosecond() - at(self.changed).max(at(self.modified)) > SETTLED
    }
}

/// The digests of files.
#[derive(Debug, Default)]
pub struct Digests {
    file: Option<PathBuf>,
    known: BTreeMap<PathBuf, (Stamp, String)>,
    learnt: bool,
}

impl Digests {
    /// Those that are remembered in `folder`. What cannot be read there is not known.
    pub fn remembered(folder: &Path) -> Self {
        let file = folder.join("digests.json");
        let known =
            fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Self { file: Some(file), known, learnt: false }
    }

    /// SHA-256 of a file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of(&mut self, path: &Path) -> io::Result<String> {
        let stamp = Stamp::of(path)?;
        if let Some((known, digest)) = self.known.get(path)
            && *known == stamp
        {
            return Ok(digest.clone());
        }
        let digest = hex::sha256(fs::read(path)?);
        if stamp.is_settled() {
            self.known.insert(path.to_owned(), (stamp, digest.clone()));
            self.learnt = true;
        }
        Ok(digest)
    }

    /// Remembers what was learnt. A failure costs the next call the time to read the files again, and nothing else.
    pub fn remember(&self) {
        let (Some(file), true) = (&self.file, self.learnt) else { return };
        let Ok(text) = serde_json::to_vec(&self.known) else { return };
        drop(whole::write(file, &text, Keep::Perhaps));
    }
}
