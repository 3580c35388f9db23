//! What is proposed, and what is not.

use super::*;
use crate::datafile::Source;
use crate::normalise;
use jiff::civil::date;
use serde_json::json;

fn run(found: &Value) -> RunResult {
    let scenario = json!({
        "behaviour": "sessions", "name": "launched", "summary": "s", "verdict": "unstable", "steps": 3,
        "unmet_guards": [], "between": "reference", "differences": found, "diffs": [], "masked": {},
    });
    let quiet = json!({
        "behaviour": "claim", "name": "held", "summary": "s", "verdict": "mismatched", "steps": 1, "unmet_guards": [],
        "differences": [{ "place": "step 1 · answer · /at", "reference": "2026-01-01T00:00:00Z",
                          "candidate": "2026-01-01T00:00:09Z" }], "diffs": [], "masked": {},
    });
    serde_json::from_value(json!({
        "run_id": "r", "verdict": "unstable", "behaviours": [], "scenarios": [scenario, quiet],
        "counts": { "matched": 0, "waived": 0, "mismatched": 1, "unstable": 1, "errored": 0 },
        "reference": { "adapter": "old", "digest": "1" }, "candidate": { "adapter": "new", "digest": "2" },
        "original_untouched": true, "original_changes": [], "unused_waivers": [],
        "time": { "wall_seconds": 1.0, "children_seconds": 0.5, "own_seconds": 0.5, "own_share": 0.5 },
    }))
    .unwrap()
}

fn found(place: &str, one: impl Into<Value>, two: impl Into<Value>) -> Value {
    json!({ "place": place, "reference": one.into(), "candidate": two.into() })
}

#[test]
fn each_kind_is_proposed_no_wider_than_it_was_seen() {
    let lesson = learn(&run(&json!([
        found("step 1 · state · sessions[a].heartbeat_at", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
        found("step 2 · state · sessions[b].heartbeat_at", "2026-01-01T00:00:02Z", "2026-01-01T00:00:03Z"),
        found("step 2 · state · sessions[b].pid", 4711, 4712),
        found("step 2 · answer · /rows/0/commit", "0a1b2c3", "0a1b2c4"),
        found("step 3 · answer · /rows/3/log", "/tmp/q.1", "/tmp/q.2"),
        found("step 3 · answer · /said", "it runs as pid 4711 now", "it runs as pid 471 now"),
    ])));
    assert!(lesson.unexplained.is_empty(), "{:?}", lesson.unexplained);
    let proposed: Vec<_> = lesson.proposals.iter().map(|one| (one.place.as_str(), one.is)).collect();
    let expected = [
        ("answer · /rows/0/commit", "sha"),
        ("answer · /rows/3/log", "temp-path"),
        ("answer · /said", "pid"),
        ("state · sessions[*].heartbeat_at", "time"),
        ("state · sessions[b].pid", "pid"),
    ];
    assert_eq!(proposed, expected);
    assert_eq!(lesson.proposals[2].pattern.as_deref(), Some(r"\Ait runs as pid (.+) now\z"));
    assert_eq!((lesson.scenarios, lesson.proposals[3].places), (1, 2), "only the reference's own noise");
}

#[test]
fn what_is_of_no_kind_is_left_to_a_person() {
    let lesson = learn(&run(&json!([
        found("step 1 · answer · /count", 3, 4),
        found("step 1 · answer · /title", "sun", "moon"),
        found("step 1 · files · [a.txt].digest", "sha256:0a1b2c3d0a1b2c3d", "sha256:0a1b2c3d0a1b2c3e"),
        found("step 1 · git · staged[a.txt].holds", "0a1b2c3d", "0a1b2c3e"),
        found("step 1 · ending", "exit 3", "exit 4"),
        found("step 2 · answer · /at", "2026-01-01T00:00:00Z", Value::Null),
        json!({ "place": "step 2 · answer · /late", "reference": "2026-01-01T00:00:00Z" }),
    ])));
    assert!(lesson.proposals.is_empty(), "{:?}", lesson.proposals);
    assert_eq!(lesson.unexplained.len(), 7);
}

#[test]
fn one_value_of_another_kind_spoils_the_proposal() {
    let lesson = learn(&run(&json!([
        found("step 1 · answer · /rows/0/at", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
        found("step 1 · answer · /rows/1/at", "2026-01-01T00:00:00Z", "never"),
    ])));
    assert_eq!((lesson.proposals.len(), lesson.unexplained.len()), (0, 1));
    assert_eq!(lesson.unexplained[0].place, "answer · /rows/*/at");
}

#[test]
fn a_proposal_becomes_a_rule_when_a_person_signs_it() {
    let lesson = learn(&run(&json!([
        found("step 1 · answer · /said", "see \"/tmp/q.1\", please", "see \"/tmp/q.22\", please"),
        found("step 1 · state · sessions[a].pid", 7, 8),
    ])));
    let today = date(2026, 1, 1);
    let text = write(&lesson.proposals, today);
    let refused = normalise::parse(&Source::new("n.toml", text.clone()), today).unwrap_err().to_string();
    assert!(refused.contains("`owner` is blank") && refused.contains("`reason` is blank"), "{refused}");
    let signed = text.replace("owner = \"\"", "owner = \"ops\"").replace("reason = \"\"", "reason = \"r\"");
    let rules =
        normalise::parse(&Source::new("n.toml", signed), today).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(rules.len(), 2);
    assert_eq!(rules[0].expires, date(2026, 4, 1));
    let group = rules[0].pattern.as_ref().unwrap().captures("see \"/tmp/other\", please").unwrap();
    assert_eq!(&group[1], "/tmp/other");
}
