//! The digests that a proof holds for, and what in them is not the same any more.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use crate::adapter::Adapter;

use super::cache::Digests;

/// Fairway itself.
const PROGRAM: &str = "program";
/// What its configuration says of the queue's rules.
const POLICY: &str = "policy";
/// Before the path of a script of the legacy, relative to its checkout.
const SCRIPT: &str = "script ";
/// Before the path of a data file of the harness that the project has of its own, relative to the folder of those. What
/// ships is part of the program.
const DATA: &str = "data ";

/// Digests of everything that decides on what a comparison shows, by what they are of: the program, the policy, each
/// script, each data file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Seal(BTreeMap<String, String>);

/// Where the things lie whose digests are taken.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Fairway's program.
    pub program: &'a Path,
    /// The folder in which the project keeps the harness's files.
    pub data: &'a Path,
    /// The digest of the policy's configuration.
    pub policy: &'a str,
}

/// What is not as it was when something was proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The program, the policy, a script or a data file.
    pub what: String,
    /// What became of it.
    pub how: How,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It is another one.
    Changed,
    /// It is not there any more.
    Gone,
    /// It was not there.
    New,
}

impl std::fmt::Display for Change {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let how = match self.how {
            How::Changed => "changed",
            How::Gone => "is gone",
            How::New => "is new",
        };
        write!(out, "{} {how}", self.what)
    }
}

impl Seal {
    /// Digests of the program, the policy and the project's data files.
    ///
    /// # Errors
    /// One of the files cannot be read.
    pub fn take(place: Place<'_>, digests: &mut Digests) -> io::Result<Self> {
        let mut parts = BTreeMap::from([
            (PROGRAM.to_owned(), digests.of(place.program)?),
            (POLICY.to_owned(), place.policy.to_owned()),
        ]);
        for name in ["adapters", "scenarios", "normalisers.toml", "waivers.toml"] {
            let top = place.data.join(name);
            if !top.exists() {
                continue;
            }
            for found in WalkDir::new(&top) {
                let found = found?;
                if found.file_type().is_file() {
                    let relative = found.path().strip_prefix(place.data).unwrap_or(found.path());
                    parts.insert(format!("{DATA}{}", relative.display()), digests.of(found.path())?);
                }
            }
        }
        Ok(Self(parts))
    }

    /// The same with the digests of scripts, by their paths.
    #[must_use]
    pub fn with_scripts(mut self, scripts: &BTreeMap<String, String>) -> Self {
        self.0.extend(scripts.iter().map(|(path, digest)| (format!("{SCRIPT}{path}"), digest.clone())));
        self
    }

    /// The same with the digests that the scripts of another seal have now in a checkout, or, where it has none of that
    /// name, in a copy of it. One that is in neither has none.
    ///
    /// # Errors
    /// A script is there and cannot be read.
    pub fn with_scripts_of(
        mut self,
        other: &Self,
        checkout: &Path,
        copy: Option<&Path>,
        digests: &mut Digests,
    ) -> io::Result<Self> {
        for name in other.0.keys().filter(|name| name.starts_with(SCRIPT)) {
            let path = &name[SCRIPT.len()..];
            let here = checkout.join(path);
            let copied = copy.map(|copy| checkout.join(copy).join(path)).filter(|_| !here.exists());
            match digests.of(copied.as_deref().unwrap_or(&here)) {
                Ok(digest) => drop(self.0.insert(name.clone(), digest)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self)
    }

    /// What is not in `now` as it is here. A script that is new counts for nothing: what was proved does not run it.
    pub fn changes(&self, now: &Self) -> Vec<Change> {
        let change = |what: &String, how| Change { what: what.clone(), how };
        let mut changes = Vec::new();
        for (what, digest) in &self.0 {
            match now.0.get(what) {
                None => changes.push(change(what, How::Gone)),
                Some(other) if other != digest => changes.push(change(what, How::Changed)),
                Some(_) => {}
            }
        }
        let new = now.0.keys().filter(|what| !what.starts_with(SCRIPT) && !self.0.contains_key(*what));
        changes.extend(new.map(|what| change(what, How::New)));
        changes
    }
}

/// The digests of the scripts behind an adapter, by their paths in the checkout: the files that it requires, and what
/// lies in the folders that it has for itself, but not where its database is.
///
/// # Errors
/// One of them cannot be read.
pub fn scripts(adapter: &Adapter, checkout: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut digests = Digests::default();
    let mut found = BTreeMap::new();
    for file in &adapter.requires.files {
        found.insert(file.clone(), digests.of(&checkout.join(file))?);
    }
    let database = adapter.files.database.as_ref().map(|path| checkout.join(path));
    let stores = database.as_deref().and_then(Path::parent);
    for folder in &adapter.files.private {
        let top = checkout.join(folder);
        let kept = |path: &Path| stores.is_none_or(|stores| stores == checkout || !path.starts_with(stores));
        for entry in WalkDir::new(&top).into_iter().filter_entry(|entry| kept(entry.path())) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if error.io_error().is_some_and(|e| e.kind() == io::ErrorKind::NotFound) => {
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if entry.file_type().is_file() {
                let relative = entry.path().strip_prefix(checkout).unwrap_or(entry.path());
                found.insert(relative.display().to_string(), digests.of(entry.path())?);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(parts: &[(&str, &str)]) -> Seal {
        Seal(parts.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned())).collect())
    }

    #[test]
    fn what_changed_is_named_and_a_new_script_is_none() {
        let proved =
            seal(&[("program", "1"), ("policy", "1"), ("script a.rb", "1"), ("data waivers.toml", "1")]);
        let now = seal(&[
            ("program", "2"),
            ("policy", "1"),
            ("script b.rb", "1"),
            ("data scenarios/x.toml", "1"),
            ("data waivers.toml", "1"),
        ]);
        let told: Vec<String> = proved.changes(&now).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["program changed", "script a.rb is gone", "data scenarios/x.toml is new"]);
        assert!(proved.changes(&proved).is_empty());
    }

    #[test]
    fn a_data_file_of_the_project_counts() {
        let project = tempfile::tempdir().unwrap();
        let program = project.path().join("program");
        std::fs::write(&program, "x").unwrap();
        let place = Place { program: &program, data: project.path(), policy: "p" };
        let before = Seal::take(place, &mut Digests::default()).unwrap();
        std::fs::create_dir_all(project.path().join("scenarios/claim")).unwrap();
        std::fs::write(project.path().join("scenarios/claim/mine.toml"), "x").unwrap();
        std::fs::write(project.path().join("ledger.jsonl"), "not part of it").unwrap();
        let after = Seal::take(place, &mut Digests::default()).unwrap();
        let told: Vec<String> = before.changes(&after).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["data scenarios/claim/mine.toml is new"]);
    }
}
