//! What comes after a call, in a process of its own: Fairway does the same, and what came of the two is compared.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use fairway_parity::adapter::Adapter;
use fairway_parity::ledger::{Digests, Event, ShadowedCall};
use fairway_parity::library::{Library, Systems};
use fairway_parity::shadow::{Candidate, Compared, Job, Queue, Uncompared, compare};
use fairway_parity::verdict::Verdict;

use super::super::OWN_ADAPTER;
use super::super::call::LegacyCommand;
use super::super::policy_digest::shadow_config;
use super::super::project::{Project, ProofError};
use super::{ShadowError, folder};

/// How long Fairway may take for each of its commands beside a call; then it is given up.
const BUDGET: Duration = Duration::from_mins(1);
/// How long the whole of a comparison may take: nobody waits for it, and nobody would end it.
const LIMIT: Duration = Duration::from_mins(5);
/// How long a call without an end counts as one that is under way.
const UNDER_WAY: Duration = Duration::from_mins(10);
/// How many calls that did not match are kept.
const KEPT: usize = 50;

/// Has Fairway do what a kept call did, compares, and writes down what came of it.
///
/// # Errors
/// The call is not there, or what came of it cannot be written down.
pub fn compare_kept(project: Project, id: &str) -> Result<ShadowedCall, ShadowError> {
    let id = id.to_owned();
    limited(move || compared(&project, &id))
}

/// Writes down that a call was not kept, because that would have made it wait.
///
/// # Errors
/// It cannot be written down.
pub fn note_given_up(
    project: Project,
    id: &str,
    command: &LegacyCommand,
) -> Result<ShadowedCall, ShadowError> {
    let (id, command) = (id.to_owned(), command.clone());
    limited(move || {
        let systems = Library::systems(Some(project.root()))?;
        let reference = reference(&project, &systems)?;
        let words = command.asked(reference);
        let call = told(&project, reference, &id, &jiff::Timestamp::now(), words, Err(GAVE_UP.to_owned()))?;
        remove(&folder(project.root()).join(&id))?;
        Ok(call)
    })
}

/// Why a call was not compared that Fairway was too slow for.
const GAVE_UP: &str = "Fairway took longer than its budget beside it";

/// What `work` answers, or that it does not end.
fn limited<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ShadowError> + Send + 'static,
) -> Result<T, ShadowError> {
    let (tell, told) = channel();
    thread::spawn(move || drop(tell.send(work())));
    told.recv_timeout(LIMIT).unwrap_or(Err(ShadowError::Hangs(LIMIT)))
}

fn compared(project: &Project, id: &str) -> Result<ShadowedCall, ShadowError> {
    let (folder, systems) = (folder(project.root()), Library::systems(Some(project.root()))?);
    let (reference, mut job) = (reference(project, &systems)?, Job::read(&folder, id)?);
    // This process has the environment of the call.
    job.words = LegacyCommand { words: job.words, target: job.target.clone() }.asked(reference);
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
    let call = told(project, reference, id, &job.began, job.words.clone(), compared)?;
    // What did not match is kept, to be looked at.
    if call.verdict == Verdict::Matched {
        remove(&here)?;
    }
    forget_old(&folder);
    Ok(call)
}

/// Writes down what came of a call.
fn told(
    project: &Project,
    reference: &Adapter,
    id: &str,
    began: &jiff::Timestamp,
    words: Vec<String>,
    compared: Result<Compared, String>,
) -> Result<ShadowedCall, ShadowError> {
    let mut digests = Digests::remembered(&project.folder());
    let scripts =
        fairway_parity::ledger::scripts(reference, &project.checkout(reference)).map_err(ProofError::from)?;
    let seal = project.own_seal(&mut digests).map_err(ProofError::from)?.with_scripts(&scripts);
    digests.remember();
    let mut call = ShadowedCall {
        call: id.to_owned(),
        began: began.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        words,
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
    Ok(call)
}

fn remove(folder: &Path) -> Result<(), ShadowError> {
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(ShadowError::File { path: folder.to_owned(), source })
        }
        _ => Ok(()),
    }
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
