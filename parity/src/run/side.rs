//! Takes one system through a scenario, once.

use crate::golden::GoldenError;
use crate::normalise::Masker;
use crate::observation::{Channel, Delta, Observation, QueueState};
use crate::scenario::{Action, Scenario};
use crate::system::{Performed, System, SystemError};

use super::RunError;
use super::ground::{Copying, Ground, NoSystem};
use super::record::Recorder;
use super::spent::{Spent, timed};
use super::trace::{Around, Trace};
use super::turn::Turn;

/// Why a scenario could not be played.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("{side}: {source}")]
    Ground { side: String, source: Box<NoSystem> },
    #[error("{0}")]
    Record(#[from] RunError),
    #[error("{0}")]
    Golden(#[from] GoldenError),
    #[error("{side}, {at}: {source}")]
    System { side: String, at: String, source: Box<SystemError> },
}

/// Plays one run of a scenario, in a sandbox of its own: in a cheap one, and once more in an exact one when that has
/// refused something.
pub(super) fn play(
    ground: &Ground<'_>,
    scenario: &Scenario,
    turn: Turn,
    spent: &mut Spent,
) -> Result<Trace, Trouble> {
    let (trace, hindered) = play_in(ground, scenario, turn, Copying::Cheap, spent)?;
    if !hindered {
        return trace;
    }
    ground.note_again();
    play_in(ground, scenario, turn, Copying::Exact, spent)?.0
}

/// What a run in such a sandbox showed, and whether the sandbox stood in its way.
fn play_in(
    ground: &Ground<'_>,
    scenario: &Scenario,
    turn: Turn,
    copy: Copying,
    spent: &mut Spent,
) -> Result<(Result<Trace, Trouble>, bool), Trouble> {
    let recorder = Recorder::new(ground.out, scenario, turn)?;
    let mut system = timed(&mut spent.copies, || ground.system(turn, scenario, copy))
        .map_err(|source| Trouble::Ground { side: turn.name(), source: Box::new(source) })?;
    let trace = follow(&mut system, ground, scenario, turn, recorder, spent);
    let hindered = system.sandbox().is_hindered();
    timed(&mut spent.copies, || drop(system));
    Ok((trace, hindered))
}

/// Takes a system through every step of a scenario.
pub(super) fn follow(
    system: &mut dyn System,
    ground: &Ground<'_>,
    scenario: &Scenario,
    turn: Turn,
    recorder: Recorder,
    spent: &mut Spent,
) -> Result<Trace, Trouble> {
    let masker = Masker::new(&ground.library.normalisers, &scenario.behaviour);
    Player { system, masker, scenario, turn, recorder, spent, enough: &|_, _| false }.follow()
}

/// The same, ended by the first step that is `enough`: that shows what there was to see.
pub(super) fn follow_until(
    system: &mut dyn System,
    ground: &Ground<'_>,
    scenario: &Scenario,
    turn: Turn,
    recorder: Recorder,
    enough: &dyn Fn(usize, &Observation) -> bool,
) -> Result<Trace, Trouble> {
    let masker = Masker::new(&ground.library.normalisers, &scenario.behaviour);
    Player { system, masker, scenario, turn, recorder, spent: &mut Spent::default(), enough }.follow()
}

struct Player<'p, 'g> {
    system: &'p mut dyn System,
    masker: Masker<'g>,
    scenario: &'p Scenario,
    turn: Turn,
    recorder: Recorder,
    spent: &'p mut Spent,
    /// Whether a step, by its number from 0, is the last that is of interest.
    enough: &'p dyn Fn(usize, &Observation) -> bool,
}

impl Player<'_, '_> {
    /// Takes the system through every step.
    fn follow(&mut self) -> Result<Trace, Trouble> {
        let began = self.start();
        let setup = self.system.children();
        let trace = began.and_then(|(before, start, around)| Ok((start, around, self.steps(before)?)));
        self.spent.commands(self.turn.role, setup, self.system.children().saturating_sub(setup));
        trace.map(|(start, around, steps)| Trace {
            start,
            around: Some(around),
            steps,
            masked: std::mem::take(&mut self.masker.masked),
            bytes: self.masker.bytes,
        })
    }

    /// What is there after the setup, as it is and masked.
    fn start(&mut self) -> Result<(QueueState, QueueState, Around), Trouble> {
        let prepared = self.system.prepare(self.scenario);
        self.recorder.raw("start", &self.system.take_raw())?;
        let processes = prepared.map_err(|source| self.trouble("start", source))?;
        let before = self.state("start")?;
        let survey = timed(&mut self.spent.surveys, || self.system.survey());
        let survey = survey.map_err(|source| self.trouble("start", source))?;
        let [files, git, processes] =
            [(Channel::Files, survey.files), (Channel::Git, survey.git), (Channel::Processes, processes)]
                .map(|(channel, found)| self.kept(channel, found));
        let (mut start, mut around) = (before.clone(), Around { files, git, processes });
        self.masker.state(&mut start);
        self.masker.changes(Channel::Git, &mut around.git);
        self.recorder.canonical("start", &start)?;
        Ok((before, start, around))
    }

    fn steps(&mut self, mut before: QueueState) -> Result<Vec<Option<Observation>>, Trouble> {
        let mut steps = Vec::with_capacity(self.scenario.steps.len());
        for (index, action) in self.scenario.steps.iter().enumerate() {
            let (number, at) =
                (format!("{:02}", index + 1), format!("step {} ({})", index + 1, action.title()));
            let performed = act(self.system, action, &self.scenario.now);
            self.recorder.raw(&number, &self.system.take_raw())?;
            let performed = performed.map_err(|source| self.trouble(&at, source))?;
            let survey = timed(&mut self.spent.surveys, || self.system.survey());
            let survey = survey.map_err(|source| self.trouble(&at, source))?;
            // What the harness itself edits is the same on both sides.
            let Some(performed) = performed else {
                steps.push(None);
                continue;
            };
            let after = self.state(&at)?;
            let mut observation = Observation {
                outcome: performed.outcome,
                ending: performed.ending,
                answer: performed.answer,
                changes: Delta::between(&before, &after),
                files: self.kept(Channel::Files, survey.files),
                git: self.kept(Channel::Git, survey.git),
                processes: self.kept(Channel::Processes, performed.processes),
            };
            self.masker.observation(&mut observation);
            self.recorder.canonical(&number, &observation)?;
            before = after;
            let enough = (self.enough)(index, &observation);
            steps.push(Some(observation));
            if enough {
                break;
            }
        }
        Ok(steps)
    }

    fn state(&mut self, at: &str) -> Result<QueueState, Trouble> {
        let state = timed(&mut self.spent.states, || self.system.state());
        state.map_err(|source| self.trouble(at, source))
    }

    /// What is seen through a channel, unless the scenario leaves it out.
    fn kept(&self, channel: Channel, found: Delta) -> Delta {
        if self.scenario.omits(channel) { Delta::default() } else { found }
    }

    fn trouble(&self, at: &str, source: SystemError) -> Trouble {
        Trouble::System { side: self.turn.name(), at: at.to_owned(), source: Box::new(source) }
    }
}

fn act(system: &mut dyn System, action: &Action, now: &str) -> Result<Option<Performed>, SystemError> {
    match action {
        Action::Ask { operation, .. } => system.perform(operation).map(Some),
        Action::Edit { file, edit, role } => system.edit(file, edit, role.as_deref()).map(|()| None),
        Action::Git { arguments, role } => system.git(arguments, role.as_deref(), now).map(|()| None),
    }
}
