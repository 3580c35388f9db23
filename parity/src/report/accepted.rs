//! What a run did not count as a difference, and why: waivers and normalisers with how often each was used.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::normalise::Normaliser;
use crate::waiver::{Waiver, WaiverKind};

use super::ScenarioResult;

/// A waiver, and what it accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverUse {
    /// Its name.
    pub id: String,
    /// The behaviour that it is for.
    pub behaviour: String,
    /// The place that it accepts, as the report writes it; `*` stands for any text.
    pub place: String,
    /// What differs there.
    pub differs: String,
    /// Why the difference is accepted.
    pub reason: String,
    /// The page under `docs/decisions` that decides it, when it is by design.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// Who sees to it, when it is to go away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The last day on which it holds, when it is to go away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// How many differences it accepted.
    pub differences: usize,
    /// In how many scenarios.
    pub scenarios: usize,
}

/// A normaliser, and what it masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NormaliserUse {
    /// Its name.
    pub id: String,
    /// The behaviour that it is for; none is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<String>,
    /// The place that it masks.
    pub place: String,
    /// Why two honest runs may differ there.
    pub reason: String,
    /// Who accepted it.
    #[serde(default)]
    pub owner: String,
    /// The last day on which it holds.
    #[serde(default)]
    pub expires: String,
    /// How many values it masked, on all sides together.
    pub masked: usize,
}

/// The waivers that accepted something in these scenarios.
pub fn waivers_used(waivers: &[Waiver], results: &[ScenarioResult]) -> Vec<WaiverUse> {
    let uses = waivers.iter().map(|waiver| {
        let accepted = |result: &ScenarioResult| {
            let by = |id: &Option<String>| id.as_deref() == Some(waiver.id.as_str());
            result.differences.iter().filter(|difference| by(&difference.waiver)).count()
        };
        let counts: Vec<usize> = results.iter().map(accepted).filter(|count| *count > 0).collect();
        let (decision, owner, expires) = match &waiver.kind {
            WaiverKind::ByDesign { decision } => (Some(decision.clone()), None, None),
            WaiverKind::Temporary { owner, expires } => {
                (None, Some(owner.clone()), Some(expires.to_string()))
            }
        };
        WaiverUse {
            id: waiver.id.clone(),
            behaviour: waiver.behaviour.clone(),
            place: waiver.place.clone(),
            differs: waiver.differs.clone(),
            reason: waiver.reason.clone(),
            decision,
            owner,
            expires,
            differences: counts.iter().sum(),
            scenarios: counts.len(),
        }
    });
    uses.filter(|used| used.differences > 0).collect()
}

/// The normalisers that masked something in these scenarios.
pub fn normalisers_used(rules: &[Normaliser], results: &[ScenarioResult]) -> Vec<NormaliserUse> {
    let uses = rules.iter().map(|rule| NormaliserUse {
        id: rule.id.clone(),
        behaviour: rule.behaviour.clone(),
        place: rule.place.clone(),
        reason: rule.reason.clone(),
        owner: rule.owner.clone(),
        expires: rule.expires.to_string(),
        masked: results.iter().filter_map(|result| result.masked.0.get(&rule.id)).sum(),
    });
    uses.filter(|used| used.masked > 0).collect()
}
