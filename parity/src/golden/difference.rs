//! The difference of two goldens, to be read by the person who accepts one.

use serde::Serialize;
use similar::TextDiff;

use super::Golden;

/// Unified diffs of the start and of every step that differs, from `before` to `after`; without `before` everything
/// is new.
pub fn changes(before: Option<&Golden>, after: &Golden) -> String {
    let mut text = diff("start", before.map(|golden| &golden.start), Some(&after.start));
    let old = before.map_or(&[][..], |golden| &golden.steps);
    for index in 0..old.len().max(after.steps.len()) {
        let (one, two) = (old.get(index), after.steps.get(index));
        text.push_str(&diff(&format!("step {}", index + 1), one, two));
    }
    text
}

fn diff<T: Serialize + PartialEq>(at: &str, before: Option<&T>, after: Option<&T>) -> String {
    if before == after {
        return String::new();
    }
    let show = |value: Option<&T>| {
        let text = value.map(|value| serde_json::to_string_pretty(value).unwrap_or_default() + "\n");
        text.unwrap_or_default()
    };
    let (one, two) = (show(before), show(after));
    let diff = TextDiff::from_lines(&one, &two);
    let (accepted, recorded) = (format!("accepted, {at}"), format!("recorded, {at}"));
    diff.unified_diff().context_radius(3).header(&accepted, &recorded).to_string()
}
