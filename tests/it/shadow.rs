//! Calls of the scripts for real, each done by Fairway too.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{NOW, Project, legacy_copy};

/// A task that is ready in the standard copy, and its lane.
const TASK: &str = "A-TERM-AUDIT-LOG";
const LANE: &str = "A-backend";

/// A checkout with the scripts and the queue of the standard copy, and Fairway set up in it.
pub(crate) fn checkout() -> Project {
    let project = Project::repository();
    let standard = legacy_copy::standard();
    for path in ["scripts", "Makefile", "doc"] {
        copy(&standard.join(path), &project.root());
    }
    copy(&standard.join(".git/agent_queue"), &project.root().join(".git"));
    project.ok(&["init", "--preset", "gpuaas"]);
    // Not as fast as a release.
    legacy_key(&project, "shadow_budget_ms = 60000");
    project
}

/// Adds a line to `[legacy]`.
pub(crate) fn legacy_key(project: &Project, line: &str) {
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    let section = "\n[legacy]\nadapter = \"gpuaas\"\n";
    let changed = config.replace(section, &format!("{section}{line}\n"));
    assert_ne!(changed, config);
    project.write(".fairway/config.toml", &changed);
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

fn make(words: &[&str]) -> Vec<String> {
    ["make", "-s", "--no-print-directory"].iter().chain(words).map(|word| (*word).to_owned()).collect()
}

/// Runs a command of the scripts, alone or shadowed.
fn call(project: &Project, words: &[String], shadowed: bool) -> Output {
    let mut command = if shadowed {
        let mut fairway = project.fairway(&project.root());
        fairway.args(["shadow", "--"]).args(words);
        fairway
    } else {
        let mut plain = project.command(&words[0], &project.root());
        plain.args(&words[1..]);
        plain
    };
    command.env("QUEUE_NOW", NOW).env("AGENT_ACTOR", "tester@demo").output().unwrap()
}

/// The calls that were compared, once there are so many.
pub(crate) fn compared(project: &Project, count: usize) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let calls = project.json(&["shadow"])["calls"].as_array().unwrap().clone();
        if calls.len() >= count {
            return calls;
        }
        assert!(began.elapsed() < Duration::from_mins(2), "only {} of {count} were compared", calls.len());
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_shadowed_call_is_the_call_itself_and_fairway_does_the_same() {
    let (alone, shadowed) = (checkout(), checkout());
    let (task, role) = (format!("TASK={TASK}"), format!("ROLE={LANE}"));
    let calls = [
        make(&["queue-claim", &task, &role, "SKIP_PREFLIGHT=1"]),
        make(&["queue-claim", &task, &role, "SKIP_PREFLIGHT=1"]),
        make(&["queue-record-evidence", &task, "COMMAND=make test", "RESULT=pass"]),
        make(&["queue-set-status", &task, "STATUS=done"]),
        make(&["queue-status"]),
    ];
    for (index, words) in calls.iter().enumerate() {
        let (one, other) = (call(&alone, words, false), call(&shadowed, words, true));
        assert_eq!(one.status.code(), other.status.code(), "{words:?}");
        assert_eq!(String::from_utf8_lossy(&one.stdout), String::from_utf8_lossy(&other.stdout));
        assert_eq!(String::from_utf8_lossy(&one.stderr), String::from_utf8_lossy(&other.stderr));
        // One after the other: calls at the same time are not compared.
        compared(&shadowed, index + 1);
    }
    let told = compared(&shadowed, calls.len());
    let verdicts: Vec<_> = told.iter().map(|call| call["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["matched", "matched", "matched", "matched", "errored"], "{told:#?}");
    assert_eq!(told[4]["why"], "`status-report` is not among the operations that are done twice");

    // They are cases of their operations, and no live runs.
    let status = shadowed.json(&["parity", "status", "claim"])["operations"][0].clone();
    assert_eq!((&status["standing"], &status["assessment"]["cases"]), (&"unproven".into(), &2.into()));
    // Fairway's own store has nothing of it.
    assert_eq!(shadowed.json(&["task-detail", TASK])["task"]["status"], "todo");
}

#[test]
fn scripts_that_do_otherwise_are_told_and_kept() {
    let project = checkout();
    // The project's own rules are not those of the scripts: they write another owner.
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    let other = config.replace("owner = \"provider\"", "owner = \"role\"");
    assert_ne!(other, config);
    project.write(".fairway/config.toml", &other);
    let words = make(&["queue-claim", &format!("TASK={TASK}"), &format!("ROLE={LANE}"), "SKIP_PREFLIGHT=1"]);
    assert_eq!(call(&project, &words, true).status.code(), Some(0));
    let told = compared(&project, 1);
    assert_eq!(told[0]["verdict"], "mismatched", "{told:#?}");
    let places = told[0]["places"].to_string();
    assert!(places.contains("owner"), "{places}");
    let kept = project.root().join(".fairway/parity/shadow").join(told[0]["call"].as_str().unwrap());
    assert!(kept.join("before/queue.db").exists() && kept.join("job.json").exists());
}

#[test]
fn a_command_that_is_none_and_a_broken_fairway_cost_the_call_nothing() {
    let project = checkout();
    let echo: Vec<String> = ["sh", "-c", "echo out; echo err >&2; exit 7"].map(str::to_owned).into();
    let answer = call(&project, &echo, true);
    assert_eq!(
        (answer.status.code(), &*answer.stdout, &*answer.stderr),
        (Some(7), &b"out\n"[..], &b"err\n"[..])
    );
    let told = compared(&project, 1);
    assert_eq!(told[0]["why"], "the command is no operation that the adapter gpuaas knows");

    // Where nothing can be kept, the call is as it was.
    let folder = project.root().join(".fairway/parity/shadow");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "in the way").unwrap();
    let answer = call(&project, &echo, true);
    assert_eq!(
        (answer.status.code(), &*answer.stdout, &*answer.stderr),
        (Some(7), &b"out\n"[..], &b"err\n"[..])
    );
    let missing = call(&project, &["no-such-program".to_owned()], true);
    assert_eq!(missing.status.code(), Some(2));
}

/// Fairway hangs where it reads its adapters, for as long as nobody writes into the pipe that stands there.
#[test]
fn a_fairway_that_hangs_is_left_behind() {
    let project = checkout();
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    project
        .write(".fairway/config.toml", &config.replace("shadow_budget_ms = 60000", "shadow_budget_ms = 200"));
    let folder = project.root().join(".fairway/parity/adapters");
    std::fs::create_dir_all(&folder).unwrap();
    let pipe = folder.join("gpuaas.toml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let echo: Vec<String> = ["sh", "-c", "echo out; exit 3"].map(str::to_owned).into();
    let began = Instant::now();
    let answer = call(&project, &echo, true);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    assert_eq!((answer.status.code(), &*answer.stdout, &*answer.stderr), (Some(3), &b"out\n"[..], &b""[..]));
    // What is to write it down hangs too, until it reads that there is no adapter in there.
    let release = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    std::fs::remove_file(&pipe).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    drop(release);
}

/// A budget that nothing can be done in.
#[test]
fn what_was_left_behind_is_written_down() {
    let project = checkout();
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    project
        .write(".fairway/config.toml", &config.replace("shadow_budget_ms = 60000", "shadow_budget_ms = 0"));
    let task = format!("TASK={TASK}");
    let words = make(&["queue-record-evidence", &task, "COMMAND=make test", "RESULT=pass"]);
    assert_eq!(call(&project, &words, true).status.code(), Some(0));
    let told = compared(&project, 1);
    assert_eq!(told[0]["why"], "Fairway took longer than its budget beside it", "{told:#?}");
    assert_eq!(
        (&told[0]["verdict"], &told[0]["words"][3]),
        (&"errored".into(), &"queue-record-evidence".into())
    );
}
