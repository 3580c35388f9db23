//! In a checkout that still has its scripts, a verb is for use only after it has been shown to do what they do.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::{Answer, Project, legacy_copy};

const QUEUE: &str = "doc/governance/Agent_Work_Queue.yaml";
const DATABASE: &str = ".git/agent_queue/agent_queue.db";
/// A task that is ready in the standard copy, and its lane.
const TASK: &str = "A-TERM-AUDIT-LOG";
const LANE: &str = "A-backend";
/// A rule that one short run can meet.
const LOWERED: &str = "\n[legacy.graduation]\nruns = 1\ncopies = 1\ncases = 2\nrounds = 1\n";

/// A checkout with the scripts of the standard copy, and its queue imported.
fn with_scripts(more: &str) -> (Project, PathBuf) {
    let project = Project::repository();
    let standard = legacy_copy::standard();
    for path in ["scripts", "Makefile", "doc"] {
        let copied =
            Command::new("cp").arg("-a").arg(standard.join(path)).arg(project.root()).status().unwrap();
        assert!(copied.success());
    }
    project.ok(&["init", "--preset", "gpuaas"]);
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    assert!(config.contains("\n[legacy]\nadapter = \"gpuaas\"\n"), "the scripts are here");
    project.write(".fairway/config.toml", &format!("{config}{more}"));
    let database = standard.join(DATABASE);
    project.ok(&["import", QUEUE, "--snapshot", database.to_str().unwrap(), "--state-once"]);
    (project, standard)
}

/// Runs scenarios of claiming, which goes into the ledger.
fn prove(project: &Project, standard: &Path, scenario: &str) -> Value {
    let standard = standard.to_str().unwrap();
    let what = ["--behaviour", "claim", "--scenario", scenario, "--once"];
    project.json(&[&["parity", "run", "--reference", standard], &what[..]].concat())
}

fn claim(project: &Project) -> Answer {
    project.run(&["claim", TASK, "--as", LANE, "--skip-preflight", "--reason", "it's urgent"])
}

fn status(project: &Project) -> Value {
    project.json(&["parity", "status", "claim"])["operations"][0].clone()
}

