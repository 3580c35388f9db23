//! The formats, on a run in which everything happens that can.

use serde_json::{Value, json};

use super::{Format, NormaliserUse, RunResult, WaiverUse};
use crate::compare::unified;
use crate::verdict::Verdict;

/// What somebody's task might be called.
const HOSTILE: &str = "</code><script>alert('&')</script>|`\u{1b}[31m";

fn difference(place: &str, one: &Value, two: &Value, waiver: Option<&str>) -> Value {
    let mut difference = json!({ "place": place, "reference": one, "candidate": two });
    if let Some(waiver) = waiver {
        difference["waiver"] = waiver.into();
    }
    difference
}

fn scenario(name: &str, verdict: Verdict, rest: Value) -> Value {
    let mut scenario = json!({
        "behaviour": "claim", "name": name, "summary": format!("it is about {name}"), "verdict": verdict, "steps": 2,
        "unmet_guards": [], "differences": [], "diffs": [], "masked": {}, "seconds": 1.25,
    });
    let (Value::Object(all), Value::Object(rest)) = (&mut scenario, rest) else { unreachable!() };
    all.extend(rest);
    scenario
}

fn differing(name: &str, verdict: Verdict, waiver: Option<&str>, text: &str) -> Value {
    let (one, two) = (json!({"answer": {"title": "plain"}}), json!({"answer": {"title": text}}));
    let found = difference("step 1 · answer · /title", &"plain".into(), &text.into(), waiver);
    let diffs = json!([{ "at": "step 1 (ready)", "diff": unified(&one, &two, ["reference", "candidate"]) }]);
    let between = if verdict == Verdict::Unstable { "reference" } else { "sides" };
    scenario(name, verdict, json!({ "differences": [found], "diffs": diffs, "between": between }))
}

fn run(scenarios: &[Value], verdict: Verdict) -> RunResult {
    let count = |wanted: Verdict| scenarios.iter().filter(|one| one["verdict"] == wanted.name()).count();
    let run = json!({
        "run_id": "20260227T160000Z-00000", "began": "2026-02-27T16:00:00Z", "verdict": verdict,
        "counts": {
            "matched": count(Verdict::Matched), "waived": count(Verdict::Waived),
            "mismatched": count(Verdict::Mismatched), "unstable": count(Verdict::Unstable),
            "errored": count(Verdict::Errored),
        },
        "behaviours": [{ "name": "claim", "verdict": verdict, "scenarios": scenarios.len(), "steps": 2 * scenarios.len() }],
        "reference": { "adapter": "old", "digest": "0a" }, "candidate": { "adapter": "new", "digest": "0b" },
        "original_untouched": true, "original_changes": [],
        "time": { "wall_seconds": 65.0, "children_seconds": 60.0, "own_seconds": 5.0, "own_share": 0.077 },
        "unused_waivers": [], "scenarios": scenarios,
    });
    serde_json::from_value(run).unwrap()
}

/// One scenario of each verdict.
fn each(text: &str) -> RunResult {
    let unmet = json!([{ "step": 1, "operation": "ready", "expected": "held", "given": "ok" }]);
    let scenarios = vec![
        scenario("alike", Verdict::Matched, json!({})),
        differing("accepted", Verdict::Waived, Some("by-title"), text),
        differing("other", Verdict::Mismatched, None, text),
        differing("wavering", Verdict::Unstable, None, text),
        scenario("broken", Verdict::Errored, json!({ "error": format!("reference: it said {text}") })),
        scenario("elsewhere", Verdict::Errored, json!({ "unmet_guards": unmet })),
    ];
    let mut run = run(&scenarios, Verdict::Errored);
    run.waivers.push(WaiverUse {
        id: "by-title".into(),
        behaviour: "claim".into(),
        place: "step * · answer · /title".into(),
        differs: "the title".into(),
        reason: format!("better so: {text}"),
        decision: None,
        owner: Some("ops".into()),
        expires: Some("2026-12-31".into()),
        differences: 1,
        scenarios: 1,
    });
    run.normalisers.push(NormaliserUse {
        id: "clock".into(),
        behaviour: None,
        place: "answer · /at".into(),
        reason: "the clock runs".into(),
        owner: "ops".into(),
        expires: "2026-12-31".into(),
        masked: 7,
    });
    run
}

