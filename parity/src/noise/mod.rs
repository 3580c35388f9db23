//! Learns from the places where a system disagrees with itself, and proposes normalisers.
//!
//! A proposal is as narrow as what was seen, and of a kind that can be checked: a time, a commit id, a temporary path,
//! the number of a process. It accepts nothing by itself: until a person has written an owner into it, it is no
//! normaliser. Noise of no such kind is never proposed as a mask; a person has to see what it is.

mod kind;
mod write;

pub use write::write;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::compare::{Difference, Part};
use crate::observation::Channel;
use crate::report::{Between, RunResult};

use kind::Kind;

/// A normaliser that nobody has accepted yet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Proposal {
    /// A name.
    pub id: String,
    /// The behaviour.
    pub behaviour: String,
    /// The place without the step; `*` stands for what was seen to vary.
    pub place: String,
    /// What every value there is: `time`, `sha`, `temp-path` or `pid`.
    pub is: &'static str,
    /// Where in a longer text the value stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Two values that were seen in one place.
    pub seen: [Value; 2],
    /// In how many places they differed.
    pub places: usize,
}

/// Noise of no kind that can be checked.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Unexplained {
    /// The behaviour.
    pub behaviour: String,
    /// The place without the step, as far as it is the same.
    pub place: String,
    /// A scenario in which it was seen.
    pub scenario: String,
    /// What was seen in one of the places; nothing is left out.
    pub seen: [Option<Value>; 2],
    /// In how many places they differed.
    pub places: usize,
}

/// What a run teaches.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Lesson {
    /// Scenarios in which the reference disagrees with itself.
    pub scenarios: usize,
    /// What a person may accept.
    pub proposals: Vec<Proposal>,
    /// What a person has to explain.
    pub unexplained: Vec<Unexplained>,
}

/// A difference between two runs of one system, and the scenario it is from.
type Seen<'r> = (&'r str, &'r Difference);

/// Learns from a run. When both sides of it are one system, all that differs is noise.
pub fn learn(result: &RunResult) -> Lesson {
    let alone = result.reference == result.candidate;
    let noisy = |between: Between| between == Between::Reference || alone;
    let mut groups: BTreeMap<(&str, String), Vec<Seen<'_>>> = BTreeMap::new();
    let mut lesson = Lesson::default();
    for scenario in result.scenarios.iter().filter(|scenario| noisy(scenario.between)) {
        lesson.scenarios += usize::from(!scenario.differences.is_empty());
        for difference in &scenario.differences {
            let group = (scenario.behaviour.as_str(), widened(difference));
            groups.entry(group).or_default().push((&scenario.name, difference));
        }
    }
    let mut names = BTreeSet::new();
    for ((behaviour, wide), seen) in groups {
        // No wider than what was seen to vary.
        let exact: BTreeSet<String> = seen.iter().map(|(_, difference)| place(difference)).collect();
        let place = if exact.len() == 1 { exact.into_iter().next().unwrap_or(wide) } else { wide };
        match Kind::of(&seen.iter().map(|(_, difference)| *difference).collect::<Vec<_>>()) {
            Some((kind, pair)) => lesson.proposals.push(Proposal {
                id: name(behaviour, &place, &mut names),
                behaviour: behaviour.to_owned(),
                place,
                is: kind.claim.name(),
                pattern: kind.pattern,
                seen: pair,
                places: seen.len(),
            }),
            None => lesson.unexplained.extend(seen.first().map(|(scenario, first)| Unexplained {
                behaviour: behaviour.to_owned(),
                place,
                scenario: (*scenario).to_owned(),
                seen: [first.reference.clone(), first.candidate.clone()],
                places: seen.len(),
            })),
        }
    }
    lesson
}

/// A place without its step, as a normaliser writes it.
fn place(difference: &Difference) -> String {
    let text = difference.place.to_string();
    text.split_once(" · ").map_or(text.clone(), |(_, place)| place.to_owned())
}

/// The same with a star for each key and each number of a list.
fn widened(difference: &Difference) -> String {
    let path = &difference.place.path;
    let numberless = |path: &str| -> String {
        let parts = path.split('/').map(|part| if part.parse::<usize>().is_ok() { "*" } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    let wide = match (difference.place.part, path.split_once('['), path.rsplit_once(']')) {
        (Part::Changes(_), Some((section, _)), Some((_, column))) => {
            format!("{section}[*]{}", numberless(column))
        }
        _ => numberless(path),
    };
    place(difference).replace(path.as_str(), &wide)
}

/// A name made of the behaviour and the words of the place, and of a number where that is taken.
fn name(behaviour: &str, place: &str, taken: &mut BTreeSet<String>) -> String {
    let words = place.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && word.parse::<u64>().is_err()).skip(1);
    let stem = std::iter::once(behaviour).chain(words).collect::<Vec<_>>().join("-").to_lowercase();
    let free = |name: &String| !taken.contains(name);
    // One more than are taken is enough.
    let numbered = (2..taken.len() + 3).map(|number| format!("{stem}-{number}"));
    let name = std::iter::once(stem.clone()).chain(numbered).find(free).unwrap_or(stem);
    taken.insert(name.clone());
    name
}

/// Whether what differs is what a file or an index holds: such an id is of no kind but of a content.
fn is_content(difference: &Difference) -> bool {
    match difference.place.part {
        Part::Changes(Channel::Files) => !difference.place.path.ends_with("].target"),
        Part::Changes(Channel::Git) => difference.place.path.starts_with("staged["),
        Part::Changes(Channel::State) | Part::Answer => false,
        Part::Outcome | Part::Ending | Part::Changes(Channel::Processes) => true,
    }
}

#[cfg(test)]
mod tests;
