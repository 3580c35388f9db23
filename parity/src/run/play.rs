//! Plays one scenario on both sides and compares what they showed.

use std::time::{Duration, Instant};

use crate::golden::{Against, GoldenError};
use crate::normalise::{self, Masked};
use crate::observation::{Channel, Delta, Observation};
use crate::report::{ScenarioResult, UnmetGuard};
use crate::scenario::{Action, Scenario};
use crate::system::{System, SystemError};
use crate::verdict::Verdict;
use crate::waiver::WaiverBook;

use super::RunError;
use super::ground::{Ground, NoSystem, Role};
use super::record::Recorder;
use super::trace::Trace;

/// A scenario that was played, and how long that took.
pub(super) struct Played {
    pub(super) result: ScenarioResult,
    /// What the reference's golden says of it.
    pub(super) against: Against,
    /// From beginning to end.
    pub(super) wall: Duration,
    /// Of that, the time of the two systems' own commands.
    pub(super) children: Duration,
}

impl Played {
    /// The result, with the time that it took, and what the golden says of it.
    pub(super) fn timed(self) -> (ScenarioResult, Against) {
        (ScenarioResult { seconds: self.wall.as_secs_f64(), ..self.result }, self.against)
    }
}

/// Why a scenario could not be played.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{side}: {source}")]
    Ground { side: &'static str, source: Box<NoSystem> },
    #[error("{0}")]
    Record(#[from] RunError),
    #[error("{0}")]
    Golden(#[from] GoldenError),
    #[error("{side}, {at}: {source}")]
    System { side: &'static str, at: String, source: Box<SystemError> },
}

/// Plays a scenario. Whatever goes wrong is part of the result.
pub(super) fn play(ground: &Ground<'_>, waivers: &WaiverBook, scenario: &Scenario) -> Played {
    let began = Instant::now();
    let mut children = Duration::ZERO;
    let mut against = Against::Nothing;
    let mut result = ScenarioResult::new(scenario);
    if let Err(trouble) = both(ground, waivers, scenario, &mut result, &mut children, &mut against) {
        result.verdict = Verdict::Errored;
        result.error = Some(trouble.to_string());
    }
    Played { result, against, wall: began.elapsed(), children }
}

fn both(
    ground: &Ground<'_>,
    waivers: &WaiverBook,
    scenario: &Scenario,
    result: &mut ScenarioResult,
    children: &mut Duration,
    against: &mut Against,
) -> Result<(), Trouble> {
    let reference = if ground.replay {
        ground.replayed(scenario)?
    } else {
        side(ground, scenario, Role::Reference, false, children)?
    };
    *against = ground.against(scenario, &reference);
    result.unmet_guards = unmet(scenario, &reference);
    let candidate = side(ground, scenario, Role::Candidate, false, children)?;
    result.masked.add(&reference.masked);
    result.masked.add(&candidate.masked);
    (result.differences, result.diffs) = reference.compare(&candidate, scenario);
    waivers.apply(&scenario.behaviour, &scenario.name, &mut result.differences);
    result.verdict = if result.differences.iter().all(|difference| difference.waiver.is_some()) {
        let accepted = if result.differences.is_empty() { Verdict::Matched } else { Verdict::Waived };
        // The reference did not reach what the scenario is about: that both sides agree then proves nothing.
        if result.unmet_guards.is_empty() { accepted } else { Verdict::Errored }
    } else if ground.replay {
        // A golden was recorded because the reference agreed with itself.
        Verdict::Mismatched
    } else {
        // A reference that disagrees with itself proves nothing about the candidate.
        let again = side(ground, scenario, Role::Reference, true, children)?;
        let (noise, diffs) = reference.compare(&again, scenario);
        if noise.is_empty() {
            Verdict::Mismatched
        } else {
            (result.differences, result.diffs) = (noise, diffs);
            Verdict::Unstable
        }
    };
    Ok(())
}

/// The reference alone, twice.
pub(super) enum Twice {
    /// What it showed both times, and where it did not reach what the scenario is about.
    Same(Trace, Vec<UnmetGuard>),
    /// The places in which it disagrees with itself.
    Differs(Vec<String>),
}

/// Plays a scenario on the reference alone, twice, to be recorded.
pub(super) fn reference_twice(ground: &Ground<'_>, scenario: &Scenario) -> Result<Twice, String> {
    let mut children = Duration::ZERO;
    let mut play = |again| {
        side(ground, scenario, Role::Reference, again, &mut children).map_err(|trouble| trouble.to_string())
    };
    let (trace, again) = (play(false)?, play(true)?);
    let (differences, _) = trace.compare(&again, scenario);
    if differences.is_empty() {
        let unmet = unmet(scenario, &trace);
        return Ok(Twice::Same(trace, unmet));
    }
    Ok(Twice::Differs(differences.iter().map(|difference| difference.place.to_string()).collect()))
}

fn side(
    ground: &Ground<'_>,
    scenario: &Scenario,
    role: Role,
    again: bool,
    children: &mut Duration,
) -> Result<Trace, Trouble> {
    let side = role.name();
    let recorder = Recorder::new(ground.out, scenario, role, again)?;
    let mut system = ground
        .system(role, scenario, usize::from(again) + 1)
        .map_err(|source| Trouble::Ground { side, source: Box::new(source) })?;
    let trace = follow(&mut system, ground, scenario, role, &recorder);
    *children += system.children();
    trace
}

/// Takes a system through every step of a scenario.
fn follow(
    system: &mut dyn System,
    run: &Ground<'_>,
    scenario: &Scenario,
    role: Role,
    recorder: &Recorder,
) -> Result<Trace, Trouble> {
    let trouble =
        |at: String| move |source| Trouble::System { side: role.name(), at, source: Box::new(source) };
    let rules = &run.library.normalisers;
    let mut masked = Masked::default();
    let prepared = system.prepare(scenario);
    recorder.raw("start", &system.take_raw())?;
    prepared.map_err(trouble("start".to_owned()))?;
    let mut before = system.state().map_err(trouble("start".to_owned()))?;
    system.survey().map_err(trouble("start".to_owned()))?;
    let mut start = before.clone();
    normalise::state(rules, &scenario.behaviour, &mut start, &mut masked);
    recorder.canonical("start", &start)?;
    let mut steps = Vec::with_capacity(scenario.steps.len());
    for (index, action) in scenario.steps.iter().enumerate() {
        let (number, at) = (format!("{:02}", index + 1), format!("step {} ({})", index + 1, action.title()));
        let performed = act(system, action, &scenario.now);
        recorder.raw(&number, &system.take_raw())?;
        let performed = performed.map_err(trouble(at.clone()))?;
        let survey = system.survey().map_err(trouble(at.clone()))?;
        // What the harness itself edits is the same on both sides.
        let Some(performed) = performed else {
            steps.push(None);
            continue;
        };
        let after = system.state().map_err(trouble(at))?;
        let kept = |channel, changes| if scenario.omits(channel) { Delta::default() } else { changes };
        let mut observation = Observation {
            outcome: performed.outcome,
            answer: performed.answer,
            changes: Delta::between(&before, &after),
            files: kept(Channel::Files, survey.files),
            git: kept(Channel::Git, survey.git),
        };
        normalise::observation(rules, &scenario.behaviour, &mut observation, &mut masked);
        recorder.canonical(&number, &observation)?;
        before = after;
        steps.push(Some(observation));
    }
    Ok(Trace { start, steps, masked })
}

fn act(
    system: &mut dyn System,
    action: &Action,
    now: &str,
) -> Result<Option<crate::system::Performed>, SystemError> {
    match action {
        Action::Ask { operation, .. } => system.perform(operation).map(Some),
        Action::Edit { file, edit, role } => system.edit(file, edit, role.as_deref()).map(|()| None),
        Action::Git { arguments, role } => system.git(arguments, role.as_deref(), now).map(|()| None),
    }
}

/// The steps at which the reference did not give what the scenario expects of it.
fn unmet(scenario: &Scenario, reference: &Trace) -> Vec<UnmetGuard> {
    let mut unmet = Vec::new();
    for (index, (action, observation)) in scenario.steps.iter().zip(&reference.steps).enumerate() {
        let (Action::Ask { operation, expect }, Some(observation)) = (action, observation) else { continue };
        if observation.outcome.class() != expect {
            unmet.push(UnmetGuard {
                step: index + 1,
                operation: operation.name.clone(),
                expected: expect.clone(),
                given: observation.outcome.to_string(),
            });
        }
    }
    unmet
}
