//! The queue changes hands: from the scripts to Fairway, and back with what was done meanwhile.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::support::Project;
use crate::support::piloted::{make, migrate, with_claim};

/// A task that is ready in the standard copy, another one, and their lane.
const TASK: &str = "A-TERM-AUDIT-LOG";
const LANE: &str = "A-backend";
const CUTOVER: [&str; 6] = ["pilot", "cutover", "--all-lanes", "--person", "R. Lead", "--despite-findings"];

fn failed(status: &Value) -> Vec<&str> {
    let checks = status["checks"].as_array().unwrap().iter().filter(|check| check["passed"] == false);
    checks.map(|check| check["what"].as_str().unwrap()).collect()
}

#[test]
fn the_queue_changes_hands_and_comes_back_with_what_was_done() {
    let project = with_claim();
    let early = project.run(&CUTOVER);
    assert_eq!(early.code, 4);
    assert!(early.stderr.contains("not ready to cut over: the queue was migrated"), "{}", early.stderr);

    migrate(&project);
    let lane = project.run(&["claim", TASK, "--as", LANE, "--skip-preflight"]);
    assert_eq!(lane.code, 6, "{}", lane.stderr);
    let done = project.json(&CUTOVER);
    assert_eq!((&done["done"], done["lanes"].as_array().unwrap().len()), (&true.into(), 5));
    let pilots = project.root().join(".fairway/pilots");
    assert!(pilots.join(done["pilot"].as_str().unwrap()).join("state.db").exists());
    assert_eq!(project.json(&CUTOVER)["lanes"], Value::Array(Vec::new()), "it is done once");

    project.ok(&["claim", TASK, "--as", LANE, "--skip-preflight"]);
    // What has not graduated does not, whosever the lane is.
    let other = project.run(&["set-status", TASK, "done"]);
    assert_eq!(other.code, 6);
    assert!(other.stderr.contains("`set-status` has not graduated"), "{}", other.stderr);

    project.ok(&["pilot", "pause", "--reason", "lunch"]);
    let paused = project.run(&["claim", "A-TERM-RESIZE", "--as", LANE, "--skip-preflight"]);
    assert_eq!(paused.code, 6);
    assert!(paused.stderr.contains("the lane A-backend is paused"), "{}", paused.stderr);
    project.ok(&["pilot", "resume", "--reason", "back"]);
    assert_eq!(project.json(&["pilot", "status"])["behind"], Value::Array(Vec::new()));

    let would = project.json(&["pilot", "rollback", "--reason", "a drill", "--dry-run"]);
    assert_eq!((&would["done"], &would["back"]["written"]), (&false.into(), &false.into()));
    // The scripts' history has no column for who owned the task: that is told before anything is written.
    let told = project.run(&["pilot", "rollback", "--reason", "a drill"]);
    assert_eq!(told.code, 4);
    assert!(
        told.stderr.contains("task_state_history.owner (the legacy has no column for it)"),
        "{}",
        told.stderr
    );
    assert_eq!(project.json(&["pilot", "status"])["lanes"][0]["holder"], "fairway");
    let back = project.json(&["pilot", "rollback", "--reason", "a drill", "--leave-behind"]);
    assert_eq!(back["done"], true);
    let (code, detail) = make(&project, &["queue-task-detail", &format!("TASK={TASK}"), "FORMAT=json"]);
    assert_eq!(code, 0);
    let detail: Value = serde_json::from_str(&detail).unwrap();
    assert_eq!((&detail["status"], &detail["claimant"]), (&"in_progress".into(), &"tester@demo".into()));
    let refused = project.run(&["claim", "A-TERM-RESIZE", "--as", LANE, "--skip-preflight"]);
    assert!(refused.stderr.contains("the lane A-backend is still the scripts'"), "{}", refused.stderr);
    // The scripts go on where Fairway stopped, as they were called before.
    assert!(!project.root().join("GNUmakefile").exists());
    let words = ["queue-claim", "TASK=A-TERM-RESIZE", "ROLE=A-backend", "SKIP_PREFLIGHT=1"];
    assert_eq!(make(&project, &words).0, 0);
    project.ok(&["db", "check"]);
}

/// Runs a call and kills it after some milliseconds, unless it has ended.
fn killed(project: &Project, words: &[&str], after: u64) {
    let mut call = project.fairway(&project.root());
    let mut call = call.args(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(after));
    call.kill().unwrap();
    call.wait().unwrap();
}

/// Whose the lanes are: all of one holder, or the test fails.
fn holder(project: &Project) -> String {
    let status = project.json(&["pilot", "status"]);
    let mut holders: Vec<&str> =
        status["lanes"].as_array().unwrap().iter().map(|lane| lane["holder"].as_str().unwrap()).collect();
    holders.dedup();
    assert_eq!(holders.len(), 1, "{status}");
    holders[0].to_owned()
}