fn rendered(format: Format, run: &RunResult) -> String {
    format.render(run).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn nothing_that_a_program_printed_is_markup_in_the_page() {
    let page = rendered(Format::Html, &each(HOSTILE));
    assert!(!page.contains("<script"), "{page}");
    assert!(page.matches("&lt;script&gt;").count() >= 5, "the texts themselves are shown");
    assert!(!page.contains('\u{1b}'), "values are shown as JSON, which writes control characters out");
    let markdown = rendered(Format::Markdown, &each(HOSTILE));
    let outside: String = markdown.split("```").step_by(2).collect();
    assert!(!outside.contains("<script"), "{markdown}");
}

#[test]
fn the_page_needs_nothing_beside_it() {
    let page = rendered(Format::Html, &each("text"));
    for part in ["http:", "https:", " src=", "@import", "url(", "<link", "<script"] {
        assert!(!page.contains(part), "{part}");
    }
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("width=device-width"));
}

#[test]
fn every_link_of_the_page_leads_somewhere() {
    let page = rendered(Format::Html, &each("text"));
    let mut links = 0;
    for rest in page.split("href=\"#").skip(1) {
        let (name, _) = rest.split_once('"').unwrap();
        assert_eq!(page.matches(&format!("id=\"{name}\"")).count(), 1, "{name}");
        links += 1;
    }
    assert!(links > 10, "{links}");
}

#[test]
fn the_page_says_what_a_reader_has_to_know() {
    let page = rendered(Format::Html, &each("text"));
    for part in [
        "Of 6 scenarios, 1 differs, 1 is unstable, 2 could not be judged",
        "27 February 2026, 16:00 UTC",
        "better so: text",
        "for now: ops, until 2026-12-31",
        "the clock runs",
        "old sha256:0a",
        "new sha256:0b",
        "step 1 (ready): the scenario expects `held` of the reference, which gave ok",
        "old, second run",
        "byte for byte and row for row",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn the_texts_of_a_pull_request_and_of_ci() {
    insta::assert_snapshot!("markdown", rendered(Format::Markdown, &each("new")));
    insta::assert_snapshot!("junit", rendered(Format::Junit, &each("new")));
    let good = run(&[scenario("alike", Verdict::Matched, json!({}))], Verdict::Matched);
    insta::assert_snapshot!("markdown_matched", rendered(Format::Markdown, &good));
}

#[test]
fn ci_counts_what_did_not_match() {
    let mut run = each(HOSTILE);
    run.unused_waivers.push("idle".into());
    let text = rendered(Format::Junit, &run);
    let report = quick_junit::Report::deserialize_from_str(&text).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (7, 2, 3));
    let names: Vec<_> = report.test_suites.iter().map(|suite| suite.name.as_str()).collect();
    assert_eq!(names, ["claim", "waivers"]);
}

#[test]
fn a_replay_and_drift_are_said() {
    let mut run = each("new");
    assert!(!rendered(Format::Html, &run).contains("eplay"));
    let drifted = json!({
        "behaviour": "claim", "name": "alike",
        "differences": [difference("step 2 · outcome", &"ok".into(), &"held".into(), None)],
        "diffs": [{ "at": "step 2 (claim)", "diff": unified(&json!("ok"), &json!("held"), ["golden", "now"]) }],
    });
    run.drift.push(serde_json::from_value(drifted).unwrap());
    run.goldens.compared = 5;
    let page = rendered(Format::Html, &run);
    for part in ["Drift (1)", "accepted golden", "old now", "step 2 (claim)", "5 compared"] {
        assert!(page.contains(part), "{part}");
    }
    run.mode = super::Mode::Replay;
    for (format, said) in [(Format::Html, "This is a replay"), (Format::Markdown, "**A replay:**")] {
        assert!(rendered(format, &run).contains(said), "{said}");
    }
}

#[test]
fn what_is_left_out_is_said() {
    let long = "x\n".repeat(2000);
    let many: Vec<Value> =
        (0..300).map(|index| differing(&format!("s{index}"), Verdict::Mismatched, None, &long)).collect();
    let mut run = run(&many, Verdict::Mismatched);
    run.scenarios[0].diffs[0].diff = unified(&json!(vec![1; 900]), &json!(vec![2; 900]), ["one", "two"]);
    let page = rendered(Format::Html, &run);
    assert!(page.contains("100 more scenarios not shown") && page.contains("more lines are in result.json"));
    let text = rendered(Format::Markdown, &run);
    assert!(text.len() < 65_536, "{}", text.len());
    let shown = text.matches("<details>").count();
    assert!(
        text.contains(&format!("{} more scenarios did not match and are left out here", 300 - shown)),
        "{text}"
    );
    assert!(rendered(Format::Junit, &run).contains("more lines, which result.json has"));
}

#[test]
fn a_run_is_the_same_after_it_was_written_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let run = each(HOSTILE);
    Format::write_all(folder.path(), &run).unwrap();
    assert_eq!(super::read(folder.path()).unwrap(), run);
    for format in Format::ALL {
        assert_eq!(
            std::fs::read_to_string(folder.path().join(format.file())).unwrap(),
            rendered(format, &run)
        );
    }
}
