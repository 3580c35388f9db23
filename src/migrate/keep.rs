//! Keeps what a rollback and a later look need: the plan, the sources, the store before. The folder is made under another
//! name and renamed when all of it is on the disk.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::sources::Taken;
use super::{Folder, MigrateError, MigrationId, Migrations};
use crate::legacy::queue::Format;
use crate::store::Reader;

/// What the name of a folder begins with until it is whole.
const UNFINISHED: &str = ".new-";

impl Migrations {
    /// Removes what killed calls left: folders that were not finished, and folders of this plan of which the store knows
    /// nothing.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub fn sweep(&self, store: &Reader<'_>, plan_sha256: &str) -> Result<(), MigrateError> {
        let known: Vec<String> = store.migrations()?.into_iter().map(|row| row.id).collect();
        let entries = std::fs::read_dir(self.root()).map_err(MigrateError::file("read", self.root()))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let left = name.starts_with(UNFINISHED)
                || MigrationId::parse(&name).is_some_and(|id| id.is_of(plan_sha256))
                    && !known.contains(&name);
            if left {
                std::fs::remove_dir_all(entry.path()).map_err(MigrateError::file("remove", entry.path()))?;
            }
        }
        Ok(())
    }

    /// Keeps plan, sources and store of a migration that is about to be applied. Answers the digest of the store's copy;
    /// none when it holds nothing.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn keep(
        &self,
        id: &MigrationId,
        plan: &str,
        taken: &Taken,
        store: &Reader<'_>,
    ) -> Result<Option<String>, MigrateError> {
        let folder = Folder::unfinished(self.root().join(format!("{UNFINISHED}{id}")), id);
        std::fs::create_dir_all(folder.sources()).map_err(MigrateError::file("make", folder.sources()))?;
        write(&folder.plan(), plan.as_bytes())?;
        if let Some(queue) = &taken.queue {
            let name = match taken.document.format {
                Format::Yaml => "queue.yaml",
                Format::Json => "queue.json",
            };
            write(&folder.sources().join(name), &queue.bytes)?;
        }
        if let Some((_, snapshot)) = &taken.snapshot {
            snapshot.copy_to(&folder.database())?;
            sync(&folder.database())?;
        }
        if let Some(packs) = &taken.packs {
            write(&folder.packs(), &packs.file.bytes)?;
        }
        let before = if store.holds_nothing()? {
            None
        } else {
            store.copy_committed(&folder.before())?;
            Some(sha256(&folder.before())?)
        };
        sync(&folder.sources())?;
        sync(folder.path())?;
        let whole = self.folder(id);
        std::fs::rename(folder.path(), whole.path()).map_err(MigrateError::file("write", whole.path()))?;
        sync(self.root())?;
        Ok(before)
    }
}

/// Writes a file in the place of what is there: all of it, or nothing. What a killed call leaves beside it has the same name
/// each time, and is written over.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), MigrateError> {
    let unfinished = path.with_extension("unfinished");
    write(&unfinished, text.as_bytes())?;
    std::fs::rename(&unfinished, path).map_err(MigrateError::file("write", path))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), MigrateError> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(MigrateError::file("write", path))
}

/// Brings a file, or the names in a folder, to the disk.
fn sync(path: &Path) -> Result<(), MigrateError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(MigrateError::file("write", path))
}

/// The digest of a file.
pub(super) fn sha256(path: &Path) -> Result<String, MigrateError> {
    let mut hasher = Sha256::new();
    let mut file = File::open(path).map_err(MigrateError::file("read", path))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match std::io::Read::read(&mut file, &mut buffer).map_err(MigrateError::file("read", path))? {
            0 => return Ok(crate::legacy::hex(&hasher.finalize())),
            count => hasher.update(&buffer[..count]),
        }
    }
}

/// A copy of a file that may be opened to write, in a folder that goes with the answer.
pub(super) fn private_copy(path: &Path) -> Result<(tempfile::TempDir, PathBuf), MigrateError> {
    let folder = tempfile::Builder::new()
        .prefix("fairway-restore-")
        .tempdir()
        .map_err(MigrateError::file("make", std::env::temp_dir()))?;
    let copy = folder.path().join("before.db");
    std::fs::copy(path, &copy).map_err(MigrateError::file("read", path))?;
    Ok((folder, copy))
}