#[test]
fn a_killed_cutover_or_rollback_leaves_all_lanes_with_one_holder() {
    let project = with_claim();
    migrate(&project);
    let back = ["pilot", "rollback", "--reason", "a drill", "--leave-behind"];
    for after in [20, 80, 150, 250, 400, 700] {
        killed(&project, &CUTOVER, after);
        assert!(["legacy", "fairway"].contains(&&*holder(&project)), "killed after {after} ms");
    }
    project.ok(&CUTOVER);
    assert_eq!(holder(&project), "fairway");
    project.ok(&["claim", TASK, "--as", LANE, "--skip-preflight"]);
    for after in [20, 100, 200, 300, 500] {
        killed(&project, &back, after);
        let found = holder(&project);
        assert!(["fairway", "nobody", "legacy"].contains(&&*found), "killed after {after} ms: {found}");
    }
    if holder(&project) != "legacy" {
        project.ok(&back);
    }
    assert_eq!(holder(&project), "legacy");
    let (_, detail) = make(&project, &["queue-task-detail", &format!("TASK={TASK}"), "FORMAT=json"]);
    let detail: Value = serde_json::from_str(&detail).unwrap();
    assert_eq!(detail["status"], "in_progress", "what was done is the scripts' now");
    project.ok(&["db", "check"]);
}

#[test]
fn scripts_that_go_on_keep_the_queue_or_are_seen() {
    let project = with_claim();
    migrate(&project);
    let claim = |task: &str| {
        let (task, role) = (format!("TASK={task}"), format!("ROLE={LANE}"));
        // Past the GNUmakefile that a cut-over brings.
        let words = ["-f", "Makefile", "queue-claim", &task, &role, "SKIP_PREFLIGHT=1"];
        assert_eq!(make(&project, &words).0, 0);
    };
    claim(TASK);
    let moved = project.run(&CUTOVER);
    assert_eq!(moved.code, 4);
    assert!(moved.stderr.contains("the scripts' queue is what was migrated"), "{}", moved.stderr);
    let status = project.json(&["pilot", "status"]);
    assert!(failed(&status).contains(&"the scripts' queue is what was migrated"), "{status}");
    assert!(status["lanes"].as_array().unwrap().iter().all(|lane| lane["holder"] == "legacy"));

    // Migrated again, and over.
    let id = project.json(&["migrate", "status"])["migrations"][0]["id"].as_str().unwrap().to_owned();
    project.ok(&["migrate", "rollback", &id]);
    migrate(&project);
    assert_eq!(project.json(&CUTOVER)["done"], true);
    // make's own code for a recipe that failed; the recipe's was 6.
    assert_eq!(make(&project, &["queue-claim", "TASK=A-TERM-RESIZE", "ROLE=A-backend"]).0, 2);
    claim("A-TERM-RESIZE");
    let behind = project.json(&["pilot", "status"])["behind"].clone();
    assert_eq!(behind.as_array().unwrap().len(), 1, "{behind}");
    // The scripts' file is not overwritten with what Fairway knows of it.
    let back = project.run(&["pilot", "rollback", "--reason", "they wrote"]);
    assert_ne!(back.code, 0, "{}", back.stdout);
}

#[test]
fn a_report_says_where_the_pilot_stands() {
    let project = with_claim();
    let words = ["--ungraduated", "--reason", "<b>a trial</b>"];
    project.ok(&[&["update", TASK, "--title", "another"], &words[..]].concat());
    let report = project.json(&["pilot", "report"]);
    assert_eq!((&report["ready"], &report["lanes"][0]["holder"]), (&false.into(), &"legacy".into()));
    let operations = report["operations"].as_array().unwrap();
    let claim = operations.iter().find(|line| line["operation"] == "claim").unwrap();
    assert_eq!((&claim["standing"], &claim["cases"]), (&"graduated".into(), &2.into()));
    assert!(report["waivers"].as_array().unwrap().iter().all(|waiver| waiver["by"].is_string()));
    assert_eq!(report["exceptions"][0]["reason"], "<b>a trial</b>");

    let markdown = project.ok(&["pilot", "report"]);
    for line in [
        "| claim | graduated | 1 | 1 | 2 | - |",
        "- **FAIL**: the queue was migrated, and that was rehearsed",
    ] {
        assert!(markdown.lines().any(|found| found == line), "{line}\n{markdown}");
    }
    project.ok(&["pilot", "report", "--output", "pilot.html"]);
    let page = std::fs::read_to_string(project.root().join("pilot.html")).unwrap();
    assert!(page.contains("&lt;b&gt;a trial&lt;&#x2f;b&gt;") && !page.contains("<b>a trial"), "{page}");
    assert!(!page.contains("http://") && !page.contains("https://"), "it needs no network");
}
