//! What a queue of another kind calls the roles.

use serde_json::{Value, json};

use super::names::{Named, Names};
use crate::model::diagnostic::Diagnostic;

/// The roles. Whether they are configured is looked at when all of the configuration is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles;

/// Other names of the roles: the queue's name, the configured name.
pub type RoleNames = Names<Roles>;

impl Named for Roles {
    const TYPE: &'static str = "RoleNames";
    const WHAT: &'static str = "role names";

    fn problem(_: &str, _: &str, _: &str) -> Option<Diagnostic> {
        None
    }

    fn schema() -> Value {
        json!({ "type": "string" })
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
