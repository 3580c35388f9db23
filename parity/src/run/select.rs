//! Which scenarios a run is about.

use std::collections::BTreeSet;

use globset::Glob;

use crate::adapter::Adapter;
use crate::scenario::Scenario;

use super::{RunError, RunRequest};

/// The scenarios that were asked for, in the order of the library; when none were, those that the reference is for.
pub(crate) fn select<'s>(
    request: &RunRequest,
    reference: &Adapter,
    all: &'s [Scenario],
) -> Result<Vec<&'s Scenario>, RunError> {
    let glob = request.scenario.as_deref().map(Glob::new).transpose()?.map(|glob| glob.compile_matcher());
    let known: BTreeSet<&str> = all.iter().map(|scenario| scenario.behaviour.as_str()).collect();
    let nothing =
        || RunError::NothingSelected { known: known.iter().map(|name| (*name).to_owned()).collect() };
    if request.behaviours.iter().any(|name| !known.contains(name.as_str())) {
        return Err(nothing());
    }
    let selected: Vec<_> = all
        .iter()
        .filter(|scenario| match request.behaviours.as_slice() {
            [] => reference.is_for(&scenario.behaviour),
            named => named.contains(&scenario.behaviour),
        })
        .filter(|scenario| {
            glob.as_ref().is_none_or(|glob| glob.is_match(&scenario.name) || glob.is_match(scenario.id()))
        })
        .collect();
    if selected.is_empty() { Err(nothing()) } else { Ok(selected) }
}
