//! What a legacy checkout has, and private copies of it. The sources are opened to read, never moved, renamed or written.
//!
//! Where to look is the mapping's to say ([`SourcesMapping`]); a queue file or a database can also be named itself.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::import::SourceStamp;
use super::{MigrateError, Watch};
use crate::git::Repository;
use crate::legacy::packs::{self, Catalog};
use crate::legacy::queue::{self, Format, QueueDocument};
use crate::legacy::snapshot::{Mapping, Snapshot, SnapshotError, SourcesMapping};
use crate::model::Diagnostic;
use crate::policy::definitions::ImportRules;

/// How a place says that it is in the git directory.
const IN_GIT: &str = "git:";
/// How every SQLite database begins.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// A place of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// As the mapping names it, or the name of the file that was named: the same wherever the checkout is.
    pub name: String,
    /// Where it is here.
    pub path: PathBuf,
}

/// What there is, found and not read yet.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The root of the checkout, when it is one.
    pub root: Option<PathBuf>,
    /// The queue file.
    pub queue: Option<Place>,
    /// The database that goes with it.
    pub database: Option<Place>,
    /// The catalogue of regression packs.
    pub packs: Option<Place>,
    /// What was looked for and is not there.
    pub missing: Vec<String>,
}

/// Finds what the mapping says that a checkout has; a file is a source by itself.
///
/// # Errors
/// [`MigrateError::Nowhere`] when there is nothing at `from`.
pub fn find(from: &Path, mapping: &SourcesMapping) -> Result<Found, MigrateError> {
    let meta = std::fs::metadata(from).map_err(|_| MigrateError::Nowhere(from.to_owned()))?;
    if meta.is_file() {
        return named(from);
    }
    let git = Repository::discover(from).and_then(|found| found.checkouts()).ok();
    let has = |root: &Path| mapping.queue.as_ref().is_some_and(|queue| root.join(queue).is_file());
    let here = git.as_ref().and_then(|git| git.here.clone());
    let root = here.filter(|root| !has(from) && has(root)).unwrap_or_else(|| from.to_owned());
    let mut found = Found { root: Some(root.clone()), ..Found::default() };
    let mut look = |name: &Option<String>| {
        let name = name.as_ref()?;
        let path = match name.strip_prefix(IN_GIT) {
            Some(rest) => git.as_ref().map(|git| git.common_dir.join(rest)),
            None => Some(root.join(name)),
        };
        let place = path.filter(|path| path.is_file()).map(|path| Place { name: name.clone(), path });
        if place.is_none() {
            found.missing.push(name.clone());
        }
        place
    };
    let (queue, database, packs) = (look(&mapping.queue), look(&mapping.database), look(&mapping.packs));
    Ok(Found { queue, database, packs, ..found })
}

/// A file that was named: a database when it begins like one, else a queue file.
fn named(path: &Path) -> Result<Found, MigrateError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let place = Place { name, path: path.to_owned() };
    let mut head = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(SQLITE.len() as u64).read_to_end(&mut head))
        .map_err(MigrateError::file("read", path))?;
    Ok(if head == SQLITE {
        Found { database: Some(place), ..Found::default() }
    } else {
        Found { queue: Some(place), ..Found::default() }
    })
}

impl Found {
    /// Whether there is anything to move.
    pub fn is_empty(&self) -> bool {
        self.queue.is_none() && self.database.is_none()
    }
}

/// A file, as it was when it was read.
#[derive(Debug)]
pub struct TakenFile {
    /// Where it is.
    pub place: Place,
    /// All of it.
    pub bytes: Vec<u8>,
    /// The digest of its bytes.
    pub sha256: String,
}

/// The catalogue of regression packs.
#[derive(Debug)]
pub struct TakenPacks {
    /// The file.
    pub file: TakenFile,
    /// What it says; a problem when it is no catalogue.
    pub catalog: Result<Catalog, Box<Diagnostic>>,
}

