//! Reads a waiver file, and says of everything in it that is wrong where it stands and what may stand there.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::datafile::{self, Node, Problems, Source, Table, suggest};

use super::{Shown, Waiver, WaiverKind, channel_of, channels, pattern};

/// Reads a waiver file. `decisions` are the decision pages that exist, `today` is the real date.
///
/// # Errors
/// Every problem in it; a missing decision page and an expired waiver are problems too.
pub fn parse(source: &Source, decisions: &BTreeSet<String>, today: Date) -> Result<Vec<Waiver>, Problems> {
    datafile::read(source, |root| {
        let nodes = root.get("waivers").map(|node| node.list()).unwrap_or_default();
        let mut ids = BTreeSet::new();
        let waivers = nodes.iter().filter_map(|node| {
            let waiver = node.table(|table| one(table, decisions, today))?;
            if !ids.insert(waiver.id.clone()) {
                node.problem(format!("two waivers are called `{}`", waiver.id), None);
            }
            Some(waiver)
        });
        waivers.collect()
    })
}

fn one(table: &Table<'_>, decisions: &BTreeSet<String>, today: Date) -> Waiver {
    let (channel, place) = place(table);
    Waiver {
        id: sentence(table, "id"),
        behaviour: sentence(table, "behaviour"),
        scenario: sentence(table, "scenario"),
        channel,
        place,
        differs: sentence(table, "differs"),
        reference: table.get("reference").and_then(|node| shown(&node)),
        candidate: table.get("candidate").and_then(|node| shown(&node)),
        reason: sentence(table, "reason"),
        kind: kind(table, decisions, today),
    }
}

/// A text that says something.
fn sentence(table: &Table<'_>, key: &str) -> String {
    let Some(node) = table.need(key) else { return String::new() };
    let text = node.text();
    if node.as_text().is_some_and(|text| text.trim().is_empty()) {
        node.problem(format!("`{key}` says nothing"), None);
    }
    text
}

/// The channel and the place, which names it too.
fn place(table: &Table<'_>) -> (String, String) {
    let channel = table.need("channel").map(|node| node.one_of("channel", channels())).unwrap_or_default();
    let place = sentence(table, "place");
    let named = channel_of(&place);
    if let Some(node) = table.get("place").filter(|_| !place.is_empty()) {
        if named.is_empty() && !pattern::is_open(&place) {
            let expected = "expected a place as the report writes it, such as `step 2 · answer · /owner`";
            node.problem("not a place", Some(expected.to_owned()));
        } else if !named.is_empty() && !pattern::is_open(named) && !channel.is_empty() && named != channel {
            let allowed: Vec<&str> = channels().collect();
            let expected = if allowed.contains(&named) {
                format!("expected a place in `{channel}`, or `channel = \"{named}\"`")
            } else {
                suggest(named, &allowed)
            };
            node.problem(format!("this place is in the channel `{named}`"), Some(expected));
        }
    }
    (channel, place)
}

/// A value as the report shows it: JSON, or `nothing`.
fn shown(node: &Node<'_>) -> Option<Shown> {
    let text = node.text();
    if text == "nothing" {
        return Some(Shown(None));
    }
    match serde_json::from_str(&text) {
        Ok(value) => Some(Shown(Some(value))),
        Err(error) => {
            let expected =
                "expected JSON as text, such as '\"held\"' or 'null', or `nothing` where nothing is";
            node.problem(format!("not JSON: {error}"), Some(expected.to_owned()));
            None
        }
    }
}

fn kind(table: &Table<'_>, decisions: &BTreeSet<String>, today: Date) -> WaiverKind {
    let kind = table.need("kind").map(|node| node.one_of("kind of waiver", ["by-design", "temporary"]));
    match kind.as_deref() {
        Some("temporary") => {
            let expires = table.need("expires").and_then(|node| expiry(&node, today));
            WaiverKind::Temporary { owner: sentence(table, "owner"), expires: expires.unwrap_or(today) }
        }
        Some("by-design") => WaiverKind::ByDesign { decision: decision(table, decisions) },
        _ => {
            // What goes with a kind that there is not cannot be judged.
            for key in ["decision", "owner", "expires"] {
                table.get(key);
            }
            WaiverKind::ByDesign { decision: String::new() }
        }
    }
}

