//! Walks two observations side by side.

use serde::Serialize;
use serde_json::{Map, Value};
use similar::TextDiff;

use crate::observation::{Channel, Delta, Observation, Outcome, QueueState, RowChange};

use super::{Difference, Part, Place};

/// Which two runs are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The reference and the candidate: each has exit codes and messages of its own, so that classes count.
    BothSides,
    /// Two runs of one side: everything counts, to the exit code.
    OneSide,
}

/// The differences found at one step, or at the start.
#[derive(Debug, Clone, Default)]
pub struct Differences {
    /// All of them, in the order of the reference.
    pub found: Vec<Difference>,
}

impl Differences {
    fn add(&mut self, place: Place, reference: Option<&Value>, candidate: Option<&Value>) {
        let (reference, candidate) = (reference.cloned(), candidate.cloned());
        self.found.push(Difference { place, reference, candidate, waiver: None });
    }

    /// Walks down two values; `name` says how a child's path is written.
    fn walk(&mut self, at: &Place, one: Option<&Value>, two: Option<&Value>, name: Naming) {
        match (one, two) {
            (one, two) if one == two => {}
            (Some(Value::Object(a)), Some(Value::Object(b))) => {
                let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
                for key in keys {
                    self.walk(&at.child(name, key), a.get(key), b.get(key), Naming::Pointer);
                }
            }
            (Some(Value::Array(a)), Some(Value::Array(b))) => {
                for index in 0..a.len().max(b.len()) {
                    let place = at.child(Naming::Pointer, &index.to_string());
                    self.walk(&place, a.get(index), b.get(index), Naming::Pointer);
                }
            }
            (one, two) => self.add(at.clone(), one, two),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Naming {
    Pointer,
    Column,
}

impl Place {
    fn child(&self, name: Naming, key: &str) -> Self {
        let path = match name {
            Naming::Pointer => format!("{}/{key}", self.path),
            Naming::Column => format!("{}.{key}", self.path),
        };
        Self { path, ..self.clone() }
    }
}

/// The differences of two observations of one step.
pub fn observations(
    step: usize,
    reference: &Observation,
    candidate: &Observation,
    scope: Scope,
) -> Differences {
    let mut differences = Differences::default();
    let place = |part| Place { step: Some(step), part, path: String::new() };
    let same_class = reference.outcome.class() == candidate.outcome.class();
    // How something failed is said in words, which may name the time or the place; the class is what counts.
    if !same_class {
        let show = |outcome: &Outcome| Value::from(outcome.to_string());
        let (one, two) = (show(&reference.outcome), show(&candidate.outcome));
        differences.add(place(Part::Outcome), Some(&one), Some(&two));
    }
    // A program that died of a signal, or would not end, did not end as one that exits, whatever its code.
    let ending = |of: &Observation| match scope {
        Scope::BothSides => of.ending.class(),
        Scope::OneSide => of.ending.to_string(),
    };
    let (one, two) = (ending(reference), ending(candidate));
    if one != two {
        differences.add(place(Part::Ending), Some(&one.into()), Some(&two.into()));
    }
    // Where the outcomes differ, one side has no answer to be compared.
    if same_class {
        let at = place(Part::Answer);
        differences.walk(&at, Some(&reference.answer), Some(&candidate.answer), Naming::Pointer);
    }
    for channel in Channel::ALL {
        changes(&mut differences, step, channel, reference.changes(channel), candidate.changes(channel));
    }
    differences
}

fn changes(differences: &mut Differences, step: usize, channel: Channel, one: &Delta, two: &Delta) {
    let (one, two) = (rows(one), rows(two));
    let keys = one.keys().chain(two.keys().filter(|key| !one.contains_key(*key)));
    for key in keys {
        let at = Place { step: Some(step), part: Part::Changes(channel), path: key.clone() };
        match (one.get(key), two.get(key)) {
            (Some(a), Some(b)) if a.0 == b.0 => {
                let (a, b) = (Value::Object(a.1.clone()), Value::Object(b.1.clone()));
                differences.walk(&at, Some(&a), Some(&b), Naming::Column);
            }
            (a, b) => {
                let show = |row: Option<&(&'static str, Map<String, Value>)>| {
                    row.map(|(what, row)| {
                        Value::Object(Map::from_iter([((*what).to_owned(), row.clone().into())]))
                    })
                };
                differences.add(at, show(a).as_ref(), show(b).as_ref());
            }
        }
    }
}

type ChangedRows = std::collections::BTreeMap<String, (&'static str, Map<String, Value>)>;

/// Every changed row by `section[key]`.
fn rows(delta: &Delta) -> ChangedRows {
    let mut rows = ChangedRows::new();
    for (section, changes) in &delta.sections {
        for (key, change) in changes {
            let row = match change {
                RowChange::Added(row) => ("added", row.clone()),
                RowChange::Removed => ("removed", Map::new()),
                RowChange::Changed(columns) => ("changed", columns.clone()),
            };
            rows.insert(format!("{section}[{key}]"), row);
        }
    }
    rows
}

/// The differences of two states after the setup.
pub fn states(reference: &QueueState, candidate: &QueueState) -> Differences {
    if reference == candidate {
        return Differences::default();
    }
    let empty = QueueState::default();
    starts(Channel::State, &Delta::between(&empty, reference), &Delta::between(&empty, candidate))
}

/// The differences of what a channel shows after the setup, where everything is new.
pub fn starts(channel: Channel, reference: &Delta, candidate: &Delta) -> Differences {
    let mut differences = Differences::default();
    if reference == candidate {
        return differences;
    }
    changes(&mut differences, 0, channel, reference, candidate);
    for difference in &mut differences.found {
        difference.place.step = None;
    }
    differences
}

/// A unified diff of two values as pretty JSON, under the names of whose they are.
pub fn unified(one: &impl Serialize, two: &impl Serialize, names: [&str; 2]) -> String {
    let one = serde_json::to_string_pretty(one).unwrap_or_default() + "\n";
    let two = serde_json::to_string_pretty(two).unwrap_or_default() + "\n";
    let diff = TextDiff::from_lines(&one, &two);
    diff.unified_diff().context_radius(3).header(names[0], names[1]).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::RowKey;
    use crate::process::Ending;
    use proptest::prelude::*;
    use serde_json::json;

    fn observation(outcome: Outcome, answer: Value) -> Observation {
        let (changes, files, git, processes) = Default::default();
        Observation { outcome, ending: Ending::Exit(0), answer, changes, files, git, processes }
    }

    fn both(step: usize, one: &Observation, two: &Observation) -> Differences {
        observations(step, one, two, Scope::BothSides)
    }

    #[test]
    fn every_place_is_named() {
        let one = observation(Outcome::Done, json!({"tasks": [{"title": "a", "id": "A"}, {"id": "B"}]}));
        let two = observation(Outcome::Done, json!({"tasks": [{"title": "b", "id": "A"}]}));
        let places: Vec<_> = both(2, &one, &two).found.iter().map(|found| found.place.to_string()).collect();
        assert_eq!(places, ["step 2 · answer · /tasks/0/title", "step 2 · answer · /tasks/1"]);
        assert!(unified(&one, &two, ["reference", "candidate"]).contains("-        \"title\": \"a\""));
    }

    #[test]
    fn changed_files_and_refs_have_places() {
        let change = |section: &str, key: &str, columns: Value| {
            let Value::Object(columns) = columns else { panic!("columns") };
            let rows = [(RowKey::Name(key.to_owned()), RowChange::Changed(columns))];
            Delta { sections: [(section.to_owned(), rows.into())].into() }
        };
        let one = Observation {
            files: change("", "doc/x.md", json!({"digest": "aa"})),
            git: change("refs", "refs/heads/main", json!({"target": "11"})),
            ..observation(Outcome::Done, Value::Null)
        };
        let two = Observation {
            files: change("", "doc/x.md", json!({"digest": "bb"})),
            ..observation(Outcome::Done, Value::Null)
        };
        let places: Vec<_> = both(3, &one, &two).found.iter().map(|found| found.place.to_string()).collect();
        assert_eq!(places, ["step 3 · files · [doc/x.md].digest", "step 3 · git · refs[refs/heads/main]"]);
    }

    #[test]
    fn outcomes_are_compared_by_class() {
        let one = observation(Outcome::Failed("exit 9".into()), Value::Null);
        let two = observation(Outcome::Failed("exit 7".into()), Value::Null);
        assert!(both(1, &one, &two).found.is_empty());
        let two = observation(Outcome::Done, json!({}));
        assert_eq!(both(1, &one, &two).found[0].place.to_string(), "step 1 · outcome");
    }

    #[test]
    fn exit_codes_count_within_a_side_only_and_signals_always() {
        let ended = |ending| Observation { ending, ..observation(Outcome::Done, Value::Null) };
        let places = |one: Ending, two: Ending, scope| -> Vec<String> {
            let found = observations(1, &ended(one), &ended(two), scope).found;
            found.iter().map(|found| found.place.to_string()).collect()
        };
        assert!(places(Ending::Exit(0), Ending::Exit(4), Scope::BothSides).is_empty());
        assert_eq!(places(Ending::Exit(0), Ending::Exit(4), Scope::OneSide), ["step 1 · ending"]);
        for scope in [Scope::BothSides, Scope::OneSide] {
            assert_eq!(places(Ending::Exit(1), Ending::Signal(11), scope), ["step 1 · ending"]);
            assert_eq!(places(Ending::Signal(9), Ending::Signal(11), scope), ["step 1 · ending"]);
            assert!(places(Ending::TimedOut, Ending::TimedOut, scope).is_empty());
        }
        let failed = |how: &str| observation(Outcome::Failed(how.into()), Value::Null);
        assert!(observations(1, &failed("in /a"), &failed("in /b"), Scope::OneSide).found.is_empty());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<u8>().prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                proptest::collection::btree_map("[a-c]", inner, 0..3)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn there_is_a_difference_exactly_when_answers_differ(a in any_json(), b in any_json()) {
            let (one, two) = (observation(Outcome::Done, a.clone()), observation(Outcome::Done, b.clone()));
            prop_assert_eq!(both(1, &one, &two).found.is_empty(), a == b);
            prop_assert!(both(1, &one, &one).found.is_empty());
            let within = observations(1, &one, &two, Scope::OneSide);
            prop_assert_eq!(within.found.is_empty(), one == two);
        }
    }
}
