//! Plays every run of a scenario and comes to a verdict.

use std::time::{Duration, Instant};

use crate::golden::Against;
use crate::report::{ScenarioResult, UnmetGuard};
use crate::scenario::Scenario;
use crate::verdict::Verdict;
use crate::waiver::WaiverBook;

use super::Trace;
use super::cases::cases;
use super::ground::Ground;
use super::judge::{Runs, judge, noise, unmet};
use super::side::{self, Trouble};
use super::spent::Spent;
use super::turn::{self, Role, Turn};

/// A scenario that was played, and how long that took.
pub(super) struct Played {
    pub(super) result: ScenarioResult,
    /// What the reference's golden says of it.
    pub(super) against: Against,
    /// From beginning to end.
    pub(super) wall: Duration,
    /// Of that, what is known of where it went.
    pub(super) spent: Spent,
}

impl Played {
    /// The result, with the time that it took, and what the golden says of it.
    pub(super) fn timed(self) -> (ScenarioResult, Against) {
        (ScenarioResult { seconds: self.wall.as_secs_f64(), ..self.result }, self.against)
    }
}

/// Plays a scenario. Whatever goes wrong is part of the result.
pub(super) fn play(ground: &Ground<'_>, waivers: &WaiverBook, scenario: &Scenario) -> Played {
    let began = Instant::now();
    let mut spent = Spent::default();
    let mut against = Against::Nothing;
    let mut result = ScenarioResult::new(scenario);
    match runs(ground, scenario, &mut result.runs, &mut spent) {
        Ok(runs) => {
            judge(scenario, &runs, ground.scope(), waivers, &mut result);
            if let Some(reference) = runs.reference.first() {
                result.cases = cases(scenario, reference, &result);
                against = ground.against(scenario, reference);
            }
        }
        Err(trouble) => {
            result.verdict = Verdict::Errored;
            result.error = Some(trouble.to_string());
        }
    }
    Played { result, against, wall: began.elapsed(), spent }
}

/// Plays both sides as often as the run asks for. The first that cannot go on ends it.
fn runs(
    ground: &Ground<'_>,
    scenario: &Scenario,
    played: &mut Vec<String>,
    spent: &mut Spent,
) -> Result<Runs, Trouble> {
    let mut runs = Vec::new();
    let golden = ground.replay.then(|| ground.replayed(scenario)).transpose()?;
    for turn in turn::shuffled(ground.seed, &scenario.id(), ground.rounds) {
        // A golden was recorded because the reference agreed with itself.
        if golden.is_some() && turn.role == Role::Reference {
            continue;
        }
        played.push(turn.name());
        runs.push((turn, side::play(ground, scenario, turn, spent)?));
    }
    let mut runs = Runs::of(runs);
    runs.reference.extend(golden);
    Ok(runs)
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
    let mut spent = Spent::default();
    let mut play = |attempt| {
        let turn = Turn { role: Role::Reference, attempt };
        side::play(ground, scenario, turn, &mut spent).map_err(|trouble| trouble.to_string())
    };
    let runs = [play(1)?, play(2)?];
    if let Some((differences, _)) = noise(scenario, Role::Reference, &runs) {
        return Ok(Twice::Differs(differences.iter().map(|found| found.place.to_string()).collect()));
    }
    let [trace, _] = runs;
    let unmet = unmet(scenario, &trace);
    Ok(Twice::Same(trace, unmet))
}
