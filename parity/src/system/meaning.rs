//! What a command that came to its end means, as its adapter reads it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::adapter::{Adapter, AnswerRule, Ask, OutcomeRule, Printed};
use crate::observation::Outcome;
use crate::operation::{Argument, FieldType, Operation};

use super::SystemError;

/// What was printed, with the exit code that is behind the one of the way in which it was asked.
pub(crate) fn printed(
    ask: &Ask,
    operation: &Operation,
    exit: i32,
    [stdout, stderr]: [&[u8]; 2],
    checkout: &Path,
) -> Printed {
    let via = ask.via(operation);
    let mut printed = Printed {
        exit,
        stdout: String::from_utf8_lossy(stdout).into_owned(),
        stderr: String::from_utf8_lossy(stderr).into_owned(),
        via: via.map(|via| via.name.clone()),
        output: output(operation, checkout),
    };
    let behind = via.and_then(|via| via.exit.as_ref()).and_then(|regex| regex.captures(&printed.stderr));
    if let Some(code) = behind.and_then(|found| found.get(1)?.as_str().parse().ok()) {
        printed.exit = code;
    }
    printed
}

/// Whether it was done, refused or failed.
pub(crate) fn outcome(adapter: &Adapter, ask: &Ask, printed: &Printed) -> Result<Outcome, SystemError> {
    let rules = ask.outcomes.iter().chain(&adapter.outcomes);
    OutcomeRule::decide(rules, printed)
        .map_err(|source| SystemError::Outcome { operation: ask.operation.clone(), source })
}

/// The canonical answer.
pub(crate) fn answer(ask: &Ask, printed: &Printed, kind: &FieldType) -> Result<Value, SystemError> {
    AnswerRule::read(&ask.answers, printed, kind)
        .map_err(|source| SystemError::Answer { operation: ask.operation.clone(), source })
}

/// The file that the operation was asked to write its answer to. An empty name asks for none.
fn output(operation: &Operation, checkout: &Path) -> Option<PathBuf> {
    let named = operation.arguments.iter().find(|(name, _)| name == "output");
    match named {
        Some((_, Argument::Text(path))) if !path.is_empty() => Some(checkout.join(path)),
        _ => None,
    }
}
