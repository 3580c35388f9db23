//! What is kept of a migration, in a folder beside the store:
//!
//! ```text
//! migrations/               of a store `state.db`; of another one `NAME-migrations/`
//!   lock                    held while a migration runs
//!   rehearsals/<plan>.json  that a plan was tried, and how that went
//!   <id>/
//!     plan.json             the plan that was applied
//!     sources/              the sources: queue.yaml or queue.json, queue.db, packs.yaml
//!     before.db             the store before; absent when it held nothing
//!     journal.json          on rollback: what was done in the store since
//!     undone.db             on rollback: the store as it was then
//! ```
//!
//! A folder is made under another name and renamed when it is whole. It counts once the store has a row of its id: a folder
//! without one is what a killed `apply` left behind.

use std::fmt;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::MigrateError;
use crate::model::Timestamp;
use crate::store::{MigrationState, Reader};

/// The name of a migration: its moment and the beginning of its plan's digest. The order of the texts is that of the times.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MigrationId(String);

/// How much of the plan's digest is in an id.
const DIGEST: usize = 8;

impl MigrationId {
    /// The id of a migration of that plan that begins now.
    pub fn new(now: Timestamp, plan_sha256: &str) -> Self {
        let moment: String = now.to_seconds().chars().filter(char::is_ascii_digit).collect();
        let (date, time) = moment.split_at_checked(8).unwrap_or((&moment, ""));
        let digest: String = plan_sha256.chars().take(DIGEST).collect();
        Self(format!("{date}-{time}-{digest}"))
    }

    /// The id that a text is, when it has the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        let mut parts = text.split('-');
        let (date, time, digest) = (parts.next()?, parts.next()?, parts.next()?);
        let sound = digits(date, 8)
            && digits(time, 6)
            && digest.len() == DIGEST
            && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
            && parts.next().is_none();
        sound.then(|| Self(text.to_owned()))
    }

    /// Whether it is the id of a migration of that plan.
    pub fn is_of(&self, plan_sha256: &str) -> bool {
        self.0.rsplit('-').next().is_some_and(|digest| plan_sha256.starts_with(digest))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MigrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The folder of all migrations of a store.
#[derive(Debug, Clone)]
pub struct Migrations {
    root: PathBuf,
}

/// That no other migration runs; given back when it is dropped, and by the system when the process ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held")] File);

impl Migrations {
    /// Those of the store at `db`: in `migrations` beside it. A store of another name than `state.db` has a folder of its
    /// own name, since two stores may lie in one folder. It need not exist.
    pub fn of_store(db: &Path) -> Self {
        let beside = db.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = match db.file_name().map(|name| name.to_string_lossy()) {
            Some(name) if name != "state.db" => format!("{name}-migrations"),
            _ => "migrations".to_owned(),
        };
        Self { root: beside.join(name) }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of one migration; it need not exist.
    pub fn folder(&self, id: &MigrationId) -> Folder {
        Folder { path: self.root.join(id.as_str()), id: id.clone() }
    }

    /// The folders that there are, oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn folders(&self) -> Result<Vec<Folder>, MigrateError> {
        let entries = match std::fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(MigrateError::file("read", &self.root)(error)),
        };
        let mut ids: Vec<MigrationId> =
            entries.filter_map(|entry| MigrationId::parse(entry.ok()?.file_name().to_str()?)).collect();
        ids.sort();
        Ok(ids.iter().map(|id| self.folder(id)).collect())
    }

    /// The folder of the migration that was applied last and is not rolled back, as the store has it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn latest(&self, store: &Reader<'_>) -> Result<Option<Folder>, MigrateError> {
        let rows = store.migrations()?;
        let applied = rows.iter().rev().filter(|row| row.state == MigrationState::Applied);
        Ok(applied.filter_map(|row| MigrationId::parse(&row.id)).map(|id| self.folder(&id)).next())
    }

    /// Where the rehearsal of a plan is recorded.
    pub fn rehearsal(&self, plan_sha256: &str) -> PathBuf {
        self.root.join("rehearsals").join(format!("{plan_sha256}.json"))
    }

    /// Makes the folder, which git ignores.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make(&self) -> Result<(), MigrateError> {
        std::fs::create_dir_all(&self.root).map_err(MigrateError::file("make", &self.root))?;
        let ignore = self.root.join(".gitignore");
        // An empty one is what a full disk left.
        if std::fs::metadata(&ignore).map_or(0, |meta| meta.len()) == 0 {
            std::fs::write(&ignore, "*\n").map_err(MigrateError::file("write", &ignore))?;
        }
        Ok(())
    }

    /// Takes the lock that lets one migration run at a time.
    ///
    /// # Errors
    /// [`MigrateError::Running`] when another one runs.
    pub fn lock(&self) -> Result<Lock, MigrateError> {
        self.make()?;
        let path = self.root.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(MigrateError::file("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => Err(MigrateError::Running(path)),
            Err(TryLockError::Error(error)) => Err(MigrateError::file("lock", &path)(error)),
        }
    }
}

