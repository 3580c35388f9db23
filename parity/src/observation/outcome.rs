//! The outcome of an operation, and the classes of refusal.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Why an operation was refused. The classes are what the two sides are compared on; how each side spells
/// them in exit codes and messages is in its adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// An argument is missing or malformed.
    Usage,
    /// The role is not one of the queue's.
    UnknownRole,
    /// There is no such task or record.
    NotFound,
    /// It belongs to another role.
    WrongRole,
    /// Another holds the task.
    Held,
    /// It is over: done, or acknowledged already.
    Terminal,
    /// It needs a reason.
    ReasonRequired,
    /// Dependencies are not done.
    DependenciesOpen,
    /// There is no accepted evidence.
    EvidenceMissing,
    /// A handoff waits to be acknowledged.
    HandoffOpen,
    /// The reviewer is the task's own role or its claimant.
    SelfReview,
    /// The task left the queue file.
    NotInSource,
    /// The caller does not stand where the work will happen.
    Preflight,
    /// The queue file has problems.
    BrokenQueue,
    /// The store is locked.
    Busy,
    /// What would be made is there already.
    Exists,
}

impl Reason {
    /// Every class with its name.
    pub const ALL: [(Self, &'static str); 16] = [
        (Self::Usage, "usage"),
        (Self::UnknownRole, "unknown-role"),
        (Self::NotFound, "not-found"),
        (Self::WrongRole, "wrong-role"),
        (Self::Held, "held"),
        (Self::Terminal, "terminal"),
        (Self::ReasonRequired, "reason-required"),
        (Self::DependenciesOpen, "dependencies-open"),
        (Self::EvidenceMissing, "evidence-missing"),
        (Self::HandoffOpen, "handoff-open"),
        (Self::SelfReview, "self-review"),
        (Self::NotInSource, "not-in-source"),
        (Self::Preflight, "preflight"),
        (Self::BrokenQueue, "broken-queue"),
        (Self::Busy, "busy"),
        (Self::Exists, "exists"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(reason, _)| *reason == self).map_or("", |(_, name)| name)
    }

    /// The class of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(reason, _)| *reason)
    }
}

/// What became of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Done, and it was a check that found something: callers who chain commands stop there.
    Found,
    /// Refused, and nothing was changed.
    Refused(Reason),
    /// It broke: a signal, a timeout, or an error that is no refusal. The text says how and is not compared.
    Failed(String),
}

impl Outcome {
    /// `ok`, `findings`, `failed`, or the class of the refusal.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::Found => "findings",
            Self::Refused(reason) => reason.name(),
            Self::Failed(_) => "failed",
        }
    }

    /// The names that [`Outcome::class`] can answer.
    pub fn classes() -> impl Iterator<Item = &'static str> {
        ["ok", "findings", "failed"].into_iter().chain(Reason::ALL.iter().map(|(_, name)| *name))
    }

    /// Whether it did what it was asked for, and so has an answer.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done | Self::Found)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done | Self::Found => out.write_str(self.class()),
            Self::Refused(reason) => write!(out, "refused ({})", reason.name()),
            Self::Failed(how) => write!(out, "failed ({how})"),
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Done | Self::Found => map.serialize_entry("outcome", self.class())?,
            Self::Refused(reason) => {
                map.serialize_entry("outcome", "refused")?;
                map.serialize_entry("reason", reason.name())?;
            }
            Self::Failed(how) => {
                map.serialize_entry("outcome", "failed")?;
                map.serialize_entry("how", how)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Written {
            outcome: String,
            reason: Option<String>,
            how: Option<String>,
        }
        let written = Written::deserialize(deserializer)?;
        match (written.outcome.as_str(), written.reason, written.how) {
            ("ok", None, None) => Ok(Self::Done),
            ("findings", None, None) => Ok(Self::Found),
            ("refused", Some(reason), None) => Reason::named(&reason)
                .map(Self::Refused)
                .ok_or_else(|| D::Error::custom(format!("unknown reason class `{reason}`"))),
            ("failed", None, Some(how)) => Ok(Self::Failed(how)),
            _ => Err(D::Error::custom("expected ok, findings, refused with its reason, or failed with how")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Reason};

    #[test]
    fn an_outcome_reads_as_it_was_written() {
        let refused = Outcome::Refused(Reason::Held);
        for outcome in [Outcome::Done, Outcome::Found, refused, Outcome::Failed("exit 9".into())] {
            let text = serde_json::to_string(&outcome).unwrap();
            assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome);
        }
        for wrong in [r#"{"outcome": "refused"}"#, r#"{"outcome": "refused", "reason": "tired"}"#] {
            assert!(serde_json::from_str::<Outcome>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_class_is_found_by_its_name() {
        for (reason, name) in Reason::ALL {
            assert_eq!(reason.name(), name);
            assert_eq!(Reason::named(name), Some(reason));
        }
    }
}
