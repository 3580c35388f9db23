//! What goes wrong is seen, refused with its reason, and leaves both sides as they were.

use serde_json::Value;

use super::both::assert_equal;
use super::{BACK, LANE, START, SYNC, holder, make, started};
use crate::support::{Answer, Project};

/// A task of the lane that is ready in the standard copy.
fn task(project: &Project) -> String {
    let ready = project.json(&["ready", "--as", LANE]);
    ready["tasks"][0]["id"].as_str().unwrap().to_owned()
}

fn code_of(answer: &Answer) -> String {
    let error: Value = serde_json::from_str(&answer.stderr).unwrap_or_else(|_| panic!("{}", answer.stderr));
    error["error"]["code"].as_str().unwrap().to_owned()
}

fn refused(project: &Project, words: &[&str]) -> (i32, String, String) {
    let answer = project.run(&[words, &["--json"]].concat());
    (answer.code, code_of(&answer), answer.stderr)
}

#[test]
fn what_the_scripts_write_in_the_lane_pauses_it_and_is_not_lost() {
    let project = started();
    let task = task(&project);
    project.ok(&["claim", &task, "--as", LANE, "--skip-preflight"]);
    let evidence = ["queue-record-evidence", &format!("TASK={task}"), "COMMAND=behind", "RESULT=pass"];
    assert_eq!(make(&project, &evidence).0, 0);
    let (code, kind, why) = refused(&project, &SYNC);
    assert_eq!((code, kind.as_str()), (6, "pilot-mismatch"), "{why}");
    assert!(why.contains(&format!("of {task}: only the scripts have it, by tester@demo")), "{why}");
    assert_eq!(holder(&project, LANE), "nobody");
    let status = project.json(&["pilot", "status"]);
    assert_eq!(status["behind"].as_array().unwrap().len(), 1, "{status}");
    let causes =
        status["pilot"]["syncs"].as_array().unwrap().iter().filter_map(|sync| sync["cause"].as_str());
    let causes: Vec<&str> = causes.collect();
    assert!(matches!(causes.as_slice(), [one] if one.contains("only the scripts have it")), "{status:#}");

    let would = project.json(&[&BACK[..], &["--dry-run"]].concat());
    assert_eq!((would["told"].as_array().unwrap().len(), would["behind"].as_array().unwrap().len()), (1, 1));
    project.ok(&BACK);
    assert_equal(&project, "after the rollback");
    let (_, detail) = make(&project, &["queue-task-detail", &format!("TASK={task}"), "FORMAT=json"]);
    let detail: Value = serde_json::from_str(&detail).unwrap();
    assert_eq!(
        (&detail["status"], &detail["evidence"][0]["command"]),
        (&"in_progress".into(), &"behind".into())
    );
    // The next pilot begins with what the scripts say.
    project.ok(&START);
    assert_equal(&project, "after the second start");
    project.ok(&["db", "check"]);
}

#[test]
fn routes_that_others_took_the_place_of_leave_nothing_to_tell() {
    let project = started();
    let task = task(&project);
    project.ok(&["claim", &task, "--as", LANE, "--skip-preflight"]);
    for path in ["doc/architecture/x.md", "packages/web/y.ts"] {
        project.ok(&["route", "review", &task, "--path", path]);
        let synced = project.json(&SYNC);
        assert_eq!((&synced["pending"], &synced["equal"]), (&0.into(), &true.into()), "{path}: {synced}");
    }
}

#[test]
fn what_has_no_words_is_told_before_anything_is_done() {
    let project = started();
    let task = task(&project);
    let words = ["--ungraduated", "--reason", "a drill"];
    project.ok(&[&["add", "OPS-NEW", "--title", "new", "--role", LANE], &words[..]].concat());
    project.ok(&["claim", &task, "--as", LANE, "--skip-preflight"]);
    let (code, kind, why) = refused(&project, &SYNC);
    assert_eq!((code, kind.as_str()), (6, "pilot-untold"), "{why}");
    assert!(why.contains("OPS-NEW") && why.contains("their queue file defines tasks"), "{why}");
    assert_eq!(holder(&project, LANE), "fairway", "that is no mismatch");
    let back = project.run(&BACK);
    assert_eq!(back.code, 4, "{}", back.stderr);
    assert_eq!(holder(&project, LANE), "fairway");
    let done = project.json(&[&BACK[..], &["--leave-behind"]].concat());
    assert_eq!((done["told"].as_array().unwrap().len(), done["untold"].as_array().unwrap().len()), (1, 1));
    assert_eq!(holder(&project, LANE), "legacy");
}

