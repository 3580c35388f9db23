//! A name with placeholders for the repository and the role.

use std::fmt;

use super::text::{Malformed, text_value};
use crate::model::diagnostic::closest;

/// A name with `{role}` and, if wanted, `{repo}` in it, such as `{repo}-{role}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(String);

const PLACEHOLDERS: [&str; 2] = ["repo", "role"];

impl Template {
    /// The name for one role of a repository.
    pub fn fill(&self, repo: &str, role: &str) -> String {
        let mut name = String::with_capacity(self.0.len() + role.len());
        let mut rest = self.0.as_str();
        while let Some((before, placeholder, after)) = next_placeholder(rest) {
            name.push_str(before);
            name.push_str(if placeholder == "repo" { repo } else { role });
            rest = after;
        }
        name + rest
    }

    /// A template of this program's own, which holds `{role}`.
    pub(in crate::config) fn known(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(in crate::config) fn parse(text: &str) -> Result<Self, Malformed> {
        const EXPECTED: &str = "a name with {role}, and {repo} if wanted, such as {repo}-{role}";
        let mut rest = text;
        let mut has_role = false;
        while let Some((_, placeholder, after)) = next_placeholder(rest) {
            if !PLACEHOLDERS.contains(&placeholder) {
                let expected = match closest(placeholder, PLACEHOLDERS) {
                    Some(near) => format!("did you mean {{{near}}}?"),
                    None => EXPECTED.to_owned(),
                };
                let message = format!("has an unknown placeholder {{{placeholder}}}");
                return Err(Malformed::new("bad-template", message, expected));
            }
            has_role |= placeholder == "role";
            rest = after;
        }
        if !has_role {
            let message = "has no {role}, so all roles would get the same name";
            return Err(Malformed::new("bad-template", message, EXPECTED));
        }
        Ok(Self(text.to_owned()))
    }
}

/// The text before the first `{word}`, the word, and the text after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (placeholder, after) = rest.split_once('}')?;
    Some((before, placeholder, after))
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_value!(Template, "a name with {role} in it, in quotes", { "title": "name with `{role}`", "type": "string", "pattern": "\\{role\\}" });

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn fills_each_placeholder_once() {
        let template = Template::parse("{repo}-{role}/x").unwrap();
        assert_eq!(template.fill("{role}", "B-ui"), "{role}-B-ui/x");
    }

    #[test]
    fn needs_the_role_and_knows_no_other_word() {
        assert_eq!(Template::parse("gpuas-{rol}").unwrap_err().expected, "did you mean {role}?");
        assert!(Template::parse("{repo}").unwrap_err().message.contains("no {role}"));
    }
}