/// The sources, copied and read.
#[derive(Debug)]
pub struct Taken {
    /// The queue file; none when only a database was found.
    pub queue: Option<TakenFile>,
    /// What it says; nothing when there is none.
    pub document: QueueDocument,
    /// What the queue file was like on disk.
    pub stamp: SourceStamp,
    /// The private copy of the database.
    pub snapshot: Option<(Place, Snapshot)>,
    /// The catalogue of regression packs.
    pub packs: Option<TakenPacks>,
}

/// How the sources are read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// Where the rows of the database go.
    pub mapping: &'a Mapping,
    /// What the configuration demands of a queue file.
    pub rules: &'a ImportRules,
    /// Who watches.
    pub watch: &'a dyn Watch,
}

/// The digests of the sources: what a plan remembers, and what `apply` compares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SourceDigests {
    /// The queue file.
    pub queue: Option<FileDigest>,
    /// The database.
    pub database: Option<DatabaseDigest>,
    /// The catalogue of regression packs.
    pub packs: Option<FileDigest>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FileDigest {
    /// Where it is: relative to the checkout.
    pub place: String,
    /// Of its bytes.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

/// A database. Its digest is of its rows, whatever the layout of its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DatabaseDigest {
    /// Where it is: relative to the checkout, or to the git directory after `git:`.
    pub place: String,
    /// Its schema version.
    pub schema: i64,
    /// Of its rows.
    pub rows_sha256: String,
    /// How many rows it has, by table.
    pub rows: serde_json::Map<String, serde_json::Value>,
}

impl Found {
    /// Copies and reads the sources.
    ///
    /// # Errors
    /// When one cannot be read. What is wrong inside a queue file is in [`Taken::document`].
    pub fn take(self, reading: Reading<'_>) -> Result<Taken, MigrateError> {
        let Reading { mapping, rules, watch } = reading;
        watch.stage("copying the database", 0);
        // The database first: whoever writes to both writes the state last.
        let snapshot = match self.database {
            Some(place) => {
                let snapshot = Snapshot::open(&place.path, mapping.clone())?;
                Some((place, snapshot))
            }
            None => None,
        };
        watch.stage("reading the queue", 0);
        let stamp = self.queue.as_ref().map(|place| SourceStamp::look(&place.path));
        let queue = self.queue.map(read).transpose()?;
        let document = match &queue {
            Some(file) => queue::parse(&file.place.name, &file.bytes, Format::of(&file.place.path), rules),
            None => queue::parse("no queue file", b"[]", Format::Json, rules),
        };
        let stamp = stamp.unwrap_or_else(|| SourceStamp::look(Path::new(""))).with_digest(&document.digest);
        let packs = match self.packs.map(read).transpose()? {
            Some(file) => {
                let catalog = packs::parse(&file.place.name, &file.bytes, &rules.roles);
                Some(TakenPacks { file, catalog })
            }
            None => None,
        };
        Ok(Taken { queue, document, stamp, snapshot, packs })
    }
}

fn read(place: Place) -> Result<TakenFile, MigrateError> {
    let bytes = std::fs::read(&place.path).map_err(MigrateError::file("read", &place.path))?;
    let sha256 = crate::legacy::hex(&Sha256::digest(&bytes));
    Ok(TakenFile { place, bytes, sha256 })
}

impl Taken {
    /// The digests.
    ///
    /// # Errors
    /// When the copy of the database cannot be read.
    pub fn digests(&self) -> Result<SourceDigests, MigrateError> {
        let database = match &self.snapshot {
            Some((place, snapshot)) => Some(DatabaseDigest {
                place: place.name.clone(),
                schema: snapshot.schema(),
                rows_sha256: snapshot.digest()?,
                rows: snapshot
                    .tables()
                    .iter()
                    .map(|table| Ok((table.name.clone(), snapshot.count(table)?.into())))
                    .collect::<Result<_, SnapshotError>>()?,
            }),
            None => None,
        };
        Ok(SourceDigests {
            queue: self.queue.as_ref().map(TakenFile::digest),
            database,
            packs: self.packs.as_ref().map(|packs| packs.file.digest()),
        })
    }
}

