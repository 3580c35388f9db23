//! What was decided last of each operation, remembered beside the ledger: a gate is asked at every call, and a ledger
//! grows.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::book::{Book, Ledger, LedgerError};
use super::cache::Stamp;
use super::entry::{Entry, Event, Graduation, Revocation};
use super::seal::Seal;
use super::standing::Standing;
use crate::whole::{self, Keep};

/// What was decided last of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grant {
    /// It graduated.
    Graduated {
        /// How.
        graduation: Graduation,
        /// When.
        at: String,
    },
    /// That was taken back.
    Revoked(Revocation),
}

impl Grant {
    /// The digests that it was decided on.
    pub fn seal(&self) -> Option<&Seal> {
        match self {
            Self::Graduated { graduation, .. } => Some(&graduation.seal),
            Self::Revoked(_) => None,
        }
    }

    /// Where the operation stands under the digests of now.
    pub fn standing(&self, now: &Seal) -> Standing {
        match self {
            Self::Revoked(by) => Standing::Revoked { by: Some(by.clone()), changes: Vec::new() },
            Self::Graduated { graduation, at } => {
                let changes = graduation.seal.changes(now);
                if changes.is_empty() {
                    Standing::Graduated { graduation: graduation.clone(), at: at.clone() }
                } else {
                    Standing::Revoked { by: None, changes }
                }
            }
        }
    }
}

/// What was decided last of each operation.
pub type Grants = BTreeMap<String, Grant>;

/// What the lines of a ledger decided last.
pub fn grants(entries: &[Entry]) -> Grants {
    let mut grants = Grants::new();
    for entry in entries {
        let (operation, grant) = match &entry.event {
            Event::Graduated(graduation) => {
                let grant = Grant::Graduated { graduation: graduation.clone(), at: entry.at.clone() };
                (&graduation.operation, grant)
            }
            Event::Revoked(revocation) => (&revocation.operation, Grant::Revoked(revocation.clone())),
            Event::Run(_) | Event::Ungraduated(_) | Event::Shadowed(_) => continue,
        };
        grants.insert(operation.clone(), grant);
    }
    grants
}

/// What is remembered of a ledger, as long as its file is the one that was read.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    ledger: Stamp,
    grant: Option<Grant>,
}

/// What the ledger in `folder` decided last of an operation. The whole of it is read, and its chain followed, only after it
/// changed. Each operation has a file of its own: a call asks for one, and a graduation names everything it was proved with.
///
/// # Errors
/// The ledger cannot be believed or read.
pub fn remembered_grant(folder: &Path, operation: &str) -> Result<Option<Grant>, LedgerError> {
    let path = Book::Ledger.path_in(folder);
    let memory = folder.join("grants");
    let file = memory.join(format!("{operation}.json"));
    // A ledger that is not there, or changed this moment, is read as it is.
    let stamp = Stamp::of(&path).ok().filter(Stamp::is_settled);
    let known: Option<Remembered> = fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok());
    if let (Some(stamp), Some(known)) = (&stamp, known)
        && known.ledger == *stamp
    {
        return Ok(known.grant);
    }
    let grant = grants(Ledger::read(folder, Book::Ledger)?.entries()).remove(operation);
    if let Some(ledger) = stamp {
        // What cannot be remembered is read again by the next call.
        let text = serde_json::to_vec(&Remembered { ledger, grant: grant.clone() }).unwrap_or_default();
        drop(fs::create_dir_all(&memory).and_then(|()| whole::write(&file, &text, Keep::Perhaps)));
    }
    Ok(grant)
}
