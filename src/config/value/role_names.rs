//! What a queue of another kind calls the roles.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use toml::de::DeValue;

use crate::config::reader::{FromToml, Node, Reader};

/// Other names of the roles: the queue's name, the configured name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct RoleNames(BTreeMap<String, String>);

impl RoleNames {
    /// The queue's name and the configured name of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(theirs, ours)| (theirs.as_str(), ours.as_str()))
    }
}

impl FromToml for RoleNames {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = node.value.get_ref() else {
            reader.wrong_type(node, "a table of role names, theirs = \"ours\"");
            return None;
        };
        let mut names = BTreeMap::new();
        for (theirs, value) in table {
            let theirs: &str = theirs.get_ref().as_ref();
            let path = format!("{}.{theirs}", node.path);
            let field = Node { path: &path, value };
            reader.remember(field);
            if let Some(ours) = String::from_toml(field, reader) {
                names.insert(theirs.to_owned(), ours);
            }
        }
        Some(Self(names))
    }
}

impl JsonSchema for RoleNames {
    fn schema_name() -> Cow<'static, str> {
        "RoleNames".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "table of role names",
            "type": "object",
            "additionalProperties": { "type": "string" }
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::parse;

    #[test]
    fn names_lead_to_roles_that_are_configured() {
        let codes = |names: &str| -> Vec<&'static str> {
            let text = format!("[[roles]]\nname = \"api\"\n\n[import]\nrole_names = {names}\n");
            let Err(errors) = parse("c.toml", &text) else { return Vec::new() };
            errors.problems.iter().map(|problem| problem.code).collect()
        };
        assert!(codes("{ A-backend = \"api\" }").is_empty());
        assert_eq!(codes("{ A-backend = \"apy\" }"), ["unknown-role"]);
        assert_eq!(codes("{ api = \"api\" }"), ["own-role-name"]);
        assert_eq!(codes("{ A-backend = 1 }"), ["wrong-type"]);
        assert_eq!(codes("[]"), ["wrong-type"]);
    }
}