/// What is kept of one migration.
#[derive(Debug, Clone)]
pub struct Folder {
    id: MigrationId,
    path: PathBuf,
}

impl Folder {
    /// A folder under another name than its id's, until it is whole.
    pub(super) fn unfinished(path: PathBuf, id: &MigrationId) -> Self {
        Self { id: id.clone(), path }
    }

    /// The migration.
    pub fn id(&self) -> &MigrationId {
        &self.id
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The plan that was applied.
    pub fn plan(&self) -> PathBuf {
        self.path.join("plan.json")
    }

    /// Where the sources are.
    pub fn sources(&self) -> PathBuf {
        self.path.join("sources")
    }

    /// The queue file as it was, when there was one: `queue.yaml` or `queue.json`.
    pub fn queue(&self) -> Option<PathBuf> {
        ["queue.yaml", "queue.json"]
            .map(|name| self.sources().join(name))
            .into_iter()
            .find(|path| path.is_file())
    }

    /// The database as it was: one file, without a log beside it. It need not exist.
    pub fn database(&self) -> PathBuf {
        self.sources().join("queue.db")
    }

    /// The catalogue of regression packs as it was. It need not exist.
    pub fn packs(&self) -> PathBuf {
        self.sources().join("packs.yaml")
    }

    /// The store before; absent when it held nothing.
    pub fn before(&self) -> PathBuf {
        self.path.join("before.db")
    }

    /// What was done since, once it was rolled back.
    pub fn journal(&self) -> PathBuf {
        self.path.join("journal.json")
    }

    /// The store as it was when it was rolled back.
    pub fn undone(&self) -> PathBuf {
        self.path.join("undone.db")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_their_moment() {
        let at = |text: &str| MigrationId::new(Timestamp::parse(text).unwrap(), &"ab12cd34".repeat(8));
        let first = at("2026-02-27T16:00:00Z");
        assert_eq!(first.as_str(), "20260227-160000-ab12cd34");
        assert_eq!(MigrationId::parse(first.as_str()), Some(first.clone()));
        assert!(first < at("2026-02-27T16:00:01Z"));
        assert!(first.is_of(&"ab12cd34".repeat(8)) && !first.is_of(&"cd34ab12".repeat(8)));
        for text in ["", "lock", "20260227-160000", "20260227-160000-ab12cd34-x", "20260227-160000-ab12cdxx"]
        {
            assert_eq!(MigrationId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn one_migration_runs_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let migrations = Migrations::of_store(&folder.path().join("state.db"));
        let lock = migrations.lock().unwrap();
        assert!(matches!(migrations.lock(), Err(MigrateError::Running(_))));
        drop(lock);
        assert!(migrations.lock().is_ok());
    }
}
