//! Running a backend's commands.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A command of a backend did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// It could not be started.
    #[error("{program} could not be started")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// It failed.
    #[error("{program} failed: {said}")]
    Failed {
        /// The program.
        program: String,
        /// Its last words.
        said: String,
    },
    /// Where the output should go cannot be written.
    #[error("cannot write {}", path.display())]
    Transcript {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Whether a program can be run: a path that is executable, or a name on the search path.
pub fn installed(program: &str) -> bool {
    let runs = |path: &Path| {
        path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    if program.contains('/') {
        return runs(Path::new(program));
    }
    let search = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&search).any(|folder| runs(&folder.join(program)))
}

fn command(words: &[String], folder: &Path) -> Command {
    let mut command = Command::new(words.first().map_or("", String::as_str));
    command.args(words.iter().skip(1)).current_dir(folder).stdin(Stdio::null());
    command
}

/// Starts a process that outlives this one: in a process group of its own, its output appended to the transcript.
///
/// # Errors
/// The transcript cannot be written, or the program cannot be started.
pub fn spawn(
    words: &[String],
    folder: &Path,
    environment: &[(String, String)],
    transcript: &Path,
) -> Result<u32, ProcessError> {
    let failed = |source| ProcessError::Transcript { path: transcript.to_owned(), source };
    let output = OpenOptions::new().create(true).append(true).open(transcript).map_err(failed)?;
    let errors = output.try_clone().map_err(failed)?;
    let child = command(words, folder)
        .envs(environment.iter().map(|(name, value)| (OsStr::new(name), OsStr::new(value))))
        .stdout(output)
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(|source| ProcessError::Start { program: program(words), source })?;
    Ok(child.id())
}

/// Runs a command to its end; answers what it printed.
///
/// # Errors
/// It cannot be started, or fails.
pub fn run(words: &[String], folder: &Path) -> Result<String, ProcessError> {
    let output = command(words, folder)
        .output()
        .map_err(|source| ProcessError::Start { program: program(words), source })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    let said = text(&output.stderr);
    let said = if said.is_empty() { output.status.to_string() } else { said };
    Err(ProcessError::Failed { program: program(words), said })
}

fn program(words: &[String]) -> String {
    words.first().cloned().unwrap_or_default()
}
