//! What is kept of a call of the legacy until the candidate has done it too.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::hex;
use crate::sandbox::{SandboxError, settle_database};

use super::pass_on::Passed;

/// Where a queue is.
#[derive(Debug, Clone, Copy)]
pub struct Queue<'a> {
    /// The main checkout.
    pub checkout: &'a Path,
    /// The queue file, relative to it.
    pub file: &'a str,
    /// The database, relative to it.
    pub database: Option<&'a str>,
}

/// A call of the legacy, in a folder of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The name of its folder.
    pub id: String,
    /// The words of the command.
    pub words: Vec<String>,
    /// The target of a wrapper whose recipe they are; without one they say themselves what is asked.
    #[serde(default)]
    pub target: Option<String>,
    /// Where it ran.
    pub cwd: PathBuf,
    /// When it began, by the system's clock.
    pub began: Timestamp,
    /// When it had ended.
    pub ended: Timestamp,
    /// Its exit code; `None` when a signal ended it.
    pub exit: Option<u8>,
    /// The digest of the queue file before and after.
    pub queue: [String; 2],
    /// Whether there was a database before, and after.
    pub database: [bool; 2],
    /// Variables of the caller that the adapter names, such as the clock.
    pub variables: Vec<(String, String)>,
}

/// A call cannot be kept, or is not there.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The database cannot be copied.
    #[error(transparent)]
    Database(#[from] SandboxError),
    /// A file cannot be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What is kept cannot be understood.
    #[error("{path} is no call that was kept: {source}", path = path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

impl JobError {
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::File { path, source }
    }
}

/// The two moments.
const BEFORE: &str = "before";
const AFTER: &str = "after";

impl Job {
    /// Keeps what the queue holds before a call.
    ///
    /// # Errors
    /// It cannot be kept. The call can be made all the same.
    pub fn begin(
        folder: &Path,
        id: &str,
        words: &[String],
        cwd: &Path,
        queue: Queue<'_>,
    ) -> Result<Self, JobError> {
        let here = folder.join(id);
        fs::create_dir_all(&here).map_err(JobError::file(&here))?;
        let (digest, database) = keep(&here, BEFORE, queue)?;
        let now = Timestamp::now();
        Ok(Self {
            id: id.to_owned(),
            words: words.to_vec(),
            target: None,
            cwd: cwd.to_owned(),
            began: now,
            ended: now,
            exit: None,
            queue: [digest, String::new()],
            database: [database, false],
            variables: Vec::new(),
        })
    }

    /// Keeps what came of it.
    ///
    /// # Errors
    /// It cannot be kept.
    pub fn end(mut self, folder: &Path, passed: &Passed, queue: Queue<'_>) -> Result<Self, JobError> {
        let here = folder.join(&self.id);
        self.ended = Timestamp::now();
        self.exit = (!passed.killed).then_some(passed.code);
        let (digest, database) = keep(&here, AFTER, queue)?;
        (self.queue[1], self.database[1]) = (digest, database);
        for (name, bytes) in [("stdout", &passed.stdout), ("stderr", &passed.stderr)] {
            let path = here.join(name);
            fs::write(&path, bytes).map_err(JobError::file(&path))?;
        }
        // Last: a call whose page is there is whole.
        let path = here.join("job.json");
        let text = serde_json::to_vec_pretty(&self)
            .map_err(|source| JobError::Broken { path: path.clone(), source })?;
        fs::write(&path, text).map_err(JobError::file(&path))?;
        Ok(self)
    }

    /// Reads what was kept.
    ///
    /// # Errors
    /// It is not there, or cannot be understood.
    pub fn read(folder: &Path, id: &str) -> Result<Self, JobError> {
        let path = folder.join(id).join("job.json");
        let text = fs::read(&path).map_err(JobError::file(&path))?;
        serde_json::from_slice(&text).map_err(|source| JobError::Broken { path, source })
    }

    /// A stream of the command.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn stream(&self, folder: &Path, name: &str) -> Result<Vec<u8>, JobError> {
        let path = folder.join(&self.id).join(name);
        fs::read(&path).map_err(JobError::file(&path))
    }

    /// The database as it was before, or after; `None` when there was none.
    pub(super) fn kept_database(&self, folder: &Path, after: bool) -> Option<PathBuf> {
        let name = if after { AFTER } else { BEFORE };
        self.database[usize::from(after)].then(|| folder.join(&self.id).join(name).join("queue.db"))
    }

    /// Whether another call was under way at the same time.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.id != other.id && self.began <= other.ended && other.began <= self.ended
    }
}

/// Keeps the database, and says what the queue file was and whether there was a database.
fn keep(here: &Path, moment: &str, queue: Queue<'_>) -> Result<(String, bool), JobError> {
    let file = queue.checkout.join(queue.file);
    let digest = match fs::read(&file) {
        Ok(bytes) => hex::sha256(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(JobError::file(&file)(error)),
    };
    let Some(database) = queue.database.map(|path| queue.checkout.join(path)).filter(|path| path.exists())
    else {
        return Ok((digest, false));
    };
    let folder = here.join(moment);
    fs::create_dir_all(&folder).map_err(JobError::file(&folder))?;
    settle_database(&database, &folder.join("queue.db"))?;
    Ok((digest, true))
}
