//! Waivers: differences that are accepted, each with its exact place, what differs there, and why.
//!
//! They are of two kinds. One by design cites a decision page and holds for good; one for now has an owner and a last
//! day. An expired waiver is a problem of its file, and one that accepts nothing fails a full run: neither may
//! hide what nobody looks at any more.

mod book;
mod parse;
mod pattern;
mod write;

pub use book::WaiverBook;
pub use parse::parse;
pub use pattern::{escaped, is_open, matches};
pub use write::{NotWritten, append};

use jiff::civil::Date;
use serde_json::Value;

use crate::compare::Difference;
use crate::observation::Channel;

/// Why a difference is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaiverKind {
    /// It is meant. A decision page says why, and it does not expire.
    ByDesign {
        /// The page's name under `docs/decisions`.
        decision: String,
    },
    /// It is to go away.
    Temporary {
        /// Who sees to it.
        owner: String,
        /// The last day on which it holds, in real time.
        expires: Date,
    },
}

/// One accepted difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Its name in the report.
    pub id: String,
    /// The behaviour.
    pub behaviour: String,
    /// The scenario; `*` stands for any text, so `*` alone is every scenario of the behaviour.
    pub scenario: String,
    /// The channel: `outcome`, `answer`, or what a change shows in.
    pub channel: String,
    /// The place as the report writes it; `*` stands for any text, `\*` for a star.
    pub place: String,
    /// What differs there, in a sentence.
    pub differs: String,
    /// What the reference has to show there, if the waiver is about that value alone.
    pub reference: Option<Shown>,
    /// What the candidate has to show there, if the waiver is about that value alone.
    pub candidate: Option<Shown>,
    /// Why it is accepted.
    pub reason: String,
    /// By design, or for now.
    pub kind: WaiverKind,
}

/// A value at a place; `None` is one that is not there at all, written `nothing`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown(pub Option<Value>);

impl Waiver {
    /// Whether it accepts a difference of a scenario.
    pub fn accepts(&self, behaviour: &str, scenario: &str, difference: &Difference) -> bool {
        let place = difference.place.to_string();
        let says = |shown: &Option<Shown>, value: &Option<Value>| {
            shown.as_ref().is_none_or(|shown| shown.0 == *value)
        };
        self.behaviour == behaviour
            && self.channel == channel_of(&place)
            && matches(&self.scenario, scenario)
            && matches(&self.place, &place)
            && says(&self.reference, &difference.reference)
            && says(&self.candidate, &difference.candidate)
    }
}

/// The channel of a place as a report writes it: its second part.
pub fn channel_of(place: &str) -> &str {
    place.split(" · ").nth(1).unwrap_or_default()
}

/// Every channel that a waiver can be about.
pub fn channels() -> impl Iterator<Item = &'static str> {
    ["outcome", "ending", "answer"].into_iter().chain(Channel::ALL.map(Channel::name))
}
