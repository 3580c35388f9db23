//! Calls by the targets of a wrapper, such as make's: which targets ask which operations, and what a call of one is in
//! words when its arguments came as variables of the environment.

use std::collections::BTreeMap;

use super::{Adapter, Ask, Template, Via};

impl Adapter {
    /// The targets under which a wrapper asks operations, each with these operations in the order of the adapter.
    pub fn targets<'a>(&'a self, wrapper: &'a str) -> BTreeMap<&'a str, Vec<&'a str>> {
        let mut found: BTreeMap<&'a str, Vec<&'a str>> = BTreeMap::new();
        for (ask, _, target) in self.ways(wrapper) {
            let operations = found.entry(target).or_default();
            if !operations.contains(&ask.operation.as_str()) {
                operations.push(&ask.operation);
            }
        }
        found
    }

    /// A call of a target in words, with every variable that an operation of this target knows and `said` has a value for.
    /// Others are nothing to the command, however they were set.
    pub fn call_of_target(
        &self,
        wrapper: &str,
        target: &str,
        said: impl Fn(&str) -> Option<String>,
    ) -> Vec<String> {
        let mut words = vec![wrapper.to_owned(), target.to_owned()];
        let mut names: Vec<&str> = Vec::new();
        for (ask, via, _) in self.ways(wrapper).filter(|(_, _, known)| *known == target) {
            let fixed = via.argv.iter().filter_map(Template::literal);
            let worded = ask.arguments.iter().flat_map(|(_, words)| words.words.iter().map(String::as_str));
            for name in fixed.chain(worded).filter_map(variable) {
                if names.contains(&name) {
                    continue;
                }
                names.push(name);
                if let Some(value) = said(name).filter(|value| !value.is_empty()) {
                    words.push(format!("{name}={}", via.escaped(&value)));
                }
            }
        }
        words
    }

    /// The ways through a wrapper, each with its target: the first word after the program that is no option.
    fn ways<'a>(&'a self, wrapper: &'a str) -> impl Iterator<Item = (&'a Ask, &'a Via, &'a str)> {
        self.operations.iter().flat_map(move |ask| {
            ask.via.iter().filter_map(move |via| {
                let mut words = via.argv.iter().map(Template::literal);
                words.next().flatten().filter(|program| *program == wrapper)?;
                let target =
                    words.flatten().find(|word| !word.starts_with('-') && variable(word).is_none())?;
                Some((ask, via, target))
            })
        })
    }
}

/// The name in `NAME=value`.
fn variable(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    (!name.is_empty() && name.chars().all(plain)).then_some(name)
}

#[cfg(test)]
mod tests {
    use crate::Library;

    #[test]
    fn a_target_is_read_back_from_the_variables_that_its_operation_knows() {
        let library = Library::load(None).unwrap();
        let adapter = library.adapter("gpuaas").unwrap();
        let targets = adapter.targets("make");
        assert_eq!(targets["queue-claim"], ["claim"]);
        assert_eq!(targets["agent-session-launch"], ["session-launch", "session-plan"]);
        assert!(adapter.targets("gmake").is_empty());

        let said = |name: &str| match name {
            "TASK" => Some("API-1".to_owned()),
            "REASON" => Some("it's $5,\nno more".to_owned()),
            // Blank is the same as absent, and what nobody asked for is nobody's.
            "ROLE" => Some(String::new()),
            "COLOUR" => Some("red".to_owned()),
            _ => None,
        };
        let words = adapter.call_of_target("make", "queue-claim", said);
        assert_eq!(words, ["make", "queue-claim", "TASK=API-1", "REASON=it's $$5,\nno more"]);
        let found = adapter.recognise(&words, &library.vocabulary).unwrap();
        assert_eq!(found.operation, "claim");
        assert_eq!(found.text("reason"), Some("it's $5,\nno more"));
    }

    #[test]
    fn a_variable_chooses_between_the_operations_of_a_target() {
        let library = Library::load(None).unwrap();
        let adapter = library.adapter("gpuaas").unwrap();
        let said = |name: &str| ["DRY_RUN", "ROLE"].contains(&name).then(|| "1".to_owned());
        let words = adapter.call_of_target("make", "agent-session-launch", said);
        assert_eq!(adapter.recognise(&words, &library.vocabulary).unwrap().operation, "session-plan");
    }
}
