//! The state of the reference once it has read its own sources again.
//!
//! A queue may keep definitions in a file and state in a database, and bring the two together only when it is asked
//! something. Whoever wants to know what the queue *is*, as its own commands see it, has it perform an operation in a
//! sandbox and looks afterwards.

use std::sync::{Mutex, PoisonError};

use crate::datafile::{Problems, Source};
use crate::library::Library;
use crate::observation::{Outcome, QueueState};
use crate::sandbox::Sandbox;
use crate::scenario::Scenario;
use crate::system::{self, SystemError};

use super::{Alone, Failed, RunError, RunRequest, adapter};

/// The reference did not show its state.
#[derive(Debug, thiserror::Error)]
pub enum RereadError {
    /// The reference cannot be copied, or something that it requires is missing.
    #[error(transparent)]
    Run(#[from] RunError),
    /// It has no such operation.
    #[error("{0}")]
    Operation(#[from] Problems),
    /// The operation could not be performed.
    #[error("`{operation}` could not be performed in a copy: {why}")]
    Failed {
        /// The operation.
        operation: String,
        /// Why.
        why: String,
    },
    /// Its state cannot be read afterwards.
    #[error(transparent)]
    State(#[from] SystemError),
}

/// Copies the reference, performs one operation without arguments in a sandbox, and reads the canonical state that is
/// there then. Nothing of the original is run or changed.
///
/// # Errors
/// When the reference cannot be copied, does not perform the operation, or does not show its state.
pub fn reread(request: &RunRequest, library: &Library, operation: &str) -> Result<QueueState, RereadError> {
    let reference = adapter(library, &request.reference)?;
    let candidate = adapter(library, &request.candidate)?;
    let text = format!(
        "behaviour = \"reread\"\nsummary = \"Its sources are read again.\"\nstart = \"standard\"\n\n[[steps]]\noperation = \"{operation}\"\n"
    );
    let scenario =
        Scenario::parse(&Source::new("reread.toml", text), "reread", "reread", &library.vocabulary)?;
    let alone = Alone::lay(request, library, reference, candidate)?;
    let found: Mutex<Option<Result<QueueState, SystemError>>> = Mutex::default();
    let leave = |sandbox: &Sandbox| {
        let state = system::state_of(sandbox.checkout(), None, reference, &library.schema);
        *found.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
    };
    let failed = |why: String| RereadError::Failed { operation: operation.to_owned(), why };
    let trace = alone.play(&scenario, 1, |_| Ok(()), leave).map_err(|trouble| match trouble {
        Failed::Harness(why) | Failed::Reference(why) => failed(why),
    })?;
    let outcome = trace.steps.first().and_then(Option::as_ref).map(|step| step.outcome.clone());
    match outcome {
        Some(Outcome::Done) => {}
        Some(outcome) => return Err(failed(outcome.to_string())),
        None => return Err(failed("it showed nothing".to_owned())),
    }
    let state = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(state.ok_or_else(|| failed("it left nothing to look at".to_owned()))??)
}
