//! Tries one mutant: the scenarios that run its line are played on the reference with the fault, until one tells it
//! from the reference without.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::GradeError;
use super::baseline::Known;
use super::mutators::Effect;
use super::site::Mutant;
use crate::compare::{Difference, Part, Scope};
use crate::observation::Channel;
use crate::run::{Alone, Failed};

/// How a fault was noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catch {
    /// The scenario, as `behaviour/name`.
    pub scenario: String,
    /// The first place that differs, or what went wrong.
    pub what: String,
    /// The parts of the observations that differ.
    pub effects: BTreeSet<Effect>,
}

/// A mutant, and what came of it. It is kept, so that a run that was interrupted goes on, and that a new scenario
/// alone is played when it is to catch a survivor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The fault.
    pub mutant: Mutant,
    /// The scenarios that did not notice, with a digest of what each was made of.
    pub unnoticed: BTreeMap<String, String>,
    /// The one that did.
    pub caught: Option<Catch>,
    /// The digest of what that was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caught_key: Option<String>,
}

/// Plays, in this order, at most so many of the scenarios that run the mutant's line, without those that were played.
pub(super) fn run(
    alone: &Alone<'_>,
    (mutant, text): (&Mutant, &str),
    (scenarios, most): (&[&Known<'_>], usize),
    number: usize,
    kept: &Path,
) -> Result<Trial, GradeError> {
    let mut trial = read(kept).filter(|trial| trial.mutant == *mutant).unwrap_or_else(|| Trial {
        mutant: mutant.clone(),
        unnoticed: BTreeMap::new(),
        caught: None,
        caught_key: None,
    });
    let keys: BTreeMap<String, &str> =
        scenarios.iter().map(|known| (known.scenario.id(), known.key.as_str())).collect();
    trial.unnoticed.retain(|id, key| keys.get(id).is_some_and(|now| now == key));
    let still = trial.caught.as_ref().and_then(|caught| keys.get(&caught.scenario));
    if still.is_some() && still.copied() == trial.caught_key.as_deref() {
        return Ok(trial);
    }
    (trial.caught, trial.caught_key) = (None, None);
    for known in scenarios.iter().take(most) {
        let id = known.scenario.id();
        if trial.unnoticed.contains_key(&id) {
            continue;
        }
        let Ok(expected) = &known.trace else { continue };
        let enter = |sandbox: &crate::sandbox::Sandbox| sandbox.replace(&mutant.file, text);
        let caught = match alone.play_against(expected, known.scenario, number, enter) {
            Err(Failed::Harness(error)) => return Err(GradeError::Harness(format!("{id}: {error}"))),
            Err(Failed::Reference(what)) => {
                Some(Catch { scenario: id.clone(), what, effects: BTreeSet::from([Effect::Outcome]) })
            }
            Ok(shown) => noticed(
                &id,
                &expected.compare(&shown, known.scenario, Scope::BothSides, ["sound", "faulty"]).0,
            ),
        };
        if caught.is_some() {
            (trial.caught, trial.caught_key) = (caught, Some(known.key.clone()));
            break;
        }
        trial.unnoticed.insert(id, known.key.clone());
    }
    super::write(kept, &serde_json::to_vec_pretty(&trial).unwrap_or_default())?;
    Ok(trial)
}

fn read(path: &Path) -> Option<Trial> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn noticed(scenario: &str, differences: &[Difference]) -> Option<Catch> {
    let first = differences.first()?;
    let effect = |difference: &Difference| match difference.place.part {
        Part::Answer => Effect::Answer,
        Part::Changes(Channel::State) => Effect::State,
        Part::Changes(_) => Effect::Files,
        _ => Effect::Outcome,
    };
    let effects = differences.iter().map(effect).collect();
    Some(Catch { scenario: scenario.to_owned(), what: first.place.to_string(), effects })
}
