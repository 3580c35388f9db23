//! What is wrong with the packs of a catalogue, in the order in which the scripts say it.

use std::collections::HashSet;

use crate::legacy::queue::source::Source;
use crate::legacy::yaml::ruby_text::{inspect, to_s};
use crate::legacy::yaml::{Mapping, Mark, Node, Value};
use crate::model::Diagnostic;
use crate::model::diagnostic::closest;

/// What every pack has to say; an empty list says something.
const FIELDS: [&str; 11] = [
    "id",
    "title",
    "owner",
    "target_environments",
    "blocking",
    "required_seed_data",
    "lowest_reliable_layer",
    "required_proof",
    "artifact_requirements",
    "current_automation",
    "gaps",
];
/// Those of them that are lists.
const LISTS: [&str; 5] =
    ["target_environments", "required_seed_data", "required_proof", "artifact_requirements", "gaps"];

/// The problems of all packs; an owner is one of `roles`.
pub(super) fn check(source: &Source<'_>, items: &[Node], roles: &[String]) -> Vec<Diagnostic> {
    let mut checker = Checker { source, roles, problems: Vec::new(), seen: HashSet::new() };
    for (index, item) in items.iter().enumerate() {
        match &item.value {
            Value::Map(pack) => checker.pack(index, item.mark, pack),
            _ => checker.add(&format!("pack[{index}]"), item.mark, "not-a-mapping", "must be a mapping"),
        }
    }
    checker.problems
}

struct Checker<'a> {
    source: &'a Source<'a>,
    roles: &'a [String],
    problems: Vec<Diagnostic>,
    seen: HashSet<String>,
}

impl Checker<'_> {
    /// Adds a problem and hands it out for what more there is to say.
    fn add(&mut self, pack: &str, mark: Mark, code: &'static str, message: impl Into<String>) {
        let place = self.source.place_of(mark, None);
        self.problems.push(Diagnostic::error(code, message).about(pack).at(place));
    }

    /// Says more about the problem that was added last.
    fn with(&mut self, more: impl FnOnce(Diagnostic) -> Diagnostic) {
        if let Some(last) = self.problems.pop() {
            self.problems.push(more(last));
        }
    }

    fn pack(&mut self, index: usize, mark: Mark, pack: &Mapping) {
        let id = pack.get("id").map(|node| to_s(&node.value).into_owned()).filter(|id| !id.is_empty());
        let label = id.unwrap_or_else(|| format!("pack[{index}]"));
        for field in FIELDS {
            self.field(&label, mark, field, pack.get(field));
        }
        if !self.seen.insert(label.clone()) {
            let at = pack.get("id").map_or(mark, |id| id.mark);
            self.add(&label, at, "duplicate-id", "duplicate id");
        }
        if let Some(owner) = pack.get("owner") {
            self.owner(&label, owner);
        }
        for field in LISTS {
            if let Some(node) = pack.get(field)
                && !matches!(node.value, Value::Null | Value::Seq(_))
            {
                self.add(&label, node.mark, "wrong-type", format!("{field} must be a list"));
                self.with(|problem| problem.with("field", field));
            }
        }
        if let Some(blocking) = pack.get("blocking") {
            self.blocking(&label, blocking, pack.get("target_environments").map(|node| &node.value));
        }
        for duplicate in &pack.duplicates {
            let message = format!("{} is there twice; the last one counts", duplicate.key);
            let place = self.source.place_of(duplicate.last, None);
            self.problems.push(Diagnostic::warning("duplicate-key", message).about(&label).at(place));
        }
    }

    fn field(&mut self, label: &str, pack: Mark, field: &str, node: Option<&Node>) {
        let missing = node.is_none_or(|node| match &node.value {
            Value::Null => true,
            value => value.as_str() == Some(""),
        });
        if missing {
            let mark = node.map_or(pack, |node| node.mark);
            self.add(label, mark, "missing-field", format!("missing {field}"));
            self.with(|problem| problem.with("field", field));
        }
    }

    fn owner(&mut self, label: &str, owner: &Node) {
        let known = match &owner.value {
            Value::Null | Value::Bool(false) => true,
            Value::Str(name) => self.roles.iter().any(|role| **role == **name),
            _ => false,
        };
        if known {
            return;
        }
        let name = to_s(&owner.value).into_owned();
        let all = format!("expected one of {}", self.roles.join(", "));
        let expected = match closest(&name, self.roles.iter().map(String::as_str)) {
            _ if self.roles.is_empty() => {
                "no role is configured: add `[[roles]]` to .fairway/config.toml".to_owned()
            }
            Some(near) => format!("did you mean `{near}`? {all}"),
            None => all,
        };
        self.add(label, owner.mark, "unknown-owner", format!("unknown owner {}", inspect(&owner.value)));
        self.with(|problem| problem.expecting(expected).with("value", name));
    }

    /// A boolean, or a map from environment to boolean.
    fn blocking(&mut self, label: &str, blocking: &Node, targets: Option<&Value>) {
        let map = match &blocking.value {
            Value::Null | Value::Bool(_) => return,
            Value::Map(map) => map,
            _ => {
                let message = "blocking must be a boolean or a map of them";
                self.add(label, blocking.mark, "wrong-type", message);
                self.with(|problem| {
                    problem
                        .with("field", "blocking")
                        .expecting("yes, no, or a map from environment to yes or no")
                });
                return;
            }
        };
        for (name, on) in &map.entries {
            let environment = to_s(&name.value).into_owned();
            if !matches!(on.value, Value::Bool(_)) {
                self.add(
                    label,
                    on.mark,
                    "not-a-boolean",
                    format!("blocking.{environment} must be a boolean"),
                );
                self.with(|problem| problem.expecting("yes or no").with("value", environment.clone()));
            }
            if let Some(Value::Seq(targets)) = targets
                && !targets.iter().any(|target| target.value == name.value)
            {
                let message = format!("blocking.{environment} is not a target environment");
                self.add(label, name.mark, "unknown-environment", message);
                self.with(|problem| {
                    problem
                        .expecting("an environment of target_environments")
                        .with("value", environment.clone())
                });
            }
        }
    }
}
