//! Sessions: recorded, ended, reconciled.

use insta::assert_snapshot;

use crate::support::Project;

fn project() -> Project {
    let project = Project::initialised();
    project.ok(&["add", "API-1", "--title", "T", "--role", "api"]);
    project
}

fn sessions() -> Project {
    let mut project = project();
    let upsert = |project: &Project, words: &[&str]| project.ok(&[&["session", "upsert"], words].concat());
    upsert(
        &project,
        &["api-1", "--role", "api", "--backend", "tmux", "--task-id", "API-1", "--tmux-pane", "%4"],
    );
    project.at("2026-02-27T17:00:00Z");
    upsert(&project, &["web-1", "--role", "web", "--pid", "99999991", "--status", "running"]);
    upsert(&project, &["web-0", "--role", "web", "--status", "ended", "--reason", "shift over"]);
    project
}

#[test]
fn a_session_is_recorded_and_heard_of_again() {
    let mut project = project();
    assert_snapshot!("session_upsert", project.run(&["session", "upsert", "api-1", "--role", "api"]));
    project.at("2026-02-27T16:30:00Z");
    assert_snapshot!(
        "session_upsert_again",
        project.run(&["session", "upsert", "--id", "api-1", "--status", "running"])
    );
    let row = &project.json(&["session", "status", "api-1"])["sessions"][0];
    assert_eq!(row["worktree_path"], "../worktrees/repo-api");
    assert_eq!((&row["lane"], &row["branch"]), (&"api".into(), &"agent/api".into()));
    assert_eq!(row["started_at"], "2026-02-27T16:00:00.000Z");
    assert_eq!(row["last_heartbeat_at"], "2026-02-27T16:30:00.000Z");
    // In the session itself no id has to be named.
    let mut own = project.fairway(&project.root());
    let own = own.env("FAIRWAY_SESSION_ID", "api-1").args(["session", "upsert"]).output().unwrap();
    assert!(String::from_utf8_lossy(&own.stdout).starts_with("session api-1 updated"), "{own:?}");
}

#[test]
fn what_is_wrong_with_a_session_is_said_precisely() {
    let project = project();
    let upsert = |words: &[&str]| project.run(&[&["session", "upsert"], words].concat());
    assert_snapshot!("session_upsert_no_id", upsert(&["--role", "api"]));
    assert_snapshot!("session_upsert_no_role", upsert(&["s"]));
    assert_snapshot!("session_upsert_unknown_role", upsert(&["s", "--role", "apo"]));
    assert_snapshot!(
        "session_upsert_unknown_backend",
        upsert(&["s", "--role", "api", "--backend", "tmucks"])
    );
    assert_snapshot!("session_upsert_unknown_task", upsert(&["s", "--role", "api", "--task-id", "API-9"]));
    assert_snapshot!("session_upsert_bad_pid", upsert(&["s", "--role", "api", "--pid", "12x"]));
    assert_snapshot!("session_upsert_bad_status", upsert(&["s", "--role", "api", "--status", "asleep"]));
    assert_eq!(project.json(&["session", "status", "--all"])["sessions"], serde_json::json!([]));
}

#[test]
fn sessions_that_are_not_over_are_listed() {
    let project = sessions();
    assert_snapshot!("session_status", project.run(&["session", "status"]));
    assert_snapshot!("session_status_all", project.run(&["session", "status", "--all", "--role", "web"]));
    assert_snapshot!("session_status_one", project.run(&["session", "status", "web-0", "--json"]));
    assert_snapshot!("session_status_unknown", project.run(&["session", "status", "web-2"]));
    assert_snapshot!("session_status_none", Project::initialised().run(&["session", "status"]));
}

#[test]
fn a_session_ends_with_its_evidence_or_not_at_all() {
    let project = sessions();
    let end = |words: &[&str]| project.run(&[&["session", "end"], words].concat());
    let pass = ["--result", "pass", "--command-text", "go test ./..."];
    assert_snapshot!("session_end_no_command", end(&["api-1", "--result", "pass"]));
    assert_snapshot!("session_end_no_task", end(&[&["web-1"], &pass[..]].concat()));
    assert_snapshot!(
        "session_end_unknown_task",
        end(&[&["api-1", "--task-id", "API-9"], &pass[..]].concat())
    );
    assert_eq!(project.json(&["session", "status"])["sessions"].as_array().unwrap().len(), 2);
    assert_snapshot!("session_end", end(&[&["api-1", "--exit-code", "0"], &pass[..]].concat()));
    assert_snapshot!("session_end_again", end(&["api-1"]));
    assert_snapshot!("session_end_unknown", end(&["api-7"]));
    assert_snapshot!(
        "session_end_failed",
        end(&["web-1", "--status", "failed", "--reason", "quota", "--json"])
    );
    assert_eq!(project.json(&["task-detail", "API-1"])["evidence"][0]["command_text"], "go test ./...");
}

#[test]
fn a_bridge_needs_no_id() {
    let project = project();
    let key = ["--provider", "codex", "--role", "api", "--task-id", "API-1"];
    let start = [&["session", "upsert", "--backend", "codex-api", "--status", "running"], &key[..]].concat();
    assert_eq!(project.ok(&start), "session codex-api-API-1 created: running\n");
    let end = [&["session", "end", "--result", "pass", "--command-text", "true"], &key[..]].concat();
    assert_eq!(project.ok(&end), "session codex-api-API-1 ended\nevidence 1 recorded for API-1: pass\n");
}

#[test]
fn nobody_is_behind_a_stale_session() {
    let mut project = sessions();
    assert_snapshot!("session_reconcile_dry", project.run(&["session", "reconcile", "--dry-run"]));
    assert_eq!(project.json(&["session", "status", "web-1"])["sessions"][0]["status"], "running");
    project.at("2026-02-28T04:30:00Z");
    assert_snapshot!("session_reconcile", project.run(&["session", "reconcile"]));
    assert_snapshot!("session_reconcile_again", project.run(&["session", "reconcile", "--json"]));
    let ends = &project.json(&["session", "status", "--status", "stale"])["sessions"];
    assert_eq!(ends[0]["end_reason"], "not heard of since 2026-02-27T16:00:00Z");
    assert_eq!(ends[1]["end_reason"], "pid 99999991 not running");
}

/// Of a process that began after the session was last heard of only its id is the same, unless the project believes ids.
#[test]
fn a_process_id_may_be_another_process() {
    let project = project();
    let own = std::process::id().to_string();
    project.ok(&["session", "upsert", "api-1", "--role", "api", "--pid", &own, "--status", "running"]);
    let why = project.json(&["session", "reconcile", "--dry-run"])["sessions"][0]["why"].clone();
    assert!(why.as_str().unwrap().contains("is another process, which began"), "{why}");
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    project
        .write(".fairway/config.toml", &format!("{config}\n[sessions]\nstale_when = [\"process_gone\"]\n"));
    assert_eq!(project.json(&["session", "reconcile"])["sessions"][0]["verdict"], "alive");
}
