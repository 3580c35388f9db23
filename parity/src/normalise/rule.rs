//! A normaliser as its file has it: checked, owned, and for a time.

use std::collections::BTreeSet;

use jiff::civil::Date;
use regex::Regex;

use super::Claim;
use crate::compare::pattern_matches;
use crate::datafile::{self, Node, Problems, Source, Table};
use crate::observation::Channel;

/// One rule.
#[derive(Debug, Clone)]
pub struct Normaliser {
    /// Its name in the report.
    pub id: String,
    /// The behaviour it is for; `None` is all.
    pub behaviour: Option<String>,
    /// The place it masks, as the report writes it without the step; `*` stands for any text.
    pub place: String,
    /// What the value has to be, or what the pattern finds in it.
    pub claim: Claim,
    /// Where in a longer text the value stands: the only group of this expression.
    pub pattern: Option<Regex>,
    /// Why two honest runs may differ there.
    pub reason: String,
    /// Who accepted it.
    pub owner: String,
    /// The last day on which it holds, in real time.
    pub expires: Date,
}

impl Normaliser {
    /// Whether it is about this place of a behaviour.
    pub fn covers(&self, behaviour: &str, place: &str) -> bool {
        self.is_for(behaviour) && pattern_matches(&self.place, place)
    }

    pub(super) fn is_for(&self, behaviour: &str) -> bool {
        self.behaviour.as_deref().is_none_or(|only| only == behaviour)
    }
}

/// Reads a file of normalisers. `today` is the real date.
///
/// # Errors
/// Every problem in it; that a rule has expired is one.
pub fn parse(source: &Source, today: Date) -> Result<Vec<Normaliser>, Problems> {
    datafile::read(source, |root| {
        let nodes = root.get("normalisers").map(|node| node.list()).unwrap_or_default();
        let mut ids = BTreeSet::new();
        let rules = nodes.iter().filter_map(|node| {
            let rule = node.table(|table| one(table, today))?;
            if !ids.insert(rule.id.clone()) {
                node.problem(format!("two normalisers are called `{}`", rule.id), None);
            }
            Some(rule)
        });
        rules.collect()
    })
}

fn one(table: &Table<'_>, today: Date) -> Normaliser {
    let names = Claim::ALL.map(|(_, name)| name);
    let claim = table.need("is").map(|node| node.one_of("claim", names)).unwrap_or_default();
    let claim = Claim::ALL.iter().find(|(_, name)| *name == claim).map_or(Claim::Time, |(claim, _)| *claim);
    Normaliser {
        id: said(table, "id", "the report counts what it masks under its name"),
        behaviour: table.text("behaviour"),
        place: table.need("place").map(|node| place(&node)).unwrap_or_default(),
        claim,
        pattern: table.get("pattern").and_then(|node| pattern(&node)),
        reason: said(table, "reason", "say why two honest runs may differ here"),
        owner: said(table, "owner", "say who accepts that this is not compared"),
        expires: table.need("expires").and_then(|node| expiry(&node, today)).unwrap_or(today),
    }
}

/// A text that may not be blank.
fn said(table: &Table<'_>, key: &str, why: &str) -> String {
    let Some(node) = table.need(key) else { return String::new() };
    if node.as_text().is_some_and(|text| text.trim().is_empty()) {
        node.problem(format!("`{key}` is blank"), Some(why.to_owned()));
    }
    node.text()
}

/// A place begins with the part of an observation, and has no step: a rule holds for every one.
fn place(node: &Node<'_>) -> String {
    let place = node.text();
    let parts = std::iter::once("answer").chain(Channel::ALL.map(Channel::name));
    let begins = |part: &str| place.strip_prefix(part).is_some_and(|rest| rest.starts_with(" · "));
    if !parts.clone().any(begins) && node.as_text().is_some() {
        let parts: Vec<_> = parts.map(|part| format!("`{part} · …`")).collect();
        node.problem("not a place that can be masked", Some(format!("expected one of {}", parts.join(", "))));
    }
    place
}

fn pattern(node: &Node<'_>) -> Option<Regex> {
    let regex = node.regex()?;
    if regex.captures_len() != 2 {
        let expected = "expected one group, around what is masked".to_owned();
        node.problem("this expression does not say what is masked", Some(expected));
        return None;
    }
    Some(regex)
}

fn expiry(node: &Node<'_>, today: Date) -> Option<Date> {
    let Ok(date) = node.json().as_str().unwrap_or_default().parse::<Date>() else {
        node.problem("not a date", Some("expected YYYY-MM-DD".to_owned()));
        return None;
    };
    if date < today {
        let expected = "see whether it is still needed, then renew it or remove it".to_owned();
        node.problem(format!("this normaliser expired on {date}"), Some(expected));
    }
    Some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const RULE: &str = "[[normalisers]]\nid = \"beat\"\nplace = \"state · sessions[*].heartbeat_at\"\nis = \"time\"\n\
                        reason = \"its clock runs\"\nowner = \"ops\"\nexpires = 2026-03-01\n";

    fn problem(text: &str) -> (usize, usize, String) {
        let problems = parse(&Source::new("n.toml", text), date(2026, 3, 1)).unwrap_err();
        let first = &problems.all()[0];
        (
            first.line,
            first.column,
            format!("{} {}", first.message, first.expected.clone().unwrap_or_default()),
        )
    }

    #[test]
    fn a_rule_has_an_owner_and_an_end() {
        let rules = parse(&Source::new("n.toml", RULE), date(2026, 3, 1)).unwrap();
        assert!(rules[0].covers("sessions", "state · sessions[A].heartbeat_at"));
        assert!(!rules[0].covers("sessions", "state · sessions[A].status"));
        let (line, column, message) = problem(&RULE.replace("2026-03-01", "2026-02-28"));
        assert_eq!((line, column), (7, 11));
        assert!(message.contains("expired on 2026-02-28"), "{message}");
        let (line, column, message) = problem(&RULE.replace("\"ops\"", "\"\""));
        assert_eq!((line, column), (6, 9));
        assert!(message.contains("`owner` is blank"), "{message}");
        assert!(problem(&RULE.replace("owner = \"ops\"\n", "")).2.contains("`owner` is missing"));
        assert!(problem(&RULE.replace("expires = 2026-03-01\n", "")).2.contains("`expires` is missing"));
        assert!(problem(&format!("{RULE}{RULE}")).2.contains("two normalisers are called `beat`"));
    }

    #[test]
    fn what_is_of_no_known_form_is_refused_with_what_is() {
        let (line, column, message) = problem(&RULE.replace("\"time\"", "\"tiem\""));
        assert_eq!((line, column), (4, 6));
        assert!(message.contains("did you mean `time`"), "{message}");
        let (line, column, message) = problem(&RULE.replace("state · ", "step 3 · state · "));
        assert_eq!((line, column), (3, 9));
        assert!(message.contains("`answer · …`") && message.contains("`processes · …`"), "{message}");
        let with = |pattern: &str| problem(&format!("{RULE}pattern = '{pattern}'\n"));
        assert!(with("pid [0-9]+").2.contains("one group"), "{:?}", with("pid [0-9]+"));
        assert!(with("pid (").2.contains("not a regular expression"));
    }
}
