//! What a queue of another kind calls the fields of a task.

use serde_json::{Value, json};

use super::names::{Named, Names};
use crate::model::diagnostic::{Diagnostic, closest};
use crate::policy::definitions::TASK_FIELDS;

/// The fields of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFields;

/// Other names of a task's fields: the file's name, Fairway's name.
pub type FieldNames = Names<TaskFields>;

impl FieldNames {
    /// Those of the Go prototype's queue files.
    pub(in crate::config) fn of_the_prototype() -> Self {
        Self::of(&[
            ("dependencies", "depends_on"),
            ("parent_id", "parent"),
            ("acceptance", "acceptance_checks"),
        ])
    }
}

impl Named for TaskFields {
    const TYPE: &'static str = "FieldNames";
    const WHAT: &'static str = "field names";

    fn problem(path: &str, theirs: &str, ours: &str) -> Option<Diagnostic> {
        if TASK_FIELDS.contains(&theirs) {
            let message = format!("`{path}` renames a field that Fairway knows by that name");
            let expected = "the name that the queue file has for a field";
            return Some(Diagnostic::error("own-field-name", message).expecting(expected));
        }
        if TASK_FIELDS.contains(&ours) {
            return None;
        }
        let all = TASK_FIELDS.join(", ");
        let expected = match closest(ours, TASK_FIELDS.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"? One of {all}"),
            None => format!("one of {all}"),
        };
        let message = format!("`{path}` stands for {ours:?}, which is no field of a task");
        Some(Diagnostic::error("unknown-field", message).expecting(expected))
    }

    fn schema() -> Value {
        json!({ "enum": TASK_FIELDS })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::parse;

    /// The codes and expectations of a configuration's problems.
    fn problems(text: &str) -> Vec<(&'static str, String)> {
        let text = format!("[import]\nfield_names = {text}\n");
        let Err(errors) = parse("c.toml", &text) else { return Vec::new() };
        errors
            .problems
            .into_iter()
            .map(|problem| (problem.code, problem.expected.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn names_lead_to_fields_that_are_there() {
        assert_eq!(problems("{}"), []);
        assert_eq!(problems("{ needs = \"depends_on\" }"), []);
        let found = problems("{ needs = \"depend_on\", title = \"notes\", lane = 1 }");
        let codes: Vec<_> = found.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, ["unknown-field", "own-field-name", "wrong-type"]);
        assert!(found[0].1.starts_with("did you mean \"depends_on\"?"), "{found:?}");
        assert_eq!(problems("[]")[0].0, "wrong-type");
    }
}