impl TakenFile {
    fn digest(&self) -> FileDigest {
        FileDigest {
            place: self.place.name.clone(),
            sha256: self.sha256.clone(),
            bytes: self.bytes.len() as u64,
        }
    }
}

impl SourceDigests {
    /// What differs from the sources of a plan, one sentence each.
    pub fn changes_since(&self, plan: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        let file = |old: &Option<FileDigest>, new: &Option<FileDigest>| match (old, new) {
            (Some(old), None) => Some(format!("{} is gone", old.place)),
            (None, Some(new)) => Some(format!("{} is there now", new.place)),
            (Some(old), Some(new)) if old != new => {
                Some(format!("{} has other bytes ({} then, {} now)", new.place, old.bytes, new.bytes))
            }
            _ => None,
        };
        changes.extend(file(&plan.queue, &self.queue));
        match (&plan.database, &self.database) {
            (Some(old), None) => changes.push(format!("{} is gone", old.place)),
            (None, Some(new)) => changes.push(format!("{} is there now", new.place)),
            (Some(old), Some(new)) if old != new => changes.push(rows_changed(old, new)),
            _ => {}
        }
        changes.extend(file(&plan.packs, &self.packs));
        changes
    }

    /// The digests alone, by source, as the store keeps them.
    pub fn by_source(&self) -> serde_json::Map<String, serde_json::Value> {
        let file = |digest: &Option<FileDigest>| digest.as_ref().map(|digest| digest.sha256.clone());
        [
            ("queue", file(&self.queue)),
            ("database", self.database.as_ref().map(|digest| digest.rows_sha256.clone())),
            ("packs", file(&self.packs)),
        ]
        .into_iter()
        .filter_map(|(name, digest)| Some((name.to_owned(), digest?.into())))
        .collect()
    }
}

fn rows_changed(old: &DatabaseDigest, new: &DatabaseDigest) -> String {
    let count =
        |digest: &DatabaseDigest, table: &str| digest.rows.get(table).and_then(serde_json::Value::as_u64);
    let mut tables: Vec<&String> = old.rows.keys().chain(new.rows.keys()).collect();
    tables.sort_unstable();
    tables.dedup();
    let counts: Vec<String> = tables
        .into_iter()
        .filter(|table| count(old, table) != count(new, table))
        .map(|table| {
            let shown =
                |rows: Option<u64>| rows.map_or_else(|| "no table".to_owned(), |rows| rows.to_string());
            format!("{table} {} then, {} now", shown(count(old, table)), shown(count(new, table)))
        })
        .collect();
    match counts.as_slice() {
        [] => format!("{} has other rows, as many as then", new.place),
        some => format!("{} has other rows: {}", new.place, some.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_database_when_it_begins_like_one() {
        let folder = tempfile::tempdir().unwrap();
        let (queue, database) = (folder.path().join("q.yaml"), folder.path().join("q.db"));
        std::fs::write(&queue, "tasks: []\n").unwrap();
        rusqlite::Connection::open(&database).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        let found = |path: &Path| find(path, &SourcesMapping::default()).unwrap();
        assert_eq!(found(&queue).queue.unwrap().name, "q.yaml");
        assert_eq!(found(&database).database.unwrap().name, "q.db");
        assert!(matches!(
            find(&folder.path().join("no"), &SourcesMapping::default()),
            Err(MigrateError::Nowhere(_))
        ));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("q.yaml"), "[]").unwrap();
        let mapping = SourcesMapping {
            queue: Some("q.yaml".to_owned()),
            database: Some("git:q.db".to_owned()),
            packs: Some("packs.yaml".to_owned()),
            branch: None,
        };
        let found = find(folder.path(), &mapping).unwrap();
        assert_eq!(found.queue.unwrap().path, folder.path().join("q.yaml"));
        assert_eq!(found.missing, ["git:q.db", "packs.yaml"]);
    }
}
