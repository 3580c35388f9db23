//! By what two finds are taken for the same fault.

use crate::compare::{Difference, Part, Place};
use crate::report::ScenarioResult;

use super::case::{Case, Step};

/// The kinds of place at which a case differs: the operation, the part and the path, without step, row and number.
///
/// Once a side has changed something else than the other, what follows differs because of it. So steps after the first
/// such one say nothing of their own. A case that differed and does not when it is played again has a kind too.
pub(super) fn kinds(case: &Case, result: &ScenarioResult) -> Vec<String> {
    let mut kinds = kinds_of_places(case, &result.differences);
    kinds.extend(result.error.iter().map(|error| kind_of_error(error)));
    if kinds.is_empty() {
        kinds.push("not seen again".to_owned());
    }
    kinds
}

fn kinds_of_places(case: &Case, differences: &[Difference]) -> Vec<String> {
    let unwaived: Vec<&Difference> =
        differences.iter().filter(|difference| difference.waiver.is_none()).collect();
    let changed = unwaived.iter().filter(|difference| matches!(difference.place.part, Part::Changes(_)));
    let last = changed.map(|difference| difference.place.step).min();
    let counts = |place: &Place| last.is_none_or(|last| place.step <= last);
    let mut kinds: Vec<String> = unwaived
        .iter()
        .filter(|difference| counts(&difference.place))
        .map(|difference| kind(case, &difference.place))
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

fn kind(case: &Case, place: &Place) -> String {
    let operation = match place.step.map(|step| case.steps.get(step.saturating_sub(1))) {
        None => "start",
        Some(Some(Step::Ask { operation, .. })) => operation,
        Some(Some(Step::Write(_))) => "the queue file is written",
        Some(_) => "beside the queue",
    };
    let part = Place { step: None, part: place.part, path: without_rows(&place.path) }.to_string();
    let part = part.split_once(" · ").map_or("", |(_, part)| part);
    format!("{operation} · {part}")
}

/// A path without what is in brackets, and without numbers.
fn without_rows(path: &str) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            _ if inside || c.is_ascii_digit() => {}
            _ => kept.push(c),
        }
    }
    kept
}

/// What went wrong, without the side, the numbers and what was quoted.
fn kind_of_error(error: &str) -> String {
    let error = error.split_once(", ").map_or(error, |(_, rest)| rest);
    let unquoted: String = error.split('`').step_by(2).collect();
    format!("error · {}", unquoted.chars().filter(|c| !c.is_ascii_digit()).take(80).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::queue::Queue;

    /// A case that asks these operations, one after the other.
    fn case(operations: &[&str]) -> Case {
        let ask = |operation: &&str| Step::Ask {
            operation: (*operation).to_owned(),
            arguments: Vec::new(),
            place: None,
            now: "2026-01-01T00:00:00Z".to_owned(),
            actor: "someone".into(),
            expect: None,
        };
        Case {
            behaviour: "claims".to_owned(),
            name: "one".to_owned(),
            summary: String::new(),
            queue: Queue::default(),
            steps: operations.iter().map(ask).collect(),
        }
    }

    fn kinds_at(case: &Case, places: &[&str]) -> Vec<String> {
        let difference = |place: &&str| Difference {
            place: place.parse().unwrap(),
            reference: None,
            candidate: None,
            waiver: None,
        };
        kinds_of_places(case, &places.iter().map(difference).collect::<Vec<_>>())
    }

    #[test]
    fn a_kind_knows_neither_step_nor_row() {
        let case = case(&["claim", "ready", "claim"]);
        let of = |places: &[&str]| kinds_at(&case, places);
        assert_eq!(of(&["step 3 · state · tasks[T-1].status"]), ["claim · state · tasks.status"]);
        assert_eq!(of(&["step 1 · state · tasks[T-2].status"]), ["claim · state · tasks.status"]);
        assert_eq!(of(&["step 2 · answer · /tasks/0/id"]), ["ready · answer · /tasks//id"]);
        assert_eq!(of(&["start · state · tasks[T-1].status"]), ["start · state · tasks.status"]);
    }

    #[test]
    fn the_same_part_of_another_operation_is_another_kind() {
        let case = case(&["list-handoffs", "session-upsert"]);
        let one = kinds_at(&case, &["step 1 · outcome"]);
        assert_ne!(one, kinds_at(&case, &["step 2 · outcome"]));
        assert_eq!(one, ["list-handoffs · outcome"]);
    }

    #[test]
    fn what_follows_another_change_says_nothing_of_its_own() {
        let case = case(&["ready", "claim", "show"]);
        let places = ["step 1 · outcome", "step 2 · state · tasks[T-1].status", "step 3 · answer · /status"];
        assert_eq!(kinds_at(&case, &places), ["claim · state · tasks.status", "ready · outcome"]);
        // An answer changes nothing, so what comes after it counts.
        let places = ["step 1 · outcome", "step 3 · answer · /status"];
        assert_eq!(kinds_at(&case, &places), ["ready · outcome", "show · answer · /status"]);
    }

    #[test]
    fn an_error_knows_neither_side_nor_what_was_quoted() {
        let error = "reference-1, step 2 (claim): `claim`: the output does not match `x`";
        assert_eq!(kind_of_error(error), "error · step  (claim): : the output does not match ");
    }
}
