//! Puts masks on what was observed, and counts.

use std::collections::BTreeMap;
use std::io;

use regex::Captures;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Normaliser;
use crate::compare::pattern_matches;
use crate::observation::{Channel, Delta, Observation, QueueState, RowChange};

/// How often each rule masked a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Masked(pub BTreeMap<String, usize>);

impl Masked {
    /// Adds the counts of another.
    pub fn add(&mut self, other: &Self) {
        for (id, count) in &other.0 {
            *self.0.entry(id.clone()).or_default() += count;
        }
    }
}

/// How much was looked at, in bytes of canonical JSON without white space, and how much of it was masked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Bytes {
    /// Everything that was compared, as it was before it was masked.
    pub compared: u64,
    /// Of that, what was masked, and so only had to be of its kind.
    pub masked: u64,
}

impl Bytes {
    /// Adds the counts of another.
    pub fn add(&mut self, other: &Self) {
        self.compared += other.compared;
        self.masked += other.masked;
    }
}

/// Masks what one run of a scenario shows.
#[derive(Debug)]
pub struct Masker<'r> {
    rules: Vec<&'r Normaliser>,
    /// What each rule masked so far.
    pub masked: Masked,
    /// How much that was.
    pub bytes: Bytes,
}

impl<'r> Masker<'r> {
    /// The rules that are for a behaviour.
    pub fn new(rules: &'r [Normaliser], behaviour: &str) -> Self {
        let rules = rules.iter().filter(|rule| rule.is_for(behaviour)).collect();
        Self { rules, masked: Masked::default(), bytes: Bytes::default() }
    }

    /// Masks what came of an operation.
    pub fn observation(&mut self, observation: &mut Observation) {
        self.bytes.compared += size(observation);
        self.mask("answer · ", "", &mut observation.answer);
        for channel in Channel::ALL {
            self.changes(channel, observation.changes_mut(channel));
        }
    }

    /// Masks the state after the setup.
    pub fn state(&mut self, state: &mut QueueState) {
        self.bytes.compared += size(state);
        if self.rules.is_empty() {
            return;
        }
        for (section, rows) in &mut state.sections {
            for (key, row) in rows {
                for (column, value) in row {
                    self.mask("state · ", &format!("{section}[{key}].{column}"), value);
                }
            }
        }
    }

    /// Masks changes that were seen through a channel.
    pub fn changes(&mut self, channel: Channel, delta: &mut Delta) {
        if self.rules.is_empty() {
            return;
        }
        let part = format!("{} · ", channel.name());
        for (section, changes) in &mut delta.sections {
            for (key, change) in changes {
                let (RowChange::Added(columns) | RowChange::Changed(columns)) = change else { continue };
                for (column, value) in columns {
                    self.mask(&part, &format!("{section}[{key}].{column}"), value);
                }
            }
        }
    }

    fn mask(&mut self, part: &str, path: &str, value: &mut Value) {
        match value {
            _ if self.rules.is_empty() => {}
            Value::Object(map) => {
                for (key, value) in map {
                    self.mask(part, &format!("{path}/{key}"), value);
                }
            }
            Value::Array(list) => {
                for (index, value) in list.iter_mut().enumerate() {
                    self.mask(part, &format!("{path}/{index}"), value);
                }
            }
            leaf => {
                let place = format!("{part}{path}");
                let mut rules = self.rules.iter().filter(|rule| pattern_matches(&rule.place, &place));
                let Some((id, masked, bytes)) = rules.find_map(|rule| {
                    masked_by(rule, leaf).map(|(masked, bytes)| (rule.id.clone(), masked, bytes))
                }) else {
                    return;
                };
                *leaf = masked;
                *self.masked.0.entry(id).or_default() += 1;
                self.bytes.masked += bytes;
            }
        }
    }
}

/// The value with the mask on, and how many bytes that hides; `None` when it is not what the rule claims.
fn masked_by(rule: &Normaliser, value: &Value) -> Option<(Value, u64)> {
    let mask = format!("<{}>", rule.id);
    let Some(pattern) = &rule.pattern else {
        return rule.claim.holds(value).then(|| (Value::from(mask), size(value)));
    };
    let text = value.as_str()?;
    let found: Vec<Captures<'_>> = pattern.captures_iter(text).collect();
    let (mut masked, mut end, mut bytes) = (String::new(), 0, 0);
    for captures in &found {
        let group = captures.get(1)?;
        if !rule.claim.holds(&Value::from(group.as_str())) {
            return None;
        }
        masked.push_str(&text[end..group.start()]);
        masked.push_str(&mask);
        end = group.end();
        bytes += group.len() as u64;
    }
    masked.push_str(&text[end..]);
    (!found.is_empty()).then(|| (Value::from(masked), bytes))
}

/// How many bytes a value takes as JSON without white space.
fn size(value: &impl Serialize) -> u64 {
    let mut count = Count(0);
    // Counting does not fail, and everything that is observed can be written as JSON.
    let _ = serde_json::to_writer(&mut count, value);
    count.0
}

struct Count(u64);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datafile::Source;
    use crate::normalise::parse;
    use crate::observation::Outcome;
    use crate::process::Ending;
    use jiff::civil::date;
    use serde_json::json;

    fn rules(more: &str) -> Vec<Normaliser> {
        let text = format!(
            "[[normalisers]]\nid = \"it\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-03-01\n{more}"
        );
        parse(&Source::new("n.toml", text), date(2026, 3, 1)).unwrap()
    }

    fn masked(rules: &[Normaliser], answer: Value) -> (Value, Bytes) {
        let (changes, files, git, processes) = Default::default();
        let (outcome, ending) = (Outcome::Done, Ending::Exit(0));
        let mut seen = Observation { outcome, ending, answer, changes, files, git, processes };
        let mut masker = Masker::new(rules, "claim");
        let whole = serde_json::to_string(&seen).unwrap().len() as u64;
        masker.observation(&mut seen);
        assert_eq!(masker.bytes.compared, whole);
        (seen.answer, masker.bytes)
    }

    #[test]
    fn a_masked_value_has_to_be_what_the_rule_claims() {
        let rules = rules("place = \"answer · /rows/*/at\"\nis = \"time\"\n");
        let answer = json!({"rows": [{"at": "2026-01-01T00:00:00Z"}, {"at": null}, {"at": "late"}]});
        let (seen, bytes) = masked(&rules, answer);
        assert_eq!(seen, json!({"rows": [{"at": "<it>"}, {"at": null}, {"at": "late"}]}));
        assert_eq!(bytes.masked, 22, "with its quotes");
    }

    #[test]
    fn a_pattern_masks_its_group_and_nothing_beside_it() {
        let rules = rules("place = \"answer · *\"\nis = \"pid\"\npattern = 'as (\\S+)$'\n");
        let (seen, bytes) =
            masked(&rules, json!(["began as 4711", "began as root", "began at 4711", "stood as 1"]));
        assert_eq!(seen, json!(["began as <it>", "began as root", "began at 4711", "stood as <it>"]));
        assert_eq!(bytes.masked, 5);
    }

    #[test]
    fn a_rule_of_another_behaviour_masks_nothing() {
        let rules = rules("behaviour = \"sessions\"\nplace = \"answer · *\"\nis = \"integer\"\n");
        assert_eq!(masked(&rules, json!([1])).0, json!([1]));
    }
}
