//! Marks: a row that the scripts wrote on behalf of Fairway says which of Fairway's events it tells, behind the name of who
//! did it: `you@host fairway:NAME/12`. `+` follows the number where the row is only a step on the way.

use std::fmt;

/// How a mark begins.
pub const SIGN: &str = " fairway:";

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The pilot.
    pub pilot: String,
    /// The event.
    pub event: i64,
    /// Whether the row is only a step on the way.
    pub step: bool,
}

impl fmt::Display for Mark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pilot, event, step } = self;
        write!(out, "{SIGN}{pilot}/{event}{}", if *step { "+" } else { "" })
    }
}

impl Mark {
    /// The name and the mark of a text that ends in one.
    pub fn split(text: &str) -> Option<(&str, Self)> {
        let (name, mark) = text.rsplit_once(SIGN)?;
        let (pilot, event) = mark.rsplit_once('/')?;
        let (event, step) = match event.strip_suffix('+') {
            Some(event) => (event, true),
            None => (event, false),
        };
        Some((name, Self { pilot: pilot.to_owned(), event: event.parse().ok()?, step }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_mark_is_found_behind_any_name(name in "\\PC{0,30}", event in 1_i64.., step: bool) {
            let mark = Mark { pilot: "C-ops-20260227T160000Z".to_owned(), event, step };
            let text = format!("{name}{mark}");
            prop_assert_eq!(Mark::split(&text), Some((name.as_str(), mark)));
        }
    }

    #[test]
    fn what_is_none_stays_a_name() {
        for text in ["you@host", "fairway:x/1", "a fairway:x", "a fairway:x/y", "a fairway:x/1 b"] {
            assert_eq!(Mark::split(text), None, "{text}");
        }
    }
}
