//! The data of the harness: what ships inside the binary, and what a project has of its own.
//!
//! A project's file comes before the shipped one of the same name.

mod files;
mod outline;

pub use outline::Outline;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::ZonedDateTime;

use crate::adapter::Adapter;
use crate::datafile::{Problems, Source};
use crate::golden::{Goldens, scenario_digest};
use crate::normalise::{self, Normaliser};
use crate::observation::{SchemaError, StateSchema};
use crate::operation::Vocabulary;
use crate::scenario::Scenario;
use crate::waiver::{self, Waiver};

use files::DataFile;

/// Everything that a run reads.
#[derive(Debug)]
pub struct Library {
    /// The operations.
    pub vocabulary: Vocabulary,
    /// The canonical state.
    pub schema: StateSchema,
    /// The adapters.
    pub adapters: Vec<Adapter>,
    /// The scenarios, by behaviour and name.
    pub scenarios: Vec<Scenario>,
    /// The rules that mask values.
    pub normalisers: Vec<Normaliser>,
    /// The accepted differences.
    pub waivers: Vec<Waiver>,
    /// What the reference showed, as far as it was recorded and accepted. They are read when they are asked for.
    pub goldens: Goldens,
    /// What each scenario does, as a digest, by `behaviour/name`.
    scenario_digests: BTreeMap<String, String>,
}

/// What asks and recognises operations and reads states, and compares nothing.
#[derive(Debug)]
pub struct Systems {
    /// The operations.
    pub vocabulary: Vocabulary,
    /// The canonical state.
    pub schema: StateSchema,
    /// The adapters.
    pub adapters: Vec<Adapter>,
}

impl Systems {
    /// An adapter by name.
    pub fn adapter(&self, name: &str) -> Option<&Adapter> {
        self.adapters.iter().find(|adapter| adapter.name == name)
    }
}

/// The data cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// Problems in data files.
    #[error("{0}")]
    Problems(#[from] Problems),
    /// The schema of the state is of no use.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A file cannot be read.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Library {
    /// Reads what ships, and what the project at `project` has under `.fairway/parity`.
    ///
    /// # Errors
    /// Every problem in every file, or a file that cannot be read.
    pub fn load(project: Option<&Path>) -> Result<Self, LibraryError> {
        let schema = StateSchema::parse(files::STATE_SCHEMA)?;
        let vocabulary = Vocabulary::parse(&Source::new("parity/vocabulary.toml", files::VOCABULARY))?;
        let mut problems = Collector::default();
        let adapters = problems.adapters(project, &vocabulary, &schema)?;
        let scenario_files = files::scenarios(project)?;
        let scenario_digests = scenario_files.iter().map(|file| {
            let id = format!("{}/{}", file.folder, file.name);
            (id, scenario_digest(file.source.text()))
        });
        let scenario_digests = scenario_digests.collect();
        let scenarios =
            scenario_files.iter().filter_map(|file| problems.take(scenario(file, &vocabulary))).collect();
        let normalisers = files::normalisers(project)?;
        let today = ZonedDateTime::now().date();
        let normalisers = normalisers
            .iter()
            .filter_map(|source| problems.take(normalise::parse(source, today)))
            .flatten()
            .collect();
        let decisions: BTreeSet<String> = files::decisions(project);
        let waivers = files::waivers(project)?;
        let waivers = waivers
            .iter()
            .filter_map(|source| problems.take(waiver::parse(source, &decisions, today)))
            .flatten()
            .collect();
        problems.done()?;
        let goldens = Goldens::of_project(project);
        Ok(Self { vocabulary, schema, adapters, scenarios, normalisers, waivers, goldens, scenario_digests })
    }

    /// Reads the vocabulary and the adapters alone, for what asks or recognises operations and compares nothing.
    ///
    /// # Errors
    /// Every problem in them, or a file that cannot be read.
    pub fn systems(project: Option<&Path>) -> Result<Systems, LibraryError> {
        let schema = StateSchema::parse(files::STATE_SCHEMA)?;
        let vocabulary = Vocabulary::parse(&Source::new("parity/vocabulary.toml", files::VOCABULARY))?;
        let mut problems = Collector::default();
        let adapters = problems.adapters(project, &vocabulary, &schema)?;
        problems.done()?;
        Ok(Systems { vocabulary, schema, adapters })
    }

    /// Reads the text of a waiver file as one of the project's.
    ///
    /// # Errors
    /// Every problem in it.
    pub fn waivers_of(project: Option<&Path>, source: &Source) -> Result<Vec<Waiver>, Problems> {
        waiver::parse(source, &files::decisions(project), ZonedDateTime::now().date())
    }

    /// What a scenario does, as a digest; empty for one that is no file.
    pub fn scenario_digest(&self, scenario: &Scenario) -> &str {
        self.scenario_digests.get(&scenario.id()).map_or("", String::as_str)
    }

    /// An adapter by name.
    pub fn adapter(&self, name: &str) -> Option<&Adapter> {
        self.adapters.iter().find(|adapter| adapter.name == name)
    }
}

fn scenario(file: &DataFile, vocabulary: &Vocabulary) -> Result<Scenario, Problems> {
    Scenario::parse(&file.source, &file.folder, &file.name, vocabulary)
}

#[derive(Default)]
struct Collector(Option<Problems>);

impl Collector {
    fn take<T>(&mut self, result: Result<T, Problems>) -> Option<T> {
        match (result, &mut self.0) {
            (Ok(value), _) => return Some(value),
            (Err(found), Some(all)) => all.extend(found),
            (Err(found), none) => *none = Some(found),
        }
        None
    }

    fn adapters(
        &mut self,
        project: Option<&Path>,
        vocabulary: &Vocabulary,
        schema: &StateSchema,
    ) -> Result<Vec<Adapter>, LibraryError> {
        let files = files::adapters(project)?.into_iter();
        Ok(files.filter_map(|file| self.take(Adapter::parse(&file.source, vocabulary, schema))).collect())
    }

    fn done(self) -> Result<(), Problems> {
        self.0.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_sound() {
        let library = Library::load(None).unwrap_or_else(|error| panic!("{error}"));
        let sections: BTreeSet<&str> = library.schema.sections.iter().map(|s| s.name.as_str()).collect();
        for name in ["gpuaas", "fairway"] {
            let adapter = library.adapter(name).unwrap_or_else(|| panic!("no adapter {name}"));
            let read: BTreeSet<&str> = adapter.state.iter().map(|section| section.name.as_str()).collect();
            assert_eq!(read, sections, "the state that {name} shows");
            assert!(!adapter.summary.is_empty());
        }
    }

    #[test]
    fn a_projects_own_file_comes_first() {
        let project = tempfile::tempdir().unwrap();
        let folder = project.path().join(".fairway/parity/scenarios/claim");
        std::fs::create_dir_all(&folder).unwrap();
        let text = "behaviour = \"claim\"\nsummary = \"mine\"\nstart = \"standard\"\n[[steps]]\ngit = [\"status\"]\n";
        std::fs::write(folder.join("todo-task.toml"), text).unwrap();
        let library = Library::load(Some(project.path())).unwrap();
        let mine: Vec<_> = library.scenarios.iter().filter(|s| s.id() == "claim/todo-task").collect();
        assert_eq!(mine.len(), 1);
        assert_eq!(mine[0].summary, "mine");
    }
}