#[test]
fn a_lane_that_is_taken_over_released_or_finished_elsewhere_is_told() {
    let project = started();
    let task = task(&project);
    let words = ["--ungraduated", "--reason", "a drill"];
    let ok = |call: &[&str]| project.ok(call);
    ok(&["claim", &task, "--as", LANE, "--skip-preflight"]);
    ok(&["claim", "takeover", &task, "--as", LANE, "--skip-preflight", "--reason", "gone"]);
    ok(&["claim", "release", &task, "--reason", "enough"]);
    ok(&[
        "session",
        "upsert",
        "--id",
        "s-1",
        "--role",
        LANE,
        "--backend",
        "tmux",
        "--status",
        "running",
        "--pid",
        "77",
    ]);
    ok(&[&["session", "end", "s-1"][..], &["--reason", "done", "--ungraduated"]].concat());
    let watch =
        ["watcher", "start", "w-1", "--task", &task, "--owner", LANE, "--process", "p", "--command", "c"];
    let rest = ["--success", "s", "--failure", "f", "--close-condition", "x"];
    ok(&[&watch[..], &rest, &words].concat());
    ok(&[&["watcher", "finish", "w-1", "--result", "pass", "--notes", "fine"], &words[..]].concat());
    let track = ["checkpoint", "record", &task, "--state", "active", "--summary", "s", "--owner", LANE];
    ok(&[&track[..], &words].concat());
    let synced = project.json(&SYNC);
    assert_eq!(synced["equal"], true, "{synced}");
    ok(&["db", "check"]);
}

#[test]
fn a_lane_without_its_role_and_a_clock_that_went_back_are_refused() {
    let project = started();
    let back = project.fairway_at("2026-02-27T15:00:00Z", &[&SYNC[..], &["--json"]].concat());
    assert_eq!((back.code, code_of(&back).as_str()), (6, "clock-set-back"), "{}", back.stderr);
    let unknown = project.run(&["pilot", "start", "--lane", "Z-none", "--person", "R. Lead"]);
    assert_eq!(unknown.code, 1, "{}", unknown.stderr);
    let path = ".fairway/config.toml";
    let config = std::fs::read_to_string(project.root().join(path)).unwrap();
    project.write(path, &config.replace("\"A-backend\"", "\"A-back\""));
    for words in [&SYNC[..], &BACK, &["pilot", "cutover", "--all-lanes", "--person", "R. Lead"]] {
        let (code, kind, why) = refused(&project, words);
        assert_eq!((code, kind.as_str()), (6, "pilot-lane-unknown"), "{why}");
    }
    project.write(path, &config);
    assert_eq!(project.json(&SYNC)["equal"], true);
}

#[test]
fn a_full_disk_leaves_both_sides_as_they_were() {
    let project = started();
    let task = task(&project);
    project.ok(&["claim", &task, "--as", LANE, "--skip-preflight"]);
    let script = format!(
        "trap '' XFSZ; ulimit -f 64; exec '{}' pilot sync --write-legacy",
        env!("CARGO_BIN_EXE_fairway")
    );
    let output = project
        .command("bash", &project.root())
        .args(["-c", &script])
        .env("FAIRWAY_NOW", crate::support::NOW)
        .env("FAIRWAY_ACTOR", "tester@demo")
        .output()
        .unwrap();
    let answer = project.answer(&output);
    assert_eq!(answer.code, 2, "{}", answer.stderr);
    project.ok(&["db", "check"]);
    let synced = project.json(&SYNC);
    assert_eq!((&synced["equal"], synced["told"].as_array().unwrap().len()), (&true.into(), 1), "{synced}");
    assert_equal(&project, "once there is room again");
}

