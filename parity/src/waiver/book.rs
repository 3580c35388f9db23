//! The waivers of a run, and which of them accepted something.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::compare::Difference;

use super::Waiver;

/// The waivers, and which of them accepted something.
#[derive(Debug, Default)]
pub struct WaiverBook {
    waivers: Vec<Waiver>,
    used: Mutex<BTreeSet<String>>,
}

impl WaiverBook {
    /// A book of these waivers.
    pub fn new(waivers: Vec<Waiver>) -> Self {
        Self { waivers, used: Mutex::default() }
    }

    /// Marks each difference that a waiver accepts.
    pub fn apply(&self, behaviour: &str, scenario: &str, differences: &mut [Difference]) {
        for difference in differences {
            let waiver = self.waivers.iter().find(|waiver| waiver.accepts(behaviour, scenario, difference));
            if let Some(waiver) = waiver {
                difference.waiver = Some(waiver.id.clone());
                self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(waiver.id.clone());
            }
        }
    }

    /// The waivers that accepted nothing.
    pub fn unused(&self) -> Vec<String> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        self.waivers.iter().map(|waiver| waiver.id.clone()).filter(|id| !used.contains(id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Part, Place};
    use crate::waiver::{Shown, WaiverKind};
    use serde_json::json;

    fn waiver() -> Waiver {
        Waiver {
            id: "w".into(),
            behaviour: "claim".into(),
            scenario: "*".into(),
            channel: "answer".into(),
            place: "step * · answer · /owner".into(),
            differs: "d".into(),
            reference: None,
            candidate: None,
            reason: "r".into(),
            kind: WaiverKind::ByDesign { decision: "0001-a.md".into() },
        }
    }

    fn difference(part: Part, path: &str) -> Difference {
        Difference {
            place: Place { step: Some(3), part, path: path.into() },
            reference: Some(json!("A")),
            candidate: None,
            waiver: None,
        }
    }

    #[test]
    fn a_waiver_accepts_its_place_and_no_other() {
        let book = WaiverBook::new(vec![waiver()]);
        let mut found = [difference(Part::Answer, "/owner"), difference(Part::Answer, "/claimant")];
        assert_eq!(book.unused(), ["w"]);
        book.apply("claim", "blocked-task", &mut found);
        assert_eq!(found[0].waiver.as_deref(), Some("w"));
        assert_eq!(found[1].waiver, None);
        assert!(book.unused().is_empty());
    }

    #[test]
    fn a_waiver_about_a_value_accepts_no_other_value() {
        let difference = difference(Part::Answer, "/owner");
        let with =
            |reference: Option<serde_json::Value>| Waiver { reference: Some(Shown(reference)), ..waiver() };
        assert!(with(Some(json!("A"))).accepts("claim", "x", &difference));
        assert!(!with(Some(json!("B"))).accepts("claim", "x", &difference));
        assert!(!with(None).accepts("claim", "x", &difference));
        let candidate = |shown| Waiver { candidate: Some(Shown(shown)), ..waiver() };
        assert!(candidate(None).accepts("claim", "x", &difference));
        assert!(!candidate(Some(json!(null))).accepts("claim", "x", &difference), "null is something");
    }

    #[test]
    fn a_waiver_of_one_channel_accepts_nothing_of_another() {
        let open = Waiver { place: "step *".into(), channel: "outcome".into(), ..waiver() };
        assert!(open.accepts("claim", "x", &difference(Part::Outcome, "")));
        assert!(!open.accepts("claim", "x", &difference(Part::Answer, "/owner")));
    }
}
