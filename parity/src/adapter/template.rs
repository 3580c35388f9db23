//! Text with placeholders such as `{queue}`, filled in when a command is run. `{config|gpuaas}` is `gpuaas` where there
//! is no configuration.

use crate::datafile::{Node, suggest};

/// What placeholders stand for. `None` means that there is no such thing in this run.
#[derive(Debug, Clone, Default)]
pub struct Placeholders {
    /// The fixed clock, in the form of the adapter.
    pub now: Option<String>,
    /// Who acts.
    pub actor: Option<String>,
    /// The sandbox's home folder.
    pub home: Option<String>,
    /// The program under test.
    pub program: Option<String>,
    /// The checkout in which the command runs.
    pub checkout: Option<String>,
    /// The queue file of that checkout.
    pub queue: Option<String>,
    /// A copy of the reference's database as it stood at the start.
    pub snapshot: Option<String>,
    /// The role in whose worktree the command runs.
    pub role: Option<String>,
    /// The configuration under test, as a file.
    pub config: Option<String>,
}

const NAMES: [&str; 9] =
    ["now", "actor", "home", "program", "checkout", "queue", "snapshot", "role", "config"];

impl Placeholders {
    fn get(&self, name: &str) -> Option<&str> {
        let value = match name {
            "now" => &self.now,
            "actor" => &self.actor,
            "home" => &self.home,
            "program" => &self.program,
            "checkout" => &self.checkout,
            "queue" => &self.queue,
            "snapshot" => &self.snapshot,
            "config" => &self.config,
            _ => &self.role,
        };
        value.as_deref()
    }
}

/// A placeholder has nothing to stand for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{{{0}}}` has no value here")]
pub struct Unfilled(pub String);

/// Text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// Its name, and what it stands for where it has no value.
    Placeholder(&'static str, Option<String>),
}

impl Template {
    /// Reads a template; an unknown placeholder is a problem.
    pub fn parse(node: &Node<'_>) -> Self {
        Self::split(&node.text(), |name| {
            node.problem(format!("unknown placeholder `{{{name}}}`"), Some(suggest(name, &NAMES)));
        })
    }

    /// A template of the harness's own; an unknown placeholder is left out.
    pub(crate) fn of(text: &str) -> Self {
        Self::split(text, |_| {})
    }

    /// A template that is this text and has no placeholders.
    pub(crate) fn verbatim(text: &str) -> Self {
        Self(vec![Part::Text(text.to_owned())])
    }

    fn split(text: &str, mut unknown: impl FnMut(&str)) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let Some(length) = rest[open + 1..].find('}') else { break };
            let inside = &rest[open + 1..open + 1 + length];
            let (name, fallback) = match inside.split_once('|') {
                Some((name, fallback)) => (name, Some(fallback.to_owned())),
                None => (inside, None),
            };
            parts.push(Part::Text(rest[..open].to_owned()));
            match NAMES.into_iter().find(|known| *known == name) {
                Some(name) => parts.push(Part::Placeholder(name, fallback)),
                None => unknown(name),
            }
            rest = &rest[open + length + 2..];
        }
        parts.push(Part::Text(rest.to_owned()));
        Self(parts)
    }

    /// Its text, when there is no placeholder in it.
    pub fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether it mentions a placeholder.
    pub fn mentions(&self, name: &str) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Placeholder(found, _) if *found == name))
    }

    /// The text with every placeholder filled in.
    ///
    /// # Errors
    /// A placeholder has no value.
    pub fn fill(&self, values: &Placeholders) -> Result<String, Unfilled> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Placeholder(name, fallback) => {
                    let value = values.get(name).or(fallback.as_deref());
                    text.push_str(value.ok_or_else(|| Unfilled((*name).to_owned()))?);
                }
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_unknown_ones_named() {
        let mut unknown = Vec::new();
        let template = Template::split("--as={role} {nope}", |name| unknown.push(name.to_owned()));
        assert_eq!(unknown, ["nope"]);
        let values = Placeholders { role: Some("A-backend".into()), ..Placeholders::default() };
        assert_eq!(template.fill(&values).unwrap(), "--as=A-backend ");
        assert_eq!(template.fill(&Placeholders::default()).unwrap_err(), Unfilled("role".into()));
    }

    #[test]
    fn a_fallback_stands_in_for_a_value_that_is_not_there() {
        let template = Template::split("{config|shipped}", |name| panic!("unknown {name}"));
        let values = Placeholders { config: Some("/own.toml".into()), ..Placeholders::default() };
        assert_eq!(template.fill(&values).unwrap(), "/own.toml");
        assert_eq!(template.fill(&Placeholders::default()).unwrap(), "shipped");
    }
}
