//! A recorded run shown, compared and reported through the real binary, on two queues that are made up.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Answer, MadeUp};

/// A candidate that gives another title, which is markup where nobody minds it.
fn differing() -> MadeUp {
    let made = MadeUp::new();
    made.candidate(r#"["sh", "-c", "sed 's/%s/<script>alert(1)<\\/script>/' queue.sh | sh"]"#);
    made.scenario("broken", &MadeUp::usual().replace("\"ready\"", "\"ready\"\nexpect = \"held\""));
    let run = made.parity(&["run"]);
    assert_eq!(run.code, 5, "{run}");
    made
}

/// Without what no two runs have in common: ids, times, digests.
fn normal(answer: &Answer) -> String {
    let patterns = [
        (r"\d{8}T\d{6}Z-[0-9a-f]{5}", "[RUN]"),
        (r"\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC", "[DAY]"),
        (r"sha256:[0-9a-f]{64}", "sha256:[DIGEST]"),
        (r"[\d.]+ s on the clock, .*", "[TIMES]"),
        (r" {2,}\d+ s\b", "  [TIME]"),
        (r"--seed \d+", "--seed [SEED]"),
        (r"[\d,]+ k?B", "[SIZE]"),
        (r"(?m)^protections: .*$", "protections: [PROTECTIONS]"),
        (r"(?m)^sandboxes: .*$", "sandboxes: [SANDBOXES]"),
    ];
    let mut text = answer.to_string();
    for (pattern, with) in patterns {
        text = regex::Regex::new(pattern).unwrap().replace_all(&text, with).into_owned();
    }
    text
}

#[test]
fn a_run_is_shown_and_its_differences_are() {
    let made = differing();
    let project = &made.project;
    assert_snapshot!("show", normal(&project.run(&["parity", "show", "out"])));
    assert_snapshot!("diff", project.run(&["parity", "diff", "out", "tiny/ready"]));
    let columns = project.run(&["parity", "diff", "out", "ready", "--side-by-side"]);
    assert_snapshot!("diff_columns", columns);
    let coloured = project.run(&["parity", "diff", "out", "--unified", "--color", "always"]).stdout;
    assert!(coloured.contains("\u{1b}[31m-") && coloured.contains("\u{1b}[32m+"), "{coloured}");
    let data = project.json(&["parity", "diff", "out"]);
    assert_eq!(data["scenarios"].as_array().map(Vec::len), Some(2), "{data}");
    assert_eq!(data["scenarios"][1]["differences"][0]["reference"], "same");
}

#[test]
fn what_matched_has_no_differences_to_show() {
    let made = MadeUp::new();
    assert_eq!(made.parity(&["run"]).code, 0);
    assert_eq!(made.project.run(&["parity", "diff", "out"]).stdout, "nothing differs\n");
}

#[test]
fn the_latest_run_is_found_or_it_is_said_how_to_get_one() {
    let made = MadeUp::new();
    let project = &made.project;
    assert_snapshot!("no_run", project.run(&["parity", "show"]));
    assert_snapshot!("no_such_run", project.run(&["parity", "report", "20260101T000000Z-00000"]));
    assert_eq!(made.parity(&["run"]).code, 0);
    let result = made.result();
    let id = result["run_id"].as_str().unwrap();
    made.data(&format!("{id}/result.json"), &result.to_string());
    assert_eq!(project.json(&["parity", "show"])["run_id"], id);
    assert_eq!(project.json(&["parity", "show", id])["run_id"], id);
    assert_snapshot!("no_such_scenario", normal(&project.run(&["parity", "diff", id, "tiny/gone"])));
    made.data(&format!("{id}/result.json"), "{ \"run_id\": 7 }");
    let broken = project.run(&["parity", "show", id]);
    assert_eq!(broken.code, 1, "{broken}");
    assert!(broken.stderr.contains("result.json: not the result of a run"), "{broken}");
}

#[test]
fn every_run_leaves_its_reports_and_they_can_be_made_again() {
    let made = differing();
    let project = &made.project;
    let text = |path: &str| std::fs::read_to_string(project.root().join(path)).unwrap();
    for (format, left, again) in [
        ("html", "out/report.html", "again.html"),
        ("junit", "out/junit.xml", "again.xml"),
        ("markdown", "out/report.md", "again.md"),
        ("json", "out/result.json", "again.json"),
    ] {
        // The name of the file says the format.
        let answer = project.run(&["parity", "report", "out", "--out", again]);
        assert!(answer.stdout.starts_with(&format!("{format} report of ")), "{answer}");
        assert_eq!(text(left), text(again), "{format}");
        let printed = project.run(&["parity", "report", "out", "--format", format]).stdout;
        assert_eq!(printed.trim_end(), text(left).trim_end(), "{format}");
    }
    let page = text("out/report.html");
    assert!(
        page.contains("&lt;script&gt;") && !page.contains("<script"),
        "what a queue printed is no markup"
    );
    let envelope = project.json(&["parity", "report", "out", "--format", "markdown"]);
    assert_eq!(envelope["document"].as_str().map(str::trim_end), Some(text("out/report.md").trim_end()));
    assert_eq!(project.run(&["parity", "report", "out", "--out", "none/x.html"]).code, 2);
}

/// Every key of a result is one that the schema names, all the way down, and those that it asks for are there.
#[test]
fn a_result_is_of_the_form_that_is_published() {
    let made = differing();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/parity-result-1.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    compare(&schema, &schema, &made.result(), "", &mut wrong);
    assert_eq!(wrong, Vec::<String>::new());
    let mut worse = made.result();
    worse["scenarios"][0]["surprise"] = true.into();
    worse["counts"].as_object_mut().unwrap().remove("matched");
    compare(&schema, &schema, &worse, "", &mut wrong);
    assert_eq!(wrong, ["/counts lacks matched", "/scenarios/0 has surprise"]);
}

fn compare(root: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(name) => root.pointer(name.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    match value {
        Value::Object(fields) => {
            let Some(properties) = schema["properties"].as_object() else { return };
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !fields.contains_key(name) {
                    wrong.push(format!("{at} lacks {name}"));
                }
            }
            for (name, field) in fields {
                match properties.get(name) {
                    Some(schema) => compare(root, schema, field, &format!("{at}/{name}"), wrong),
                    None => wrong.push(format!("{at} has {name}")),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                compare(root, &schema["items"], item, &format!("{at}/{index}"), wrong);
            }
        }
        _ => {}
    }
}
