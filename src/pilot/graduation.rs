//! Which operations there are to graduate, and the decision.

use fairway_parity::adapter::Adapter;
use fairway_parity::ledger::{
    Assessment, Event, Graduation, Missing, Revocation, Rule, Seal, Standing, assess, grants, standing,
};
use jiff::Timestamp;

use super::project::{Project, ProofError};
use super::verbs::{Kind, VERBS};

/// An operation that may graduate, and the verbs that do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The operation.
    pub operation: &'static str,
    /// The verbs.
    pub verbs: Vec<&'static str>,
}

/// Every operation of the scripts that changes something and that Fairway has a verb for.
pub fn candidates() -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for (verb, kind) in VERBS {
        let Kind::Proved(operation) = kind else { continue };
        match found.iter_mut().find(|known| known.operation == *operation) {
            Some(known) => known.verbs.push(verb),
            None => found.push(Candidate { operation, verbs: vec![verb] }),
        }
    }
    found
}

/// An operation cannot graduate yet.
#[derive(Debug, thiserror::Error)]
#[error("`{operation}` cannot graduate: {}", missing.iter().map(Missing::to_string).collect::<Vec<_>>().join("; "))]
pub struct NotProven {
    /// The operation.
    pub operation: String,
    /// What it lacks.
    pub missing: Vec<Missing>,
}

/// No operation graduated.
#[derive(Debug, thiserror::Error)]
pub enum GraduationError {
    /// One of them lacks something.
    #[error(transparent)]
    NotProven(#[from] NotProven),
    /// What was proved cannot be told or written down.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// Where operations stand today, in their order.
///
/// # Errors
/// A file cannot be read, or the ledger not be believed.
pub fn stand(
    project: &Project,
    adapter: &Adapter,
    operations: &[&str],
) -> Result<Vec<(Standing, Assessment)>, ProofError> {
    let entries = project.proofs()?;
    let (grants, seal, rule) = (grants(&entries), project.seal(adapter)?, project.rule());
    let mut found = Vec::new();
    for operation in operations {
        // Held against its own scripts: one that came since counts for nothing in an earlier proof.
        let grant = match grants.get(*operation) {
            Some(grant) => {
                let now = grant.seal().map(|proved| project.seal_like(proved)).transpose()?;
                Some(grant.standing(&now.unwrap_or_default()))
            }
            None => None,
        };
        found.push(standing(&entries, operation, &seal, grant, Timestamp::now(), &rule));
    }
    Ok(found)
}

/// Lets operations graduate, all of them or none.
///
/// # Errors
/// One lacks something, or the ledger cannot be believed or written.
pub fn graduate(
    project: &Project,
    adapter: &Adapter,
    operations: &[String],
    accepted: &[String],
    by: &str,
) -> Result<Vec<Graduation>, GraduationError> {
    let entries = project.proofs()?;
    let (seal, rule) = (project.seal(adapter)?, project.rule());
    let mut graduations = Vec::new();
    for operation in operations {
        let found = assess(&entries, operation, &seal, Timestamp::now(), &rule, accepted);
        if !found.missing.is_empty() {
            return Err(NotProven { operation: operation.clone(), missing: found.missing }.into());
        }
        graduations.push(graduation(operation, found, by, &rule, &seal));
    }
    for graduation in &graduations {
        project.note(Event::Graduated(graduation.clone()))?;
    }
    Ok(graduations)
}

fn graduation(operation: &str, found: Assessment, by: &str, rule: &Rule, seal: &Seal) -> Graduation {
    Graduation {
        operation: operation.to_owned(),
        by: by.to_owned(),
        runs: found.runs,
        copies: found.copies,
        cases: found.cases,
        accepted_waivers: found.waivers,
        rule: rule.clone(),
        seal: seal.clone(),
    }
}

/// Takes graduations back.
///
/// # Errors
/// The ledger cannot be believed or written.
pub fn revoke(project: &Project, operations: &[String], by: &str, reason: &str) -> Result<(), ProofError> {
    for operation in operations {
        let (operation, by, reason) = (operation.clone(), by.to_owned(), reason.to_owned());
        project.note(Event::Revoked(Revocation { operation, by, reason }))?;
    }
    Ok(())
}
