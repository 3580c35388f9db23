//! The legacy gets its queue back, and says of it what Fairway says.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{NOW, Project, legacy_copy};

const QUEUE: &str = "doc/governance/Agent_Work_Queue.yaml";
const DATABASE: &str = ".git/agent_queue/agent_queue.db";
/// A task that is ready in the standard copy.
const LANE: &str = "A-backend";

/// A copy of the standard copy that a test may change.
fn fresh() -> TempDir {
    let folder = TempDir::new().unwrap();
    let standard = legacy_copy::standard();
    let copied =
        Command::new("cp").arg("-a").arg(standard).arg(folder.path().join("legacy")).status().unwrap();
    assert!(copied.success());
    folder
}

/// What the legacy answers through make.
fn make(checkout: &Path, words: &[&str]) -> Value {
    let output = Command::new("make")
        .args(["-s", "--no-print-directory"])
        .args(words)
        .arg("FORMAT=json")
        .env("QUEUE_NOW", NOW)
        .env("AGENT_ACTOR", "tester@demo")
        .current_dir(checkout)
        .output()
        .expect("make and ruby are installed");
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("make {words:?}: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// A project with the legacy's lanes, whose queue file is elsewhere.
fn empty() -> Project {
    let project = Project::repository();
    project.ok(&["init", "--preset", "gpuaas"]);
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    let others: Vec<&str> =
        config.lines().filter(|line| !line.trim_start().starts_with("queue_source")).collect();
    project.write(".fairway/config.toml", &(others.join("\n") + "\n"));
    project
}

/// A project that holds the standard queue.
fn moved(legacy: &Path) -> Project {
    let project = empty();
    let (queue, database) = (legacy.join(QUEUE), legacy.join(DATABASE));
    let words = [queue.to_str().unwrap(), "--snapshot", database.to_str().unwrap(), "--state-once"];
    project.ok(&[&["import"], &words[..]].concat());
    project
}

fn export_back(project: &Project, from: &Path, dir: &Path, more: &[&str]) -> Value {
    let (queue, database) = (from.join(QUEUE), from.join(DATABASE));
    let words = [
        "migrate",
        "export-back",
        dir.to_str().unwrap(),
        "--queue",
        queue.to_str().unwrap(),
        "--database",
        database.to_str().unwrap(),
    ];
    project.json(&[&words[..], more].concat())
}

/// Both say the same of what is ready, and of a task that is not.
fn agree(project: &Project, legacy: &Path, task: &str) {
    let ids = |list: &Value| -> Vec<String> {
        let list = list["tasks"].as_array().or_else(|| list.as_array()).unwrap();
        list.iter().map(|task| task["id"].as_str().unwrap().to_owned()).collect()
    };
    let here = project.json(&["ready", "--all-roles"]);
    assert_eq!(ids(&make(legacy, &["queue-ready"])), ids(&here));
    assert!(!ids(&here).iter().any(|ready| ready == task));

    let theirs = make(legacy, &["queue-task-detail", &format!("TASK={task}")]);
    let ours = project.json(&["task-detail", task]);
    for key in ["status", "owner", "claimant", "branch"] {
        assert_eq!(theirs[key], ours["task"][key], "{key}: {theirs}");
    }
    let count = |detail: &Value| detail["history"].as_array().unwrap().len();
    assert_eq!(count(&theirs), count(&ours));
}

/// Planned, rehearsed, applied, verified, one task changed, written back, and read by the legacy.
#[test]
fn a_queue_moves_here_and_back() {
    let (source, folder) = (legacy_copy::standard(), fresh());
    let legacy = folder.path().join("legacy");
    let project = empty();
    project.json(&["migrate", "plan", "--from", source.to_str().unwrap(), "--out", "plan.json"]);
    project.json(&["migrate", "rehearse", "plan.json"]);
    project.json(&["migrate", "apply", "plan.json"]);
    let verified = project.json(&["migrate", "verify"]);
    assert_eq!((&verified["sound"], &verified["lanes_left_out"]), (&true.into(), &Value::Null));

    let ready = project.json(&["ready", "--all-roles"]);
    let task = ready["tasks"].as_array().unwrap().iter().find(|task| task["role"] == LANE).unwrap();
    let task = task["id"].as_str().unwrap();
    project.ok(&["claim", task, "--as", LANE, "--skip-preflight"]);
    // What the migration kept says what the legacy had.
    project.ok(&["migrate", "export-back", legacy.to_str().unwrap()]);
    agree(&project, &legacy, task);
    assert_eq!(project.json(&["migrate", "verify"])["sound"], true);
}

#[test]
fn what_did_not_change_comes_back_byte_for_byte() {
    let source = legacy_copy::standard();
    let project = moved(&source);
    let out = TempDir::new().unwrap();
    let report = export_back(&project, &source, out.path(), &["--dry-run"]);
    assert_eq!(report["written"], false);
    assert!(!out.path().join("doc").exists());
    let report = export_back(&project, &source, out.path(), &[]);
    assert_eq!(report["changes"], serde_json::json!([]), "{report}");
    assert!(report["files"].as_array().unwrap().iter().all(|file| file["same"] == true), "{report}");
    let read = |root: &Path| std::fs::read(root.join(QUEUE)).unwrap();
    assert_eq!(read(out.path()), read(&source));
}

#[test]
fn what_the_legacy_cannot_express_is_told_before_anything_is_written() {
    let source = legacy_copy::standard();
    let project = moved(&source);
    let ready = project.json(&["ready", "--all-roles"]);
    let task = ready["tasks"][0]["id"].as_str().unwrap();
    project.ok(&["update", task, "--title", "Another", "--notes", "edited here"]);
    project.ok(&["add", "A-NEW", "--title", "New", "--role", LANE]);
    let out = TempDir::new().unwrap();
    let report = export_back(&project, &source, out.path(), &["--dry-run"]);
    assert!(!out.path().join("doc").exists());
    let lost = report["lost"].as_array().unwrap().iter();
    let lost = lost.filter(|lost| lost["what"] == "task_definitions");
    let told: Vec<(&str, &str)> =
        lost.map(|lost| (lost["why"].as_str().unwrap(), lost["first"].as_str().unwrap())).collect();
    let kept = "was edited after the import; the queue file keeps what it said";
    let expected = [
        (format!("notes {kept}"), task),
        ("the task came after the import; the queue file does not define it".to_owned(), "A-NEW"),
        (format!("title {kept}"), task),
        ("the task is none of the legacy's database; its queue file defines tasks".to_owned(), "A-NEW"),
    ];
    assert_eq!(told, expected.each_ref().map(|(why, first)| (why.as_str(), *first)));
}

#[test]
fn the_legacy_agrees_with_fairway_after_a_claim() {
    let (source, target) = (legacy_copy::standard(), fresh());
    let target = target.path().join("legacy");
    let project = moved(&source);
    let ready = project.json(&["ready", "--all-roles"]);
    let tasks = ready["tasks"].as_array().unwrap_or_else(|| ready.as_array().unwrap());
    let task = tasks.iter().find(|task| task["role"] == LANE).unwrap()["id"].as_str().unwrap().to_owned();
    project.ok(&["claim", &task, "--as", LANE, "--skip-preflight"]);

    let report = export_back(&project, &source, &target, &[]);
    let changed: Vec<&Value> =
        report["changes"].as_array().unwrap().iter().map(|change| &change["task"]).collect();
    assert!(!changed.is_empty() && changed.iter().all(|id| **id == *task), "{report}");

    let old = std::fs::read_to_string(source.join(QUEUE)).unwrap();
    let new = std::fs::read_to_string(target.join(QUEUE)).unwrap();
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let keys = ["status:", "owner:", "branch:", "commit:", "completed_at:"];
    for line in new[same..new.len() - rest].iter().chain(&old[same..old.len() - rest]) {
        assert!(keys.iter().any(|key| line.trim_start().starts_with(key)), "{line}");
    }

    // Once more finds everything there.
    let again = export_back(&project, &source, &target, &[]);
    assert!(again["files"].as_array().unwrap().iter().all(|file| file["changed"] == false), "{again}");

    agree(&project, &target, &task);

    // Another file in the way is refused.
    std::fs::write(target.join(QUEUE), "version: 1\ntasks: []\n").unwrap();
    let (queue, database) = (source.join(QUEUE), source.join(DATABASE));
    let answer = project.run(&[
        "migrate",
        "export-back",
        target.to_str().unwrap(),
        "--queue",
        queue.to_str().unwrap(),
        "--database",
        database.to_str().unwrap(),
        "--json",
    ]);
    assert_eq!(answer.code, 4, "{answer}");
    assert!(answer.stderr.contains("\"exists\""), "{answer}");
}