#[test]
fn a_refusal_of_the_scripts_pauses_the_lane_and_the_rest_is_told_once() {
    let project = started();
    let task = task(&project);
    project.ok(&["claim", &task, "--as", LANE, "--skip-preflight"]);
    project.ok(&["record", "evidence", &task, "--command-text", "make", "--result", "pass"]);
    // The scripts' Ruby is gone for a while.
    let store = project.root().join("scripts/ops/agent_queue_store.rb");
    let text = std::fs::read_to_string(&store).unwrap();
    let broken = text.replacen(
        "def record_evidence\n",
        "def record_evidence\n    raise QueueError, 'no evidence today'\n",
        1,
    );
    assert_ne!(broken, text);
    std::fs::write(&store, broken).unwrap();
    let (code, kind, why) = refused(&project, &SYNC);
    assert_eq!((code, kind.as_str()), (6, "pilot-refused"), "{why}");
    assert!(why.contains("no evidence today") && why.contains("record-evidence"), "{why}");
    assert_eq!(holder(&project, LANE), "nobody");
    std::fs::write(&store, text).unwrap();
    let synced = project.json(&SYNC);
    assert_eq!((&synced["equal"], synced["told"].as_array().unwrap().len()), (&true.into(), 1), "{synced}");
    project.ok(&["pilot", "resume", "--lane", LANE, "--reason", "they listen again"]);
    assert_eq!(holder(&project, LANE), "fairway");
    assert_equal(&project, "after all was told");
}

#[test]
fn what_crosses_the_border_works_on_both_sides() {
    let project = started();
    // A child here, its parent there: the parent is told of, and written by nobody.
    let queue = project.root().join("doc/governance/Agent_Work_Queue.yaml");
    let text = std::fs::read_to_string(&queue).unwrap();
    let more = "\n  - id: X-PARENT\n    title: parent\n    role: B-ui\n  - id: X-CHILD\n    title: child\n    role: A-backend\n    parent: X-PARENT\n  - id: X-AFTER\n    title: after\n    role: B-ui\n    depends_on: [X-CHILD]\n  - id: X-LAST\n    title: last\n    role: A-backend\n    depends_on: [X-AFTER]\n";
    std::fs::write(&queue, format!("{}{more}", text.trim_end())).unwrap();
    project.ok(&["claim", "X-CHILD", "--as", LANE, "--skip-preflight"]);
    project.ok(&["record", "evidence", "X-CHILD", "--command-text", "make", "--result", "pass"]);
    let done = project.json(&["set-status", "X-CHILD", "done", "--commit", "abc1234"]);
    assert_eq!((&done["roll_up"]["parent"], &done["roll_up"]["done"]), (&"X-PARENT".into(), &1.into()));
    let claim = ["queue-claim", "TASK=X-AFTER", "ROLE=B-ui", "SKIP_PREFLIGHT=1"];
    assert_ne!(make(&project, &claim).0, 0, "the scripts do not know yet that the child is done");
    assert_eq!(project.json(&SYNC)["equal"], true);
    assert_equal(&project, "new tasks are on both sides");
    assert_eq!(make(&project, &claim).0, 0);
    let early = project.run(&["claim", "X-LAST", "--as", LANE, "--skip-preflight"]);
    assert_eq!(early.code, 4, "{}", early.stderr);
    for words in [
        ["queue-record-evidence", "TASK=X-AFTER", "COMMAND=make", "RESULT=pass"],
        ["queue-set-status", "TASK=X-AFTER", "STATUS=done", "COMMIT=abc1234"],
    ] {
        assert_eq!(make(&project, &words).0, 0);
    }
    project.ok(&["pilot", "sync"]);
    project.ok(&["claim", "X-LAST", "--as", LANE, "--skip-preflight"]);
    assert_eq!(project.json(&SYNC)["equal"], true);
    assert_equal(&project, "at the end");
    project.ok(&["db", "check"]);
}
