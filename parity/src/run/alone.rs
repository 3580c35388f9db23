//! The reference alone, for those who change its sandbox before it plays, or look into it afterwards.

use std::path::Path;

use crate::adapter::Adapter;
use crate::compare::{self, Scope};
use crate::hex;
use crate::library::Library;
use crate::observation::Observation;
use crate::sandbox::{Sandbox, SandboxError};
use crate::scenario::Scenario;
use crate::system::SystemError;

use super::ground::{Copying, Ground};
use super::record::Recorder;
use super::side::{self, Trouble};
use super::turn::{Role, Turn};
use super::{RunError, RunRequest, Trace, doctor, outside};

/// Why a scenario was not played to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failed {
    /// The harness could not set it up or write it down, which says nothing of the reference.
    Harness(String),
    /// The reference did something that cannot be understood.
    Reference(String),
}

/// A copy of the reference from which it plays scenarios.
pub(crate) struct Alone<'a>(Ground<'a>);

impl<'a> Alone<'a> {
    /// Copies the reference. The candidate does not run; its adapter says what of the files is its own.
    pub(crate) fn lay(
        request: &'a RunRequest,
        library: &'a Library,
        reference: &'a Adapter,
        candidate: &'a Adapter,
    ) -> Result<Self, RunError> {
        let examination = doctor::of_reference(&request.reference_dir, reference);
        if !examination.is_sound() {
            return Err(RunError::Unfit(examination));
        }
        outside(request)?;
        // Its sandboxes are exact, so there is nothing that an ordinary user would need a namespace for.
        Ground::lay(request, library, reference, candidate, Copying::Exact).map(Self)
    }

    /// The checkout of the copy. Nothing may be run in it.
    pub(crate) fn checkout(&self) -> &Path {
        self.0.base()
    }

    /// A digest of what every scenario starts from: the rows of the copied database, whose bytes differ from copy to
    /// copy.
    pub(crate) fn start_digest(&self) -> Result<String, SystemError> {
        let Some(state) = self.0.copied_state() else { return Ok(String::new()) };
        Ok(hex::sha256(serde_json::to_string(&state?).unwrap_or_default()))
    }

    /// Plays a scenario. No two that play at the same time may have the same number.
    pub(crate) fn play(
        &self,
        scenario: &Scenario,
        number: usize,
        enter: impl FnOnce(&Sandbox) -> Result<(), SandboxError>,
        leave: impl FnOnce(&Sandbox),
    ) -> Result<Trace, Failed> {
        self.play_with(scenario, number, enter, leave, &|_, _| false)
    }

    /// Plays a scenario until a step shows something else than `expected` does.
    pub(crate) fn play_against(
        &self,
        expected: &Trace,
        scenario: &Scenario,
        number: usize,
        enter: impl FnOnce(&Sandbox) -> Result<(), SandboxError>,
    ) -> Result<Trace, Failed> {
        let differs = |step: usize, shown: &Observation| {
            let expected = expected.steps.get(step).and_then(Option::as_ref);
            let found =
                |was: &Observation| compare::observations(step + 1, was, shown, Scope::BothSides).found;
            expected.is_some_and(|was| !found(was).is_empty())
        };
        self.play_with(scenario, number, enter, |_| {}, &differs)
    }

    fn play_with(
        &self,
        scenario: &Scenario,
        number: usize,
        enter: impl FnOnce(&Sandbox) -> Result<(), SandboxError>,
        leave: impl FnOnce(&Sandbox),
        enough: &dyn Fn(usize, &Observation) -> bool,
    ) -> Result<Trace, Failed> {
        let turn = Turn { role: Role::Reference, attempt: number };
        let recorder = Recorder::new(self.0.out, scenario, turn).map_err(harness)?;
        let mut system = self.0.system(turn, scenario, Copying::Exact).map_err(harness)?;
        enter(system.sandbox()).map_err(harness)?;
        let trace = side::follow_until(&mut system, &self.0, scenario, turn, recorder, enough);
        leave(system.sandbox());
        trace.map_err(|trouble| match trouble {
            Trouble::System { .. } => Failed::Reference(trouble.to_string()),
            other => harness(other),
        })
    }

    /// What in the original is not as it was before, by whomever.
    pub(crate) fn changes_of_original(&self) -> Result<Vec<String>, RunError> {
        self.0.changes_of_original()
    }
}

fn harness(error: impl std::fmt::Display) -> Failed {
    Failed::Harness(error.to_string())
}
