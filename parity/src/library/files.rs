//! Finds the data files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use walkdir::WalkDir;

use crate::datafile::Source;

use super::LibraryError;

pub(super) const VOCABULARY: &str = include_str!("../../vocabulary.toml");
pub(super) const STATE_SCHEMA: &str = include_str!("../../schemas/state-1.json");
const NORMALISERS: &str = include_str!("../../normalisers.toml");
const WAIVERS: &str = include_str!("../../waivers.toml");
static ADAPTERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/adapters");
static SCENARIOS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");
static DECISIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../docs/decisions");

/// A file with its folder and its name without `.toml`.
pub(super) struct DataFile {
    pub(super) folder: String,
    pub(super) name: String,
    pub(super) source: Source,
}

pub(super) fn adapters(project: Option<&Path>) -> Result<Vec<DataFile>, LibraryError> {
    merged(&ADAPTERS, "adapters", project)
}

pub(super) fn scenarios(project: Option<&Path>) -> Result<Vec<DataFile>, LibraryError> {
    merged(&SCENARIOS, "scenarios", project)
}

pub(super) fn normalisers(project: Option<&Path>) -> Result<Vec<Source>, LibraryError> {
    both(project, "normalisers.toml", NORMALISERS)
}

pub(super) fn waivers(project: Option<&Path>) -> Result<Vec<Source>, LibraryError> {
    both(project, "waivers.toml", WAIVERS)
}

/// The names of the decision pages.
pub(super) fn decisions(project: Option<&Path>) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = DECISIONS.files().filter_map(|file| name_of(file.path())).collect();
    let own = project.map(|root| WalkDir::new(root.join("docs/decisions")).max_depth(1));
    names.extend(own.into_iter().flatten().flatten().filter_map(|entry| name_of(entry.path())));
    names
}

fn name_of(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_string_lossy().into_owned())
}

fn root(project: &Path) -> PathBuf {
    project.join(".fairway/parity")
}

/// The project's file, then the shipped one.
fn both(project: Option<&Path>, name: &str, shipped: &str) -> Result<Vec<Source>, LibraryError> {
    let mut sources = Vec::new();
    if let Some(path) = project.map(|project| root(project).join(name)).filter(|path| path.exists()) {
        sources.push(read(&path)?);
    }
    sources.push(Source::new(format!("parity/{name}"), shipped));
    Ok(sources)
}

/// Shipped files, replaced by the project's own of the same path, in the order of their paths.
fn merged(shipped: &Dir<'_>, kind: &str, project: Option<&Path>) -> Result<Vec<DataFile>, LibraryError> {
    let mut found: BTreeMap<PathBuf, Source> = BTreeMap::new();
    let mut folders = vec![shipped];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files().filter(|file| is_toml(file.path())) {
            let name = format!("parity/{kind}/{}", file.path().display());
            found.insert(file.path().to_owned(), Source::new(name, file.contents_utf8().unwrap_or_default()));
        }
    }
    if let Some(own) = project.map(|project| root(project).join(kind)).filter(|own| own.exists()) {
        for entry in WalkDir::new(&own) {
            let entry =
                entry.map_err(|error| LibraryError::File { path: own.clone(), source: error.into() })?;
            if entry.file_type().is_file() && is_toml(entry.path()) {
                let relative = entry.path().strip_prefix(&own).unwrap_or(entry.path()).to_owned();
                found.insert(relative, read(entry.path())?);
            }
        }
    }
    let file = |(path, source): (PathBuf, Source)| DataFile {
        folder: path.parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default(),
        name: path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        source,
    };
    Ok(found.into_iter().map(file).collect())
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

fn read(path: &Path) -> Result<Source, LibraryError> {
    let failed = |source| LibraryError::File { path: path.to_owned(), source };
    Ok(Source::new(path.display().to_string(), fs::read_to_string(path).map_err(failed)?))
}
