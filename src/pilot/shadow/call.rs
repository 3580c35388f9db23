//! The call itself: it is run as it would run alone, and what the queue held before and after is kept.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use fairway_parity::library::Outline;
use fairway_parity::run::new_run_id;
use fairway_parity::shadow::{Job, Passed, Queue, pass_on};

use super::super::call::LegacyCommand;
use super::super::project::Project;
use super::{ShadowError, folder};

/// How long a call waits for Fairway, before and after it together, unless the configuration says otherwise. With the start of
/// the process it is to stay below 20 ms.
const BUDGET: Duration = Duration::from_millis(12);
/// What a command of the scripts sees that is shadowed: what it calls in turn is a part of it, and not shadowed again.
const MARK: (&str, &str) = ("FAIRWAY_SHADOWED", "1");

/// Runs a command of the scripts as it would run alone, and has Fairway do the same once it is over. Answers its exit code,
/// and what went wrong beside it.
///
/// # Errors
/// The command itself cannot be started.
pub fn shadow(
    project: &Project,
    command: &LegacyCommand,
    cwd: &Path,
) -> Result<(u8, Option<String>), ShadowError> {
    let mut budget =
        Budget(project.legacy.shadow_budget_ms.map_or(BUDGET, |ms| Duration::from_millis(ms.into())));
    let (place, id) = (Place::of(project), new_run_id());
    let kept = {
        let (place, id, command, cwd) = (place.clone(), id.clone(), command.clone(), cwd.to_owned());
        budget.spend(move || begin(&place, &id, &command, &cwd))
    };
    let start =
        |source| ShadowError::Start { program: command.words.first().cloned().unwrap_or_default(), source };
    let passed = pass_on(&command.words, cwd, MARK).map_err(start)?;
    let code = passed.code;
    let ended = match kept {
        Some(Ok((outline, job))) => {
            let place = place.clone();
            budget.spend(move || end(&place, &outline, job, &passed))
        }
        Some(Err(error)) => return Ok((code, Some(error.to_string()))),
        None => None,
    };
    let (then, trouble) = match ended {
        Some(Ok(())) => (vec!["shadow".to_owned(), "--compare".to_owned(), id], None),
        Some(Err(error)) => return Ok((code, Some(error.to_string()))),
        None => (giving_up(id, command), Some("it took longer than its budget".to_owned())),
    };
    let followed = follow(&place.program, &then, cwd);
    Ok((code, trouble.or(followed.err().map(|error| error.to_string()))))
}

/// Becomes a command of the scripts. Answers only when it cannot be started.
pub fn instead(command: &LegacyCommand, cwd: &Path) -> ShadowError {
    let (program, arguments) = match command.words.split_first() {
        Some((program, arguments)) => (program.clone(), arguments),
        None => {
            return ShadowError::Start { program: String::new(), source: io::ErrorKind::InvalidInput.into() };
        }
    };
    let source = Command::new(&program).args(arguments).current_dir(cwd).exec();
    ShadowError::Start { program, source }
}

/// What is left of the time that a call waits for Fairway.
struct Budget(Duration);

impl Budget {
    /// What `work` answers. `None` when it takes longer than what is left; then nobody waits for it any more.
    fn spend<T: Send + 'static>(&mut self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let began = Instant::now();
        let (tell, told) = channel();
        thread::spawn(move || drop(tell.send(work())));
        let answer = told.recv_timeout(self.0).ok();
        self.0 = self.0.saturating_sub(began.elapsed());
        answer
    }
}

/// What has to be known of the project, so that it can be left behind with work that is given up.
#[derive(Clone)]
struct Place {
    root: PathBuf,
    folder: PathBuf,
    adapter: String,
    program: PathBuf,
}

impl Place {
    fn of(project: &Project) -> Self {
        Self {
            root: project.root().to_owned(),
            folder: folder(project.root()),
            adapter: project.legacy.adapter.clone(),
            program: project.program().to_owned(),
        }
    }

    fn queue<'a>(&'a self, outline: &'a Outline) -> Queue<'a> {
        Queue { checkout: &self.root, file: &outline.queue, database: outline.database.as_deref() }
    }
}

/// Keeps what the queue holds before the call.
fn begin(
    place: &Place,
    id: &str,
    command: &LegacyCommand,
    cwd: &Path,
) -> Result<(Outline, Job), ShadowError> {
    let name = &place.adapter;
    let outline =
        Outline::of(Some(&place.root), name)?.ok_or_else(|| ShadowError::NoAdapter(name.clone()))?;
    let mut job = Job::begin(&place.folder, id, &command.words, cwd, place.queue(&outline))?;
    let said = outline.variables.iter().filter_map(|name| Some((name.clone(), std::env::var(name).ok()?)));
    (job.variables, job.target) = (said.collect(), command.target.clone());
    Ok((outline, job))
}

/// Keeps what came of it.
fn end(place: &Place, outline: &Outline, job: Job, passed: &Passed) -> Result<(), ShadowError> {
    job.end(&place.folder, passed, place.queue(outline))?;
    Ok(())
}

fn giving_up(id: String, command: &LegacyCommand) -> Vec<String> {
    let mut words = vec!["shadow".to_owned(), "--gave-up".to_owned(), id];
    if let Some(target) = &command.target {
        words.extend(["--target".to_owned(), target.clone()]);
    }
    words.push("--".to_owned());
    words.extend(command.words.iter().cloned());
    words
}

/// Starts what compares the call, or writes down that it was given up; nobody waits for it.
fn follow(program: &Path, words: &[String], cwd: &Path) -> Result<(), ShadowError> {
    Command::new(program)
        .args(words)
        .current_dir(cwd)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // It outlives the call, and whatever ends the caller's group.
        .process_group(0)
        .spawn()
        .map_err(|source| ShadowError::File { path: program.to_owned(), source })?;
    Ok(())
}
