//! Calls of the scripts for real, each done by Fairway too, on a store of its own.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use fairway_parity::LibraryError;
use fairway_parity::adapter::Adapter;
use fairway_parity::ledger::{Digests, Event, ShadowedCall};
use fairway_parity::library::{Library, Outline, Systems};
use fairway_parity::run::new_run_id;
use fairway_parity::shadow::{Candidate, Job, JobError, Passed, Queue, Uncompared, compare, pass_on};
use fairway_parity::verdict::Verdict;

use super::OWN_ADAPTER;
use super::policy_digest::shadow_config;
use super::project::{Project, ProofError};

/// How long Fairway may take for each of its commands beside a call; then it is given up.
const BUDGET: Duration = Duration::from_mins(1);
/// How long a call without an end counts as one that is under way.
const UNDER_WAY: Duration = Duration::from_mins(10);
/// How many calls that did not match are kept.
const KEPT: usize = 50;
/// The first words of the call that compares, before the name of the job.
const COMPARING: [&str; 2] = ["shadow", "--compare"];

/// A call cannot be shadowed or compared.
#[derive(Debug, thiserror::Error)]
pub enum ShadowError {
    /// The scripts' command cannot be started.
    #[error("cannot run {program}")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// The adapters have problems.
    #[error(transparent)]
    Adapters(#[from] LibraryError),
    /// `[legacy] adapter` names none.
    #[error("there is no adapter `{0}`")]
    NoAdapter(String),
    /// What was kept of the call is not there.
    #[error(transparent)]
    Job(#[from] JobError),
    /// What came of it cannot be written down.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A file cannot be read or written.
    #[error("cannot read or write {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Runs a command of the scripts as it would run alone, and has Fairway do the same once it is over. Answers its exit code,
/// and what went wrong beside it.
///
/// # Errors
/// The command itself cannot be started.
pub fn shadow(project: &Project, words: &[String], cwd: &Path) -> Result<(u8, Option<String>), ShadowError> {
    // While the queue changes hands.
    super::lock::wait(project.root());
    let kept = begin(project, words, cwd);
    let start = |source| ShadowError::Start { program: words.first().cloned().unwrap_or_default(), source };
    let passed = pass_on(words, cwd).map_err(start)?;
    let code = passed.code;
    let followed = kept.and_then(|(outline, job)| follow(project, &outline, job, &passed, cwd));
    Ok((code, followed.err().map(|error| error.to_string())))
}

fn begin(project: &Project, words: &[String], cwd: &Path) -> Result<(Outline, Job), ShadowError> {
    let name = &project.legacy.adapter;
    let outline =
        Outline::of(Some(project.root()), name)?.ok_or_else(|| ShadowError::NoAdapter(name.clone()))?;
    let mut job = Job::begin(&folder(project), &new_run_id(), words, cwd, outlined(project, &outline))?;
    let said = outline.variables.iter().filter_map(|name| Some((name.clone(), std::env::var(name).ok()?)));
    job.variables = said.collect();
    Ok((outline, job))
}

/// Keeps what came of the call, and starts what compares it, which nobody waits for.
fn follow(
    project: &Project,
    outline: &Outline,
    job: Job,
    passed: &Passed,
    cwd: &Path,
) -> Result<(), ShadowError> {
    let job = job.end(&folder(project), passed, outlined(project, outline))?;
    let program = project.program();
    Command::new(program)
        .args(COMPARING)
        .arg(&job.id)
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

fn outlined<'a>(project: &'a Project, outline: &'a Outline) -> Queue<'a> {
    Queue { checkout: project.root(), file: &outline.queue, database: outline.database.as_deref() }
}

/// Has Fairway do what a kept call did, compares, and writes down what came of it.
///
/// # Errors
/// The call is not there, or what came of it cannot be written down.
pub fn compare_kept(project: &Project, id: &str) -> Result<ShadowedCall, ShadowError> {
    let (folder, systems) = (folder(project), Library::systems(Some(project.root()))?);
    let (reference, job) = (reference(project, &systems)?, Job::read(&folder, id)?);
    let own = systems.adapter(OWN_ADAPTER).ok_or_else(|| ShadowError::NoAdapter(OWN_ADAPTER.to_owned()))?;
    let here = folder.join(id);
    let (store, config) = (here.join("state.db"), here.join("config.toml"));
    write_config(project, &store, &config)?;
    let candidate = Candidate {
        adapter: own,
        reference,
        systems: &systems,
        program: project.program().to_owned(),
        environment: environment(&config),
        config,
        store,
        timeout: BUDGET,
    };
    let compared = if overlaps(&folder, &job) {
        Err("another call ran at the same time".to_owned())
    } else {
        let queue = queue(project, reference);
        compare(&folder, &job, &candidate, queue).map_err(|error: Uncompared| error.to_string())
    };
    let mut digests = Digests::remembered(&project.folder());
    let scripts =
        fairway_parity::ledger::scripts(reference, &project.checkout(reference)).map_err(ProofError::from)?;
    let seal = project.own_seal(&mut digests).map_err(ProofError::from)?.with_scripts(&scripts);
    digests.remember();
    let mut call = ShadowedCall {
        call: id.to_owned(),
        began: job.began.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        words: job.words,
        verdict: Verdict::Errored,
        why: None,
        operation: None,
        case: String::new(),
        copy: String::new(),
        places: Vec::new(),
        seal,
    };
    match compared {
        Err(why) => call.why = Some(why),
        Ok(compared) => {
            (call.verdict, call.operation) = (compared.verdict, Some(compared.operation));
            (call.case, call.copy) = (compared.case, compared.copy);
            call.places = compared.differences.iter().take(10).map(shown).collect();
        }
    }
    project.note(Event::Shadowed(call.clone()))?;
    // What did not match is kept, to be looked at.
    if call.verdict == Verdict::Matched {
        fs::remove_dir_all(&here).map_err(|source| ShadowError::File { path: here, source })?;
    }
    forget_old(&folder);
    Ok(call)
}

fn shown(difference: &fairway_parity::compare::Difference) -> String {
    let show = |value: &Option<_>| fairway_parity::report::value(value.as_ref(), 40);
    format!("{}: {} -> {}", difference.place, show(&difference.reference), show(&difference.candidate))
}

/// Whether another call ran at the same time: what the queue held before and after is then not the work of one.
fn overlaps(folder: &Path, job: &Job) -> bool {
    kept(folder).into_iter().filter(|id| *id != job.id).any(|id| match Job::read(folder, &id) {
        Ok(other) => job.overlaps(&other),
        // It has not ended yet, unless it never will.
        Err(_) => is_recent(&folder.join(id)),
    })
}

/// The calls that are kept, by their names, which are in the order of time.
fn kept(folder: &Path) -> Vec<String> {
    let Ok(found) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        found.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn is_recent(path: &Path) -> bool {
    let age =
        fs::metadata(path).and_then(|found| found.modified()).map(|at| at.elapsed().unwrap_or_default());
    age.is_ok_and(|age| age < UNDER_WAY)
}

/// Removes the calls that nobody will look at any more.
fn forget_old(folder: &Path) {
    let names = kept(folder);
    for id in names.iter().take(names.len().saturating_sub(KEPT)) {
        let path = folder.join(id);
        if !is_recent(&path) {
            // What cannot be removed now is tried again by the next call.
            drop(fs::remove_dir_all(path));
        }
    }
}

/// The caller's environment, without what would lead Fairway to another store, role or actor.
fn environment(config: &Path) -> Vec<(String, String)> {
    let kept = std::env::vars().filter(|(name, _)| !name.starts_with("FAIRWAY_"));
    kept.chain([("FAIRWAY_CONFIG".to_owned(), config.display().to_string())]).collect()
}

fn write_config(project: &Project, store: &Path, config: &Path) -> Result<(), ShadowError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| ShadowError::File { path, source }
    };
    let text = fs::read_to_string(project.config()).map_err(failed(project.config()))?;
    let text =
        shadow_config(&text, store).map_err(|error| failed(project.config())(io::Error::other(error)))?;
    fs::write(config, text).map_err(failed(config))
}

fn folder(project: &Project) -> PathBuf {
    project.folder().join("shadow")
}

fn reference<'s>(project: &Project, systems: &'s Systems) -> Result<&'s Adapter, ShadowError> {
    let name = &project.legacy.adapter;
    systems.adapter(name).ok_or_else(|| ShadowError::NoAdapter(name.clone()))
}

fn queue<'a>(project: &'a Project, adapter: &'a Adapter) -> Queue<'a> {
    Queue {
        checkout: project.root(),
        file: adapter.files.queue.as_deref().unwrap_or_default(),
        database: adapter.files.database.as_deref(),
    }
}