fn decision(table: &Table<'_>, decisions: &BTreeSet<String>) -> String {
    let Some(node) = table.need("decision") else { return String::new() };
    let page = node.text();
    if node.as_text().is_some() && !decisions.contains(&page) {
        let pages: Vec<&str> = decisions.iter().map(String::as_str).collect();
        node.problem(format!("there is no page docs/decisions/{page}"), Some(suggest(&page, &pages)));
    }
    page
}

fn expiry(node: &Node<'_>, today: Date) -> Option<Date> {
    let Ok(date) = node.json().as_str().unwrap_or_default().parse::<Date>() else {
        node.problem("not a date", Some("expected YYYY-MM-DD".to_owned()));
        return None;
    };
    if date < today {
        node.problem(
            format!("this waiver expired on {date}"),
            Some("mend the difference, or renew it".to_owned()),
        );
    }
    Some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const BY_DESIGN: &str = "[[waivers]]\nid = \"w\"\nbehaviour = \"claim\"\nscenario = \"*\"\n\
        channel = \"answer\"\nplace = \"step * · answer · /owner\"\ndiffers = \"d\"\nreason = \"r\"\n\
        kind = \"by-design\"\ndecision = \"0001-a.md\"\n";

    fn read(text: &str) -> Result<Vec<Waiver>, Problems> {
        let decisions = BTreeSet::from(["0001-a.md".to_owned()]);
        parse(&Source::new("waivers.toml", text), &decisions, date(2026, 3, 1))
    }

    fn problems(from: &str, to: &str) -> String {
        read(&BY_DESIGN.replace(from, to)).unwrap_err().to_string()
    }

    #[test]
    fn expired_waivers_and_missing_pages_are_problems() {
        assert!(problems("0001-a", "0009-z").contains("0009-z"));
        let temporary = BY_DESIGN
            .replace("by-design", "temporary")
            .replace("decision = \"0001-a.md\"", "owner = \"me\"\nexpires = 2026-02-28");
        assert!(
            read(&temporary).unwrap_err().to_string().contains("waivers.toml:11:11: this waiver expired")
        );
        assert!(read(&temporary.replace("02-28", "03-01")).is_ok());
        let unowned = read(&temporary.replace("owner = \"me\"\n", "").replace("02-28", "03-01"));
        assert!(unowned.unwrap_err().to_string().contains("`owner` is missing"));
    }

    #[test]
    fn every_mistake_is_named_with_its_place_and_what_is_allowed() {
        let unknown = problems("channel = \"answer\"", "channel = \"answers\"");
        assert!(unknown.contains("waivers.toml:5:11: unknown channel `answers`"), "{unknown}");
        assert!(
            unknown.contains("did you mean `answer`? expected one of: answer, ending, files"),
            "{unknown}"
        );
        let other = problems("· answer ·", "· state ·");
        assert!(other.contains("this place is in the channel `state`"), "{other}");
        assert!(other.contains("or `channel = \"state\"`"), "{other}");
        assert!(problems("step * · answer · /owner", "owner").contains("not a place"));
        assert!(problems("differs = \"d\"\n", "").contains("`differs` is missing"));
        assert!(problems("reason = \"r\"", "reason = \" \"").contains("`reason` says nothing"));
        assert!(problems("by-design", "by-desing").contains("did you mean `by-design`"));
        assert!(problems("reason =", "reference = \"held\"\nreason =").contains("not JSON"));
        assert!(problems("reason =", "owner = \"me\"\nreason =").contains("unknown key `owner`"));
    }
}
