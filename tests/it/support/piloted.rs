//! Checkouts with the scripts and the queue of the standard copy, in which operations have graduated.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::{NOW, Project, legacy_copy};

/// A rule that one short run can meet.
const LOWERED: &str = "\n\n[legacy.graduation]\nruns = 1\ncopies = 1\ncases = 1\nrounds = 1\n";
/// What one scenario asks, all of it: what a lane needs day by day.
pub(crate) const OPERATIONS: [&str; 8] = [
    "claim",
    "set-status",
    "record-evidence",
    "record-handoff",
    "ack-handoff",
    "record-review",
    "route-review",
    "session-upsert",
];
const SCENARIO: &str = "reports/a-task-s-whole-story";

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(copied.success(), "{} to {}", from.display(), to.display());
}

/// A checkout in which these operations have to graduate, by a lowered rule.
fn checkout(required: &[&str], cases: u32) -> Project {
    let project = Project::repository();
    let standard = legacy_copy::standard();
    for path in ["scripts", "Makefile", "doc"] {
        copy(&standard.join(path), &project.root());
    }
    copy(&standard.join(".git/agent_queue"), &project.root().join(".git"));
    project.git(&["checkout", "-q", "-b", "master"]);
    project.git(&["commit", "-q", "--allow-empty", "-m", "begin"]);
    project.ok(&["init", "--preset", "gpuaas"]);
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    let (before, after) =
        config.split_once("\n[legacy]\nadapter = \"gpuaas\"\n").expect("the scripts are here");
    let lowered = LOWERED.replace("cases = 1", &format!("cases = {cases}"));
    let legacy = format!("\n[legacy]\nadapter = \"gpuaas\"\nrequired_operations = {required:?}{lowered}");
    project.write(".fairway/config.toml", &format!("{before}{legacy}{after}"));
    project
}

/// A checkout in which claiming has graduated.
pub(crate) fn with_claim() -> Project {
    let project = checkout(&["claim"], 2);
    let standard = legacy_copy::standard();
    let run = ["parity", "run", "--reference", standard.to_str().unwrap(), "--behaviour", "claim", "--once"];
    project.ok(&[&run[..], &["--scenario", "todo-task"]].concat());
    project.ok(&["parity", "graduate", "claim"]);
    project
}

pub(crate) fn migrate(project: &Project) {
    project.ok(&["migrate", "plan", "--from", ".", "--out", "plan.json"]);
    project.ok(&["migrate", "rehearse", "plan.json"]);
    project.ok(&["migrate", "apply", "plan.json"]);
}

/// A checkout in which everything of a lane's day has graduated, and the queue was migrated. It is made once.
pub(crate) fn migrated() -> Project {
    static MADE: OnceLock<(Project, PathBuf)> = OnceLock::new();
    let (_, made) = MADE.get_or_init(|| {
        let project = checkout(&OPERATIONS, 1);
        let standard = legacy_copy::standard();
        let reference = standard.to_str().unwrap();
        project.ok(&["parity", "run", "--reference", reference, "--scenario", SCENARIO, "--once"]);
        project.ok(&[&["parity", "graduate"][..], &OPERATIONS].concat());
        migrate(&project);
        let root = project.root();
        (project, root)
    });
    let project = Project::repository();
    std::fs::remove_dir_all(project.root()).unwrap();
    copy(made, &project.root());
    project
}

/// The answer of the scripts.
pub(crate) fn make(project: &Project, words: &[&str]) -> (i32, String) {
    let output = project
        .command("make", &project.root())
        .args(["-s", "--no-print-directory"])
        .args(words)
        .env("QUEUE_NOW", NOW)
        .env("AGENT_ACTOR", "tester@demo")
        .output()
        .unwrap();
    let said = if output.status.success() { output.stdout } else { [output.stdout, output.stderr].concat() };
    (output.status.code().unwrap(), String::from_utf8_lossy(&said).into_owned())
}