#[test]
fn a_verb_that_has_not_graduated_is_refused_and_the_scripts_command_is_named() {
    let (project, _) = with_scripts("");
    let refused = claim(&project);
    assert_eq!(refused.code, 6, "{}", refused.stderr);
    insta::assert_snapshot!(refused.stderr, @r"
    error: `claim` is not in use here yet: `claim` has not graduated
    hint: today this is done by `make queue-claim TASK=A-TERM-AUDIT-LOG ROLE=A-backend REASON='it'\''s urgent' SKIP_PREFLIGHT=1`; `fairway parity status claim` says what it lacks, `fairway parity graduate claim` decides
    ");

    let said: Value =
        serde_json::from_str(&project.run(&["claim", TASK, "--as", LANE, "--json"]).stderr).unwrap();
    assert_eq!(said["error"]["code"], "not-graduated");
    assert_eq!(said["error"]["operation"], "claim");
    assert_eq!(said["error"]["command"], format!("make queue-claim TASK={TASK} ROLE={LANE}"));

    // What reads says that it shows a shadow, and what has no counterpart is the lane's matter.
    let ready = project.run(&["ready", "--all-roles"]);
    assert_eq!(ready.code, 0);
    assert!(ready.stderr.contains("this is their shadow"), "{}", ready.stderr);
    let update = project.run(&["update", TASK, "--title", "another"]);
    assert_eq!(update.code, 6, "{}", update.stderr);
    assert!(update.stderr.contains("the lane A-backend is still the scripts'"), "{}", update.stderr);
    let detail = project.json(&["task-detail", TASK]);
    assert_ne!(detail["task"]["title"], "another");
}

#[test]
fn without_proof_it_takes_a_reason_which_everybody_sees() {
    let (project, _) = with_scripts("");
    let bare = project.run(&["claim", TASK, "--as", LANE, "--skip-preflight", "--ungraduated"]);
    assert_eq!(bare.code, 1);
    assert!(bare.stderr.contains("--ungraduated needs a reason"), "{}", bare.stderr);
    project.ok(&["claim", TASK, "--as", LANE, "--skip-preflight", "--ungraduated", "--reason", "a trial"]);
    assert_eq!(project.json(&["task-detail", TASK])["task"]["status"], "in_progress");
    let made = &project.json(&["parity", "status"])["exceptions"][0];
    assert_eq!(
        (&made["verb"], &made["by"], &made["reason"]),
        (&"claim".into(), &"tester@demo".into(), &"a trial".into())
    );
}

#[test]
fn an_operation_graduates_on_its_proof_and_anything_that_changes_takes_it_back() {
    let (project, standard) = with_scripts(LOWERED);
    assert_eq!(status(&project)["standing"], "unproven");
    let early = project.run(&["parity", "graduate", "claim"]);
    assert_eq!(early.code, 4);
    assert!(early.stderr.contains("0 of 1 live runs in a row matched"), "{}", early.stderr);

    let run = prove(&project, &standard, "todo-task");
    assert!(run["ledger"].as_str().unwrap().ends_with("ledger.jsonl"));
    assert_eq!(status(&project)["standing"], "matched");
    let graduated = project.json(&["parity", "graduate", "claim"])["graduated"][0].clone();
    assert_eq!((&graduated["operation"], &graduated["cases"]), (&"claim".into(), &2.into()));
    assert_eq!(status(&project)["standing"], "graduated");

    // The lane is another matter.
    let lane = claim(&project);
    assert_eq!(lane.code, 6);
    assert!(lane.stderr.contains("the lane A-backend is still the scripts'"), "{}", lane.stderr);

    // The next call sees it when a script changes, and when it is put back.
    let script = project.root().join("scripts/ops/agent_queue_store.rb");
    let text = std::fs::read_to_string(&script).unwrap();
    std::fs::write(&script, format!("{text}# another line\n")).unwrap();
    let changed = claim(&project);
    assert_eq!(changed.code, 6);
    assert!(
        changed.stderr.contains("does not hold any more: script scripts/ops/agent_queue_store.rb changed"),
        "{}",
        changed.stderr
    );
    assert_eq!(status(&project)["standing"], "revoked");
    std::fs::write(&script, text).unwrap();
    assert_eq!(status(&project)["standing"], "graduated");

    // A stricter rule of the queue is another policy.
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    let stricter = config.replace("require_blocked_reason = true", "require_blocked_reason = false");
    assert_ne!(stricter, config);
    project.write(".fairway/config.toml", &stricter);
    assert_eq!(status(&project)["changes"][0]["what"], "policy");
    project.write(".fairway/config.toml", &config);

    // So is a scenario of the project's own.
    project.write(".fairway/parity/waivers.toml", "");
    assert_eq!(status(&project)["changes"][0]["what"], "data waivers.toml");
    std::fs::remove_file(project.root().join(".fairway/parity/waivers.toml")).unwrap();

    project.ok(&["parity", "revoke", "claim", "--reason", "two held one task"]);
    let revoked = claim(&project);
    assert!(
        revoked.stderr.contains("took the graduation of `claim` back: two held one task"),
        "{}",
        revoked.stderr
    );
}

#[test]
fn a_ledger_that_was_edited_is_not_believed() {
    let (project, standard) = with_scripts(LOWERED);
    prove(&project, &standard, "todo-task");
    let ledger = project.root().join(".fairway/parity/ledger.jsonl");
    let text = std::fs::read_to_string(&ledger).unwrap();
    std::fs::write(&ledger, text.replacen("\"rounds\":1", "\"rounds\":2", 1)).unwrap();
    for words in
        [vec!["parity", "status"], vec!["parity", "graduate", "claim"], vec!["claim", TASK, "--as", LANE]]
    {
        let answer = project.run(&words);
        assert_eq!(answer.code, 2, "{words:?}: {}", answer.stderr);
        assert!(answer.stderr.contains("line 1: it is not what was written"), "{}", answer.stderr);
    }
}
