//! Places in a run where two systems differ.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::observation::Channel;

/// Which part of an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Done, refused with a class, or failed.
    Outcome,
    /// How the command ended.
    Ending,
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
            Part::Ending => out.write_str(" · ending")?,
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

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, " · ");
        let (step, part) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let number = step.strip_prefix("step ").and_then(|number| number.parse().ok());
        if number.is_none() && step != "start" {
            return Err(format!("not a place: `{text}` begins with neither `start` nor a step"));
        }
        let part = match part {
            "outcome" => Part::Outcome,
            "ending" => Part::Ending,
            "answer" => Part::Answer,
            name => {
                let channel = Channel::ALL.into_iter().find(|channel| channel.name() == name);
                Part::Changes(channel.ok_or_else(|| format!("not a place: `{text}` has no part `{name}`"))?)
            }
        };
        Ok(Self { step: number, part, path: parts.next().unwrap_or_default().to_owned() })
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Place {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Place".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

/// One difference. A value that is not there at all is `None`, unlike one that is `null`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// Where.
    pub place: Place,
    /// What the reference shows; left out where that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "there")]
    #[schemars(with = "Value")]
    pub reference: Option<Value>,
    /// What the candidate shows; left out where that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "there")]
    #[schemars(with = "Value")]
    pub candidate: Option<Value>,
    /// The waiver that accepts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<String>,
}

/// A value that is there, which `null` is too.
fn there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
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

    #[test]
    fn a_value_that_is_null_is_not_one_that_is_not_there() {
        let place: Place = "step 3 · answer · /reason".parse().unwrap();
        let one = Difference { place, reference: Some(Value::Null), candidate: None, waiver: None };
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(text, r#"{"place":"step 3 · answer · /reason","reference":null}"#);
        assert_eq!(serde_json::from_str::<Difference>(&text).unwrap(), one);
    }

    #[test]
    fn what_is_no_place_is_not_read_as_one() {
        for text in ["", "step one · answer", "step 1", "start · weather · rain"] {
            assert!(text.parse::<Place>().unwrap_err().starts_with("not a place"), "{text}");
        }
    }

    fn any_place() -> impl Strategy<Value = Place> {
        let part = prop_oneof![
            Just(Part::Outcome),
            Just(Part::Ending),
            Just(Part::Answer),
            proptest::sample::select(Channel::ALL.to_vec()).prop_map(Part::Changes),
        ];
        (proptest::option::of(0..99_usize), part, "[a-z/.· \\[\\]]{0,12}")
            .prop_map(|(step, part, path)| Place { step, part, path })
    }

    proptest! {
        #[test]
        fn a_place_is_read_back_as_it_was_written(place in any_place()) {
            prop_assert_eq!(place.to_string().parse::<Place>().unwrap(), place);
        }

        #[test]
        fn a_text_matches_itself_and_a_star(text in "[a-z·/\\[\\]]{0,12}", cut in 0..6_usize) {
            prop_assert!(pattern_matches(&text, &text));
            let head: String = text.chars().take(cut).collect();
            let wildcard = format!("{head}*");
            prop_assert!(pattern_matches(&wildcard, &text));
        }
    }
}
