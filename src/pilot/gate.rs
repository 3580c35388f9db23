//! The gate: in a project that still has its scripts, a verb that changes something is used for real only when it has been
//! shown to do what they do.

use fairway_parity::LibraryError;
use fairway_parity::adapter::Placeholders;
use fairway_parity::ledger::{Change, Event, Exception, Revocation, Standing, remembered_grant};
use fairway_parity::library::Library;
use fairway_parity::operation::Operation;

use super::OWN_ADAPTER;
use super::project::{Project, ProofError};
use super::verbs::{Kind, kind};
use crate::process::quoted;

/// A call that asks to be let through.
#[derive(Debug)]
pub struct Call<'a> {
    /// The verb, as the envelope names it.
    pub verb: &'static str,
    /// The words of the call, the program first.
    pub words: &'a [String],
    /// Who acts.
    pub actor: &'a str,
    /// Why it is to be let through without proof; nothing when it is not asked for.
    pub exception: Option<&'a str>,
}

/// A call was let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admitted {
    /// Nothing is asked of such a verb.
    Ungated,
    /// It reads, from a store that is the shadow of the scripts' queue.
    Reading,
    /// Its operation has graduated, or none has to.
    Proved,
    /// It was let through without proof, which is written down.
    Exception,
}

/// A call was not let through.
#[derive(Debug, thiserror::Error)]
#[error("`{verb}` is not in use here yet: {}", why(.operation, standing.as_ref()))]
pub struct Refused {
    /// The verb.
    pub verb: &'static str,
    /// The operation that has to graduate.
    pub operation: String,
    /// Where it stands; nothing when it never graduated.
    pub standing: Option<Standing>,
    /// The command of the scripts that does this today, with the arguments of this call.
    pub command: Option<String>,
}

/// A call was not let through, or it cannot be told whether it may be.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// It was not.
    #[error(transparent)]
    Refused(Box<Refused>),
    /// What was proved cannot be told.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The adapters have problems.
    #[error(transparent)]
    Adapters(#[from] LibraryError),
}

fn why(operation: &str, standing: Option<&Standing>) -> String {
    match standing {
        Some(Standing::Revoked { by: Some(Revocation { by, reason, .. }), .. }) => {
            format!("{by} took the graduation of `{operation}` back: {reason}")
        }
        Some(Standing::Revoked { by: None, changes }) => {
            let list: Vec<String> = changes.iter().take(3).map(Change::to_string).collect();
            let more = changes.len().saturating_sub(3);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            format!("the proof of `{operation}` does not hold any more: {}{more}", list.join(", "))
        }
        _ => format!("`{operation}` has not graduated"),
    }
}

impl Refused {
    /// What to do: the scripts' own command, and how the operation graduates.
    pub fn hint(&self) -> String {
        let today = match &self.command {
            Some(command) => format!("today this is done by `{command}`; "),
            None => String::new(),
        };
        let operation = &self.operation;
        format!(
            "{today}`fairway parity status {operation}` says what it lacks, `fairway parity graduate {operation}` decides"
        )
    }
}

/// Lets a call through, or says why not.
///
/// # Errors
/// Its operation has not graduated, or that cannot be told.
pub fn admit(project: &Project, call: &Call<'_>) -> Result<Admitted, GateError> {
    let operation = match kind(call.verb) {
        Some(Kind::Administrative) => return Ok(Admitted::Ungated),
        Some(Kind::Reading) => return Ok(Admitted::Reading),
        Some(Kind::Native) => None,
        Some(Kind::Proved(operation)) => Some(operation),
        // A test holds the table against the command line.
        None => Some(call.verb),
    };
    if let Some(reason) = call.exception {
        let operation = operation.map(str::to_owned);
        let (verb, by) = (call.verb.to_owned(), call.actor.to_owned());
        project.note(Event::Ungraduated(Exception { verb, operation, by, reason: reason.to_owned() }))?;
        return Ok(Admitted::Exception);
    }
    let Some(operation) = operation else { return Ok(Admitted::Proved) };
    let standing = standing(project, operation)?;
    if standing.as_ref().is_some_and(Standing::is_graduated) {
        return Ok(Admitted::Proved);
    }
    let command = legacy_command(project, call)?;
    let (verb, operation) = (call.verb, operation.to_owned());
    Err(GateError::Refused(Box::new(Refused { verb, operation, standing, command })))
}

/// Where an operation stands, by its last graduation and the digests of now. `None` when it never graduated.
fn standing(project: &Project, operation: &str) -> Result<Option<Standing>, ProofError> {
    let grant = remembered_grant(&project.folder(), operation).map_err(ProofError::from)?;
    let Some(grant) = grant else { return Ok(None) };
    let now = grant.seal().map(|proved| project.seal_like(proved)).transpose()?;
    Ok(Some(grant.standing(&now.unwrap_or_default())))
}

/// The command of the scripts that does what a call asks, as one types it into a shell. `None` when the call or the adapter
/// has no words for it.
fn legacy_command(project: &Project, call: &Call<'_>) -> Result<Option<String>, LibraryError> {
    let systems = Library::systems(Some(project.root()))?;
    let (own, legacy) = (systems.adapter(OWN_ADAPTER), systems.adapter(&project.legacy.adapter));
    let (Some(own), Some(legacy)) = (own, legacy) else { return Ok(None) };
    let Some(found) = own.recognise(call.words, &systems.vocabulary) else { return Ok(None) };
    let Some(ask) = legacy.ask(&found.operation) else { return Ok(None) };
    // People type the short way, which an adapter has under a name of its own.
    let via = ask.via.first().map(|via| via.name.clone());
    let operation = Operation {
        name: found.operation,
        arguments: found.arguments,
        role: None,
        via,
        now: String::new(),
        actor: call.actor.to_owned(),
    };
    let Ok(words) = ask.words(&operation, &Placeholders::default()) else { return Ok(None) };
    // The options that an adapter adds choose how it prints.
    let words = words.iter().filter(|word| !word.starts_with('-'));
    Ok(Some(words.map(|word| quoted(word)).collect::<Vec<_>>().join(" ")))
}
