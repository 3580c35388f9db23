//! What a queue of another kind calls the fields of a task.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use toml::de::DeValue;

use crate::config::reader::{FromToml, Node, Reader};
use crate::model::diagnostic::{Diagnostic, closest};
use crate::policy::definitions::TASK_FIELDS;

/// Other names of a task's fields: the file's name, Fairway's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FieldNames(BTreeMap<String, String>);

impl FieldNames {
    /// Those of the Go prototype's queue files.
    pub(in crate::config) fn of_the_prototype() -> Self {
        let names =
            [("dependencies", "depends_on"), ("parent_id", "parent"), ("acceptance", "acceptance_checks")];
        Self(names.map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned())).into())
    }

    /// The file's name and Fairway's name of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(theirs, ours)| (theirs.as_str(), ours.as_str()))
    }
}

impl FromToml for FieldNames {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = node.value.get_ref() else {
            reader.wrong_type(node, "a table of field names, theirs = \"ours\"");
            return None;
        };
        let mut names = BTreeMap::new();
        for (theirs, value) in table {
            let theirs: &str = theirs.get_ref().as_ref();
            let path = format!("{}.{theirs}", node.path);
            let field = Node { path: &path, value };
            reader.remember(field);
            let Some(ours) = String::from_toml(field, reader) else { continue };
            if TASK_FIELDS.contains(&theirs) {
                let message = format!("`{path}` renames a field that Fairway knows by that name");
                let expected = "the name that the queue file has for a field";
                reader.note(&path, Diagnostic::error("own-field-name", message).expecting(expected));
            } else if !TASK_FIELDS.contains(&ours.as_str()) {
                let all = TASK_FIELDS.join(", ");
                let expected = match closest(&ours, TASK_FIELDS.iter().copied()) {
                    Some(near) => format!("did you mean \"{near}\"? One of {all}"),
                    None => format!("one of {all}"),
                };
                let message = format!("`{path}` stands for {ours:?}, which is no field of a task");
                reader.note(&path, Diagnostic::error("unknown-field", message).expecting(expected));
            } else {
                names.insert(theirs.to_owned(), ours);
            }
        }
        Some(Self(names))
    }
}

impl JsonSchema for FieldNames {
    fn schema_name() -> Cow<'static, str> {
        "FieldNames".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "table of field names",
            "type": "object",
            "additionalProperties": { "enum": TASK_FIELDS }
        })
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
