//! What a long run found so far, in a file beside its results. It is written after every batch, so that the run can be
//! taken up again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is kept.
pub(crate) trait Journal: Serialize + DeserializeOwned {
    /// The name of the file.
    const FILE: &'static str;
    /// What else than the seed tells one run from another.
    const MADE_OF: &'static str;

    /// What the run's choices are made from.
    fn seed(&self) -> u64;

    /// Whether another journal is of the same run.
    fn continues(&self, other: &Self) -> bool;
}

/// Why a journal cannot be taken up or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It is of another run.
    #[error("{path} is of a run with seed {seed}, or with {made_of}", path = path.display())]
    OtherRun {
        /// The journal.
        path: PathBuf,
        /// Its seed.
        seed: u64,
        /// What may be another instead.
        made_of: &'static str,
    },
    /// It cannot be understood.
    #[error("{path} is no journal of a run: {source}", path = path.display())]
    Broken {
        /// The journal.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// A file cannot be read or written: it, or one beside it.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl JournalError {
    /// For `map_err`: an input or output error at `path`.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }

    /// The journal in `out` is not of the run that `journal` is of.
    pub(crate) fn other_run<J: Journal>(out: &Path, journal: &J) -> Self {
        Self::OtherRun { path: out.join(J::FILE), seed: journal.seed(), made_of: J::MADE_OF }
    }
}

/// The journal that was left unfinished in `out`, or else `new`.
pub(crate) fn open<J: Journal>(out: &Path, new: J) -> Result<J, JournalError> {
    let path = out.join(J::FILE);
    if !path.exists() {
        return Ok(new);
    }
    let text = fs::read_to_string(&path).map_err(JournalError::file(&path))?;
    let old: J = serde_json::from_str(&text).map_err(|source| JournalError::Broken { path, source })?;
    if new.continues(&old) { Ok(old) } else { Err(JournalError::other_run(out, &old)) }
}

/// Writes it, whole or not at all.
pub(crate) fn save<J: Journal>(out: &Path, journal: &J) -> Result<(), JournalError> {
    let (path, part) = (out.join(J::FILE), out.join(format!("{}.part", J::FILE)));
    let mut text =
        serde_json::to_string_pretty(journal).map_err(|error| JournalError::file(&path)(error.into()))?;
    text.push('\n');
    fs::write(&part, text).map_err(JournalError::file(&part))?;
    fs::rename(&part, &path).map_err(JournalError::file(&path))
}

/// Removes what one batch left, which makes room for the next.
pub(crate) fn clear(folder: &Path) -> Result<(), JournalError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(JournalError::file(folder)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Walk {
        seed: u64,
        steps: usize,
    }

    impl Journal for Walk {
        const FILE: &'static str = "walk.json";
        const MADE_OF: &'static str = "other shoes";

        fn seed(&self) -> u64 {
            self.seed
        }

        fn continues(&self, other: &Self) -> bool {
            self.seed == other.seed
        }
    }

    #[test]
    fn a_run_is_taken_up_and_another_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path();
        assert_eq!(open(out, Walk { seed: 1, steps: 0 }).unwrap().steps, 0);
        save(out, &Walk { seed: 1, steps: 7 }).unwrap();
        assert_eq!(open(out, Walk { seed: 1, steps: 0 }).unwrap().steps, 7);
        let other = open(out, Walk { seed: 2, steps: 0 }).unwrap_err().to_string();
        assert!(other.ends_with("walk.json is of a run with seed 1, or with other shoes"), "{other}");
        std::fs::write(out.join("walk.json"), "{").unwrap();
        let broken = open(out, Walk { seed: 1, steps: 0 }).unwrap_err().to_string();
        assert!(broken.contains("walk.json is no journal of a run: "), "{broken}");
        let nowhere = save(&out.join("nowhere"), &Walk { seed: 1, steps: 0 }).unwrap_err();
        assert!(matches!(nowhere, JournalError::File { .. }));
    }
}
