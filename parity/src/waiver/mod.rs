//! Waivers: differences that are accepted, each with its exact place and its reason.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::compare::{Difference, pattern_matches};
use crate::datafile::{self, Node, Problems, Source, Table};

/// Why a difference is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaiverKind {
    /// It is meant. A decision page says why, and it does not expire.
    ByDesign {
        /// The page's name under `docs/decisions`.
        decision: String,
    },
    /// It is to go away.
    Temporary {
        /// Who sees to it.
        owner: String,
        /// The last day on which it holds, in real time.
        expires: Date,
    },
}

/// One accepted difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Its name in the report.
    pub id: String,
    /// The behaviour.
    pub behaviour: String,
    /// The scenario; `*` stands for any text, so `*` alone is every scenario of the behaviour.
    pub scenario: String,
    /// The place as the report writes it; `*` stands for any text.
    pub place: String,
    /// Why it is accepted.
    pub reason: String,
    /// By design, or for now.
    pub kind: WaiverKind,
}

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
    let kind = table.need("kind").map(|node| node.one_of("kind of waiver", ["by-design", "temporary"]));
    let kind = match kind.as_deref() {
        Some("temporary") => {
            let expires = table.need("expires").and_then(|node| expiry(&node, today));
            WaiverKind::Temporary { owner: table.need_text("owner"), expires: expires.unwrap_or(today) }
        }
        _ => WaiverKind::ByDesign { decision: decision(table, decisions) },
    };
    Waiver {
        id: table.need_text("id"),
        behaviour: table.need_text("behaviour"),
        scenario: table.need_text("scenario"),
        place: table.need_text("place"),
        reason: table.need_text("reason"),
        kind,
    }
}

fn decision(table: &Table<'_>, decisions: &BTreeSet<String>) -> String {
    let Some(node) = table.need("decision") else { return String::new() };
    let page = node.text();
    if !decisions.contains(&page) {
        let expected = "expected the name of a page such as 0004-process-level-comparison.md".to_owned();
        node.problem(format!("there is no page docs/decisions/{page}"), Some(expected));
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

/// The waivers, and which of them accepted something.
#[derive(Debug, Default)]
pub struct WaiverBook {
    waivers: Vec<Waiver>,
    used: std::sync::Mutex<BTreeSet<String>>,
}

impl WaiverBook {
    /// A book of these waivers.
    pub fn new(waivers: Vec<Waiver>) -> Self {
        Self { waivers, used: std::sync::Mutex::default() }
    }

    /// Marks each difference that a waiver accepts.
    pub fn apply(&self, behaviour: &str, scenario: &str, differences: &mut [Difference]) {
        for difference in differences {
            let place = difference.place.to_string();
            let waiver = self.waivers.iter().find(|waiver| {
                waiver.behaviour == behaviour
                    && pattern_matches(&waiver.scenario, scenario)
                    && pattern_matches(&waiver.place, &place)
            });
            if let Some(waiver) = waiver {
                difference.waiver = Some(waiver.id.clone());
                self.used.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(waiver.id.clone());
            }
        }
    }

    /// The waivers that accepted nothing.
    pub fn unused(&self) -> Vec<String> {
        let used = self.used.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.waivers.iter().map(|waiver| waiver.id.clone()).filter(|id| !used.contains(id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Part, Place};
    use jiff::civil::date;

    const BY_DESIGN: &str = "[[waivers]]\nid = \"w\"\nbehaviour = \"claim\"\nscenario = \"*\"\n\
        place = \"step * · answer · /owner\"\nreason = \"r\"\nkind = \"by-design\"\ndecision = \"0001-a.md\"\n";

    fn read(text: &str) -> Result<Vec<Waiver>, Problems> {
        let decisions = BTreeSet::from(["0001-a.md".to_owned()]);
        parse(&Source::new("waivers.toml", text), &decisions, date(2026, 3, 1))
    }

    #[test]
    fn a_waiver_accepts_its_place_and_no_other() {
        let book = WaiverBook::new(read(BY_DESIGN).unwrap());
        let difference = |path: &str| Difference {
            place: Place { step: Some(3), part: Part::Answer, path: path.into() },
            reference: None,
            candidate: None,
            waiver: None,
        };
        let mut found = [difference("/owner"), difference("/claimant")];
        assert_eq!(book.unused(), ["w"]);
        book.apply("claim", "blocked-task", &mut found);
        assert_eq!(found[0].waiver.as_deref(), Some("w"));
        assert_eq!(found[1].waiver, None);
        assert!(book.unused().is_empty());
    }

    #[test]
    fn expired_waivers_and_missing_pages_are_problems() {
        assert!(read(&BY_DESIGN.replace("0001-a", "0009-z")).unwrap_err().to_string().contains("0009-z"));
        let temporary = BY_DESIGN
            .replace("by-design", "temporary")
            .replace("decision = \"0001-a.md\"", "owner = \"me\"\nexpires = 2026-02-28");
        assert!(read(&temporary).unwrap_err().to_string().contains("expired"));
        assert!(read(&temporary.replace("02-28", "03-01")).is_ok());
    }
}
