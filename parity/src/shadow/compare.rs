//! Does what a call of the legacy did with the candidate, from the same start, and compares the two.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::adapter::{Adapter, Ask, Placeholders, Recognised, StartKind};
use crate::compare::{self, Difference, Scope};
use crate::library::Systems;
use crate::observation::{Delta, Observation, QueueState, RowChange, StateSum};
use crate::operation::Operation;
use crate::process::{self, Call, Ending};
use crate::run::case_of;
use crate::system::{self, SystemError, meaning};
use crate::verdict::Verdict;

use super::job::{Job, JobError, Queue};

/// The most that a command may print, in bytes.
const OUTPUT_LIMIT: u64 = 16 << 20;
/// What the clocks of a row and of a call may differ by.
const GRAIN: SignedDuration = SignedDuration::from_secs(2);
/// What stands for a time within the call.
const MEANWHILE: &str = "<meanwhile>";

/// The candidate, and how it is kept beside the queue that it shadows.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// Its adapter.
    pub adapter: &'a Adapter,
    /// The adapter of the legacy.
    pub reference: &'a Adapter,
    /// What both are read by.
    pub systems: &'a Systems,
    /// Its program.
    pub program: PathBuf,
    /// Its configuration, which names a store of its own.
    pub config: PathBuf,
    /// That store.
    pub store: PathBuf,
    /// The environment of its commands, to which the clock and the actor are added.
    pub environment: Vec<(String, String)>,
    /// How long each of its commands may take.
    pub timeout: Duration,
}

/// What came of a comparison.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The operation.
    pub operation: String,
    /// Matched or mismatched.
    pub verdict: Verdict,
    /// Tells the question and the starting state, as in a run of scenarios.
    pub case: String,
    /// The digest of what the queue held before.
    pub copy: String,
    /// Every place in which the two differ.
    pub differences: Vec<Difference>,
}

/// Two calls could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum Uncompared {
    /// The legacy's adapter has no words for all of the command.
    #[error("the command is no operation that the adapter {0} knows")]
    Unknown(String),
    /// The candidate would change nothing, or more than its store.
    #[error("`{0}` is not among the operations that are done twice")]
    NotAlone(String),
    /// The queue file was changed while the call ran, or since.
    #[error("the queue file changed meanwhile")]
    QueueChanged,
    /// The call was ended by a signal.
    #[error("a signal ended the command")]
    Killed,
    /// What was kept is not there.
    #[error(transparent)]
    Job(#[from] JobError),
    /// One of the two cannot be understood.
    #[error(transparent)]
    System(#[from] SystemError),
    /// The candidate could not be prepared or asked.
    #[error("the candidate: {0}")]
    Candidate(String),
}

/// Does what a call did, and compares.
///
/// # Errors
/// The two could not be compared, which says nothing of either.
pub fn compare(
    folder: &Path,
    job: &Job,
    candidate: &Candidate<'_>,
    queue: Queue<'_>,
) -> Result<Compared, Uncompared> {
    let Systems { vocabulary, schema, .. } = candidate.systems;
    let reference = candidate.reference;
    let unknown = || Uncompared::Unknown(reference.name.clone());
    let Recognised { operation, arguments, via } =
        reference.recognise(&job.words, vocabulary).ok_or_else(unknown)?;
    if !candidate.adapter.shadowed.contains(&operation) {
        return Err(Uncompared::NotAlone(operation));
    }
    let exit = i32::from(job.exit.ok_or(Uncompared::Killed)?);
    let file = std::fs::read(queue.checkout.join(queue.file)).map(crate::hex::sha256).unwrap_or_default();
    if job.queue.iter().any(|digest| *digest != file) {
        return Err(Uncompared::QueueChanged);
    }
    let variable =
        |name: &str| job.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let now = variable(&reference.environment.clock.variable).unwrap_or_else(|| job.began.to_string());
    let actor = reference.environment.variables.iter().find(|(_, template)| template.mentions("actor"));
    let actor = actor.and_then(|(name, _)| variable(name)).unwrap_or_default();
    // The command behind a target says what it says itself, and its wrapper nothing.
    let via = via.filter(|_| job.target.is_none());
    let asked = Operation { name: operation, arguments, role: None, via, now, actor };

    let state_at = |after| match job.kept_database(folder, after) {
        Some(path) => system::state_of(queue.checkout, Some(&path), reference, schema),
        None => Ok(QueueState::default()),
    };
    let (before, after) = (state_at(false)?, state_at(true)?);
    let ask = reference.ask(&asked.name).ok_or_else(unknown)?;
    let streams = [job.stream(folder, "stdout")?, job.stream(folder, "stderr")?];
    let theirs = observed(reference, ask, &asked, exit, &streams, &job.cwd, Delta::between(&before, &after))?;

    let own = Own { folder, job, candidate, queue, operation: &asked };
    let ours = own.perform(&before)?;
    let [theirs, ours] = [theirs, ours].map(|shown| without_times(shown, job));
    let differences = compare::observations(1, &theirs, &ours, Scope::BothSides).found;
    let copy = crate::hex::sha256(serde_json::to_vec(&before).unwrap_or_default());
    Ok(Compared {
        verdict: if differences.is_empty() { Verdict::Matched } else { Verdict::Mismatched },
        case: case_of(&asked, &StateSum::of(before)),
        operation: asked.name,
        copy,
        differences,
    })
}

/// What a command showed.
fn observed(
    adapter: &Adapter,
    ask: &Ask,
    operation: &Operation,
    exit: i32,
    streams: &[Vec<u8>; 2],
    cwd: &Path,
    changes: Delta,
) -> Result<Observation, SystemError> {
    let printed = meaning::printed(ask, operation, exit, streams.each_ref().map(Vec::as_slice), cwd);
    let outcome = meaning::outcome(adapter, ask, &printed)?;
    let answer = match &ask.answer {
        Some(kind) if outcome.is_done() => meaning::answer(ask, &printed, kind)?,
        _ => Value::Null,
    };
    Ok(Observation {
        outcome,
        ending: Ending::Exit(exit),
        answer,
        changes,
        files: Delta::default(),
        git: Delta::default(),
        processes: Delta::default(),
    })
}

/// The candidate's own call.
struct Own<'a> {
    folder: &'a Path,
    job: &'a Job,
    candidate: &'a Candidate<'a>,
    queue: Queue<'a>,
    operation: &'a Operation,
}

