//! Places in a run where two systems differ.

use std::fmt;

use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::observation::Channel;

/// Which part of an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Done, refused with a class, or failed.
    Outcome,
    /// The canonical answer.
    Answer,
    /// What changed, seen through a channel; at the start, the queue state.
    Changes(Channel),
}

/// A place: the step (`None` is the start), the part, and the path inside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// From 1; `None` is the state after the setup.
    pub step: Option<usize>,
    /// The part.
    pub part: Part,
    /// A JSON pointer in an answer, `section[key].column` in a state or in git, `[path].column` in files.
    pub path: String,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            Some(step) => write!(out, "step {step}")?,
            None => out.write_str("start")?,
        }
        match self.part {
            Part::Outcome => out.write_str(" · outcome")?,
            Part::Answer => out.write_str(" · answer")?,
            Part::Changes(channel) => write!(out, " · {}", channel.name())?,
        }
        if self.path.is_empty() { Ok(()) } else { write!(out, " · {}", self.path) }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One difference. A value that is not there at all is `None`, unlike one that is `null`.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Difference {
    /// Where.
    pub place: Place,
    /// What the reference shows.
    pub reference: Option<Value>,
    /// What the candidate shows.
    pub candidate: Option<Value>,
    /// The waiver that accepts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiver: Option<String>,
}

/// Whether a text is what a pattern says, where `*` stands for any text.
pub fn pattern_matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = pattern.contains('*').then(|| parts.next_back()).flatten() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(pattern_matches("step * · answer · /reason", "step 12 · answer · /reason"));
        assert!(pattern_matches("start · state · tasks[*].notes", "start · state · tasks[A-1].notes"));
        assert!(!pattern_matches("start · state · tasks[*].notes", "start · state · tasks[A-1].title"));
        assert!(!pattern_matches("step 1", "step 12"));
    }

    proptest! {
        #[test]
        fn a_text_matches_itself_and_a_star(text in "[a-z·/\\[\\]]{0,12}", cut in 0..6_usize) {
            prop_assert!(pattern_matches(&text, &text));
            let head: String = text.chars().take(cut).collect();
            let wildcard = format!("{head}*");
            prop_assert!(pattern_matches(&wildcard, &text));
        }
    }
}
