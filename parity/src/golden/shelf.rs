//! The folders in which goldens lie: a project's own, then what ships.

use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use walkdir::WalkDir;

use super::file::{self, STARTS, Written};
use super::{Golden, GoldenError, GoldenName};
use crate::whole::{self, Keep};

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../golden");

/// Follows the name of a recording that is not accepted yet.
const PENDING: &str = "pending";

/// Where goldens are kept.
#[derive(Debug, Clone, Default)]
pub struct Goldens {
    own: Option<PathBuf>,
    shipped: bool,
}

/// What a recording comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposal {
    /// The accepted golden says the same.
    Same,
    /// It says the same, and now names the digests of today.
    Refreshed,
    /// It differs from the accepted one and waits for a review.
    Changed,
    /// There is no accepted one; it waits for a review.
    New,
}

/// A recording that waits.
#[derive(Debug, Clone)]
pub struct Pending {
    /// What the reference showed now.
    pub recorded: Golden,
    /// What is accepted; `None` when nothing is.
    pub accepted: Option<Golden>,
    /// The file.
    pub path: PathBuf,
}

impl Goldens {
    /// A project's own, under `.fairway/parity/golden`, then those that ship.
    pub fn of_project(project: Option<&Path>) -> Self {
        Self { own: project.map(|root| root.join(".fairway/parity/golden")), shipped: true }
    }

    /// Those in this folder, and no others.
    pub fn only(folder: PathBuf) -> Self {
        Self { own: Some(folder), shipped: false }
    }

    /// The folder in which new ones are written. `None` outside of a project.
    pub fn folder(&self) -> Option<&Path> {
        self.own.as_deref()
    }

    /// The accepted golden.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn accepted(&self, name: &GoldenName) -> Result<Option<Golden>, GoldenError> {
        let relative = file::path_of(name);
        if let Some(own) = &self.own {
            let path = own.join(&relative);
            if let Some(text) = read(&path)? {
                return file::parse(name, &path, &text, |start| self.start(start)).map(Some);
            }
        }
        let Some(text) = self.shipped(&relative) else { return Ok(None) };
        let path = Path::new("golden").join(&relative);
        file::parse(name, &path, &text, |start| self.start(start)).map(Some)
    }

    /// The accepted golden; that there is none is an error, with its remedy.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn need(&self, name: &GoldenName) -> Result<Golden, GoldenError> {
        let pending = || self.own.as_ref().is_some_and(|own| pending_path(own, name).exists());
        self.accepted(name)?.ok_or_else(|| GoldenError::Missing { name: name.clone(), pending: pending() })
    }

    /// Puts a recording beside the accepted golden, unless that says the `same`.
    ///
    /// # Errors
    /// A file cannot be read or written.
    pub fn propose(
        &self,
        recorded: &Golden,
        same: impl Fn(&Golden) -> bool,
    ) -> Result<Proposal, GoldenError> {
        let own = self.own.as_deref().unwrap_or(Path::new("golden"));
        let accepted = self.accepted(&recorded.name)?;
        let pending = pending_path(own, &recorded.name);
        let (path, proposal) = match accepted {
            Some(accepted) if same(&accepted) => {
                remove(&pending)?;
                if accepted.made_of == recorded.made_of {
                    return Ok(Proposal::Same);
                }
                (own.join(file::path_of(&recorded.name)), Proposal::Refreshed)
            }
            Some(_) => (pending, Proposal::Changed),
            None => (pending, Proposal::New),
        };
        let written = Written::of(recorded);
        let start = own.join(&written.start_path);
        if !start.exists() {
            write(&start, &written.start)?;
        }
        write(&path, &written.page)?;
        Ok(proposal)
    }

    /// Every recording that waits, by name.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn pending(&self) -> Result<Vec<Pending>, GoldenError> {
        let Some(own) = &self.own else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for path in files(own)?.into_iter().filter(|path| has_extension(path, PENDING)) {
            let Some(name) = name_of(own, &path) else { continue };
            let Some(text) = read(&path)? else { continue };
            let recorded = file::parse(&name, &path, &text, |start| self.start(start))?;
            all.push(Pending { recorded, accepted: self.accepted(&name)?, path });
        }
        Ok(all)
    }

    /// Makes a recording the accepted golden.
    ///
    /// # Errors
    /// A file cannot be moved.
    pub fn accept(&self, pending: &Pending) -> Result<(), GoldenError> {
        let accepted = pending.path.with_extension("");
        fs::rename(&pending.path, &accepted).map_err(GoldenError::file(&pending.path))
    }

    /// Throws a recording away.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub fn reject(&self, pending: &Pending) -> Result<(), GoldenError> {
        remove(&pending.path)
    }

    /// Removes starting states that no golden and no recording names any more.
    ///
    /// # Errors
    /// A file cannot be read or removed.
    pub fn tidy(&self) -> Result<(), GoldenError> {
        let Some(own) = &self.own else { return Ok(()) };
        let files = files(own)?;
        let (starts, goldens): (Vec<_>, Vec<_>) = files.into_iter().partition(|path| is_start(path));
        let mut named = std::collections::BTreeSet::new();
        for path in goldens {
            let text = read(&path)?.unwrap_or_default();
            // A file that is no golden may name any of them.
            let Some(start) = file::start_named(&text) else { return Ok(()) };
            named.insert(own.join(start));
        }
        starts.iter().filter(|path| !named.contains(*path)).try_for_each(|path| remove(path))
    }

    /// A starting state, wherever it lies: states are named by their digest.
    fn start(&self, relative: &Path) -> Result<Option<String>, GoldenError> {
        let own = self.own.as_ref().map(|own| read(&own.join(relative))).transpose()?.flatten();
        Ok(own.or_else(|| self.shipped(relative)))
    }

    fn shipped(&self, relative: &Path) -> Option<String> {
        let file = SHIPPED.get_file(relative).filter(|_| self.shipped)?;
        file.contents_utf8().map(str::to_owned)
    }
}