impl Own<'_> {
    /// Fills the store with what the queue held before, asks, and says what came of it.
    fn perform(&self, before: &QueueState) -> Result<Observation, Uncompared> {
        let Candidate { adapter, systems, .. } = self.candidate;
        let values = self.placeholders();
        let kind = if values.snapshot.is_some() { StartKind::Snapshot } else { StartKind::Definitions };
        let unfilled = |error: &dyn std::fmt::Display| Uncompared::Candidate(error.to_string());
        for setup in adapter.setup.iter().filter(|setup| setup.when.is_none_or(|when| when == kind)) {
            let argv = setup.argv.iter().map(|word| word.fill(&values)).collect::<Result<Vec<_>, _>>();
            let (exit, [_, stderr]) = self.call(argv.map_err(|error| unfilled(&error))?)?;
            if exit != 0 {
                return Err(Uncompared::Candidate(String::from_utf8_lossy(&stderr).trim().to_owned()));
            }
        }
        let start =
            system::state_of(self.queue.checkout, Some(&self.candidate.store), adapter, &systems.schema)?;
        // Where the two do not begin alike, what they do next says nothing.
        let found = compare::states(before, &start).found;
        if let (Some(first), true) = (found.first(), self.job.database[0]) {
            return Err(Uncompared::Candidate(format!("it begins elsewhere: {}", first.place)));
        }
        let ask = adapter.ask(&self.operation.name);
        let ask = ask.ok_or_else(|| Uncompared::NotAlone(self.operation.name.clone()))?;
        let argv = ask.words(self.operation, &values).map_err(|error| unfilled(&error))?;
        let (exit, streams) = self.call(argv)?;
        let end =
            system::state_of(self.queue.checkout, Some(&self.candidate.store), adapter, &systems.schema)?;
        let changes = Delta::between(&start, &end);
        Ok(observed(adapter, ask, self.operation, exit, &streams, &self.job.cwd, changes)?)
    }

    fn placeholders(&self) -> Placeholders {
        let text = |path: &Path| Some(path.to_string_lossy().into_owned());
        Placeholders {
            now: Some(self.operation.now.clone()),
            actor: Some(self.operation.actor.clone()),
            program: text(&self.candidate.program),
            checkout: text(&self.job.cwd),
            queue: text(&self.queue.checkout.join(self.queue.file)),
            snapshot: self.job.kept_database(self.folder, false).as_deref().and_then(text),
            config: text(&self.candidate.config),
            home: None,
            role: None,
        }
    }

    fn call(&self, argv: Vec<String>) -> Result<(i32, [Vec<u8>; 2]), Uncompared> {
        let mut env = self.candidate.environment.clone();
        env.push((self.candidate.adapter.environment.clock.variable.clone(), self.operation.now.clone()));
        for (name, template) in &self.candidate.adapter.environment.variables {
            if template.mentions("actor") && !self.operation.actor.is_empty() {
                env.push((name.clone(), self.operation.actor.clone()));
            }
        }
        let call = Call {
            argv,
            cwd: self.job.cwd.clone(),
            env,
            stdin: Vec::new(),
            timeout: self.candidate.timeout,
            output_limit: OUTPUT_LIMIT,
            mark: None,
        };
        let finished = process::run(&call).map_err(|error| Uncompared::Candidate(error.to_string()))?;
        match finished.ending {
            Ending::Exit(exit) => Ok((exit, [finished.stdout, finished.stderr])),
            other => Err(Uncompared::Candidate(other.to_string())),
        }
    }
}

/// An observation in which times of the call are no particular times: the two are done one after the other.
fn without_times(mut shown: Observation, job: &Job) -> Observation {
    let during = |text: &str| {
        let at = text.parse::<Timestamp>().ok();
        at.is_some_and(|at| at >= job.began - GRAIN && at <= job.ended + GRAIN)
    };
    mask(&mut shown.answer, &during);
    for change in shown.changes.sections.values_mut().flat_map(std::collections::BTreeMap::values_mut) {
        if let RowChange::Added(row) | RowChange::Changed(row) = change {
            mask_row(row, &during);
        }
    }
    shown
}

fn mask_row(row: &mut Map<String, Value>, during: &dyn Fn(&str) -> bool) {
    row.values_mut().for_each(|value| mask(value, during));
}

fn mask(value: &mut Value, during: &dyn Fn(&str) -> bool) {
    match value {
        Value::String(text) if during(text) => MEANWHILE.clone_into(text),
        Value::Array(list) => list.iter_mut().for_each(|value| mask(value, during)),
        Value::Object(row) => mask_row(row, during),
        _ => {}
    }
}
