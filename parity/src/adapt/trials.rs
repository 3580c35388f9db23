//! Sandboxes in which verbs of a queue are tried. What cannot be held there is not run at all.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::confine::{Confinement, Protections};
use crate::sandbox::{self, Base, Original, Sandbox};

use super::AdaptError;

/// How long one command may take.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
/// Either of these holds what a command writes inside of its sandbox.
const HOLDING: [&str; 2] = ["read-only-original", "landlock-writes"];

/// Where verbs are tried, each in a sandbox of its own.
pub(crate) struct Trials<'b> {
    base: &'b Base,
    under: PathBuf,
    confinement: Option<Confinement>,
}

impl<'b> Trials<'b> {
    /// Sandboxes of `base`, below `work`, with `keeper` as the program that carries their keeper.
    ///
    /// # Errors
    /// The original's folders cannot be found.
    pub(crate) fn new(
        original: &Original,
        base: &'b Base,
        work: &Path,
        keeper: Option<&Path>,
    ) -> Result<Self, AdaptError> {
        let protections = Arc::new(Protections::default());
        let confined =
            |program| sandbox::keep(original, program, vec![work.to_owned()], PATIENCE, &protections);
        let confinement = keeper.map(confined).transpose()?;
        Ok(Self { base, under: work.join("tries"), confinement })
    }

    /// A sandbox that holds what runs in it, or why there is none.
    ///
    /// # Errors
    /// It cannot be made.
    pub(crate) fn sandbox(&self, name: &str) -> Result<Result<Sandbox, String>, AdaptError> {
        let Some(confinement) = &self.confinement else {
            return Ok(Err("no program carries the keeper".to_owned()));
        };
        let mut sandbox = self.base.sandbox(&self.under, name, &[])?;
        sandbox.confine(confinement);
        let told = confinement.protections.told();
        let of = |name: &str| told.iter().find(|one| one.name == name);
        if HOLDING.iter().any(|name| of(name).is_some_and(|one| one.in_force)) {
            return Ok(Ok(sandbox));
        }
        let why =
            HOLDING.iter().filter_map(|name| Some(format!("{name}: {}", of(name)?.why_not.as_deref()?)));
        Ok(Err(why.collect::<Vec<_>>().join("; ")))
    }
}