fn pending_path(own: &Path, name: &GoldenName) -> PathBuf {
    own.join(file::path_of(name)).with_extension(format!("json.{PENDING}"))
}

fn name_of(own: &Path, path: &Path) -> Option<GoldenName> {
    let relative = path.strip_prefix(own).ok()?.to_str()?;
    let mut parts = relative.strip_suffix(&format!(".json.{PENDING}"))?.split('/');
    let mut part = || parts.next().map(str::to_owned);
    Some(GoldenName { adapter: part()?, behaviour: part()?, scenario: part()? })
}

fn is_start(path: &Path) -> bool {
    path.parent().and_then(Path::file_name).is_some_and(|folder| folder == STARTS)
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension == wanted)
}

/// All files of goldens below a folder, by path; none when it is not there.
fn files(own: &Path) -> Result<Vec<PathBuf>, GoldenError> {
    if !own.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in WalkDir::new(own).min_depth(2).sort_by_file_name() {
        let entry =
            entry.map_err(|error| GoldenError::File { path: own.to_owned(), source: error.into() })?;
        let path = entry.path();
        if entry.file_type().is_file() && (has_extension(path, "json") || has_extension(path, PENDING)) {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

fn read(path: &Path) -> Result<Option<String>, GoldenError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(GoldenError::File { path: path.to_owned(), source: error }),
    }
}

/// Writes a file whole or not at all: several scenarios are recorded at once, and may begin alike.
fn write(path: &Path, text: &str) -> Result<(), GoldenError> {
    let folder = path.parent().unwrap_or(path);
    let put = || {
        fs::create_dir_all(folder)?;
        whole::write(path, text.as_bytes(), Keep::Perhaps)
    };
    put().map_err(GoldenError::file(path))
}

fn remove(path: &Path) -> Result<(), GoldenError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(GoldenError::File { path: path.to_owned(), source: error })
        }
        _ => Ok(()),
    }
}
