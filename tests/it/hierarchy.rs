//! Hierarchy: spawning, trees, claims below a task, and what finishing a child says.

use std::process::Stdio;

use insta::assert_snapshot;
use serde_json::json;

use crate::support::Project;

/// An epic of two tasks, of which one has a task of its own.
fn family() -> Project {
    let project = Project::initialised();
    let add = |id: &str, title: &str, more: &[&str]| {
        project.ok(&[&["add", id, "--title", title], more].concat());
    };
    add("EPIC-1", "Keys", &["--role", "api", "--kind", "epic", "--priority", "2"]);
    add("API-1", "Rotate the signing key", &["--role", "api", "--parent", "EPIC-1", "--priority", "1"]);
    add("WEB-1", "Say so on the page", &["--role", "web", "--parent", "EPIC-1"]);
    add("API-2", "Refuse the old key", &["--role", "api", "--parent", "API-1", "--dependencies", "API-1"]);
    project
}

fn session(project: &Project, id: &str, role: &str, task: Option<&str>) {
    let db = rusqlite::Connection::open(project.root().join(".fairway/state.db")).unwrap();
    db.execute(
        "INSERT INTO agent_sessions (project_id, id, role, session_backend, task_id, status, started_at,
           last_heartbeat_at) VALUES ('demo', ?1, ?2, 'shell', ?3, 'running', '2026-02-27T15:00:00.000Z',
           '2026-02-27T15:00:00.000Z')",
        rusqlite::params![id, role, task],
    )
    .unwrap();
}

#[test]
fn a_spawned_task_goes_where_it_is_said_and_inherits() {
    let project = family();
    assert_snapshot!(
        "spawn_sibling",
        project.run(&["spawn", "--id", "API-3", "--title", "Log it", "--from-task", "API-1"])
    );
    assert_snapshot!(
        "spawn_leaf_warning",
        project.run(&["spawn", "--id", "API-4", "--title", "Count it", "--from-task", "API-1", "--child"])
    );
    project.ok(&["spawn", "--id", "API-5", "--title", "T", "--from-task", "EPIC-1"]);
    project.ok(&[
        "spawn",
        "--id",
        "WEB-2",
        "--title",
        "T",
        "--from-task",
        "API-1",
        "--root",
        "--role",
        "web",
    ]);
    project.ok(&["spawn", "--id", "WEB-3", "--title", "T", "--parent", "WEB-1", "--priority", "9"]);
    let definition = |id: &str| {
        let task = project.json(&["task-detail", id])["task"].clone();
        json!([task["parent"], task["role"], task["priority"], task["kind"], task["status"]])
    };
    assert_eq!(definition("API-3"), json!(["EPIC-1", "api", 1, "task", "todo"]));
    assert_eq!(definition("API-4"), json!(["API-1", "api", 1, "task", "todo"]));
    assert_eq!(definition("API-5"), json!(["EPIC-1", "api", 2, "task", "todo"]));
    assert_eq!(definition("WEB-2"), json!([null, "web", 1, "task", "todo"]));
    assert_eq!(definition("WEB-3"), json!(["WEB-1", "web", 9, "task", "todo"]));
}

#[test]
fn force_says_that_a_child_of_a_leaf_is_meant() {
    let project = family();
    let answer = project.run(&["spawn", "--id", "API-4", "--title", "T", "--parent", "API-1", "--force"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{answer}");
}

#[test]
fn the_current_task_is_found_by_variable_session_and_role() {
    let project = family();
    let spawn = |id: &str, variable: Option<(&str, &str)>, more: &[&str]| {
        let mut command = project.fairway(&project.root());
        command.args(["--json", "spawn", "--id", id, "--title", "T"]).args(more).envs(variable);
        let output = command.output().unwrap();
        let text = if output.status.success() { output.stdout } else { output.stderr };
        let answer: serde_json::Value = serde_json::from_slice(&text).unwrap();
        if answer["ok"] == true {
            json!([answer["data"]["from_task"], answer["data"]["found_by"]])
        } else {
            answer["error"]["message"].clone()
        }
    };
    session(&project, "s-web", "web", Some("WEB-1"));
    assert_eq!(spawn("T-1", Some(("FAIRWAY_TASK_ID", "API-1")), &[]), json!(["API-1", "FAIRWAY_TASK_ID"]));
    assert_eq!(
        spawn("T-2", Some(("FAIRWAY_TASK_ID", "API-1")), &["--from-task", "EPIC-1"]),
        json!(["EPIC-1", "--from-task"])
    );
    assert_eq!(
        spawn("T-3", Some(("FAIRWAY_SESSION_ID", "s-web")), &[]),
        json!(["WEB-1", "FAIRWAY_SESSION_ID"])
    );
    assert_eq!(spawn("T-4", None, &["--as", "web"]), json!(["WEB-1", "session s-web"]));
    session(&project, "s-idle", "web", None);
    assert_eq!(
        spawn("T-5", None, &["--as", "web"]),
        "no current task is known: web has no single live session with a task"
    );
    session(&project, "s-more", "web", Some("EPIC-1"));
    assert_eq!(
        spawn("T-5", None, &["--as", "web"]),
        "web has several live sessions: s-more (EPIC-1), s-web (WEB-1)"
    );
    assert_eq!(spawn("T-5", None, &["--as", "web", "--root"]), json!([null, null]));
}

#[test]
fn spawn_refuses_what_cannot_be_placed() {
    let project = family();
    let refused = |more: &[&str]| project.run(&[&["spawn", "--id", "API-9", "--title", "T"], more].concat());
    assert_snapshot!("spawn_no_current", refused(&[]));
    assert_snapshot!("spawn_unknown_from", refused(&["--from-task", "API-8"]));
    assert_snapshot!("spawn_unknown_parent", refused(&["--parent", "API-8", "--role", "api"]));
    assert_snapshot!("spawn_two_places", refused(&["--child", "--root"]));
    let taken = project.run(&["spawn", "--id", "API-1", "--title", "T", "--root", "--role", "api"]);
    assert_snapshot!("spawn_taken", taken);
    assert_eq!(project.json(&["db", "export"])["task_definitions"].as_array().unwrap().len(), 4);
}

#[test]
fn a_parent_that_leads_back_is_refused() {
    let project = family();
    assert_snapshot!("parent_cycle", project.run(&["update", "EPIC-1", "--parent", "API-2"]));
    assert_snapshot!("parent_itself", project.run(&["update", "EPIC-1", "--parent", "EPIC-1"]));
}

#[test]
fn a_tree_shows_what_is_below_and_how_far_it_is() {
    let project = family();
    project.ok(&["set-status", "WEB-1", "blocked", "--reason", "no wording yet"]);
    assert_snapshot!("tree", project.run(&["tree", "EPIC-1"]));
    assert_snapshot!("tree_depth", project.run(&["tree", "EPIC-1", "--depth", "1"]));
    assert_snapshot!("tree_json", project.run(&["tree", "API-1", "--json"]));
    assert_snapshot!("tree_unknown", project.run(&["tree", "EPIC-9"]));
}

#[test]
fn a_finished_child_says_how_far_its_parent_is() {
    let project = family();
    let finish = |id: &str| {
        project.ok(&["record", "evidence", id, "--command-text", "make check", "--result", "pass"]);
        project.run(&["set-status", id, "done", "--commit", "abc1234"])
    };
    assert_snapshot!("roll_up_open", finish("API-1"));
    let envelope = project.run(&["set-status", "API-1", "done", "--reopen", "--reason", "again", "--json"]);
    assert_snapshot!("roll_up_json", envelope);
    assert_snapshot!("roll_up_all", finish("WEB-1"));
    assert_eq!(project.json(&["task-detail", "EPIC-1"])["task"]["status"], "todo");
}

#[test]
fn a_claim_below_a_task_takes_the_first_that_is_ready_for_the_role() {
    let project = family();
    project.ok(&["add", "API-0", "--title", "Not below", "--role", "api", "--priority", "0"]);
    assert_snapshot!("claim_in", project.run(&["claim", "--in", "EPIC-1", "--as", "api"]));
    assert_snapshot!("claim_in_nothing", project.run(&["claim", "--in", "EPIC-1", "--as", "api"]));
    assert_snapshot!("claim_in_unknown", project.run(&["claim", "--in", "EPIC-9", "--as", "api"]));
    assert_snapshot!("claim_in_and_task", project.run(&["claim", "API-2", "--in", "EPIC-1", "--as", "api"]));
}

#[test]
fn twelve_processes_claim_below_one_task_and_each_task_has_one_winner() {
    let project = family();
    for number in 10..16 {
        project.ok(&["add", &format!("API-{number}"), "--title", "T", "--role", "api", "--parent", "EPIC-1"]);
    }
    let callers: Vec<_> = (0..12)
        .map(|caller| {
            let claimant = format!("caller-{caller}");
            let mut command = project.fairway(&project.root());
            command.args(["claim", "--in", "EPIC-1", "--as", "api", "--claimant", &claimant]);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    let codes: Vec<i32> =
        callers.into_iter().map(|mut child| child.wait().unwrap().code().unwrap()).collect();
    // Six tasks and API-1 are ready, API-2 waits; whoever comes later finds nothing.
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 7, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 3).count(), 5, "{codes:?}");
    let mut tasks: Vec<String> = project.json(&["db", "export"])["task_state_history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["task_id"].as_str().unwrap().to_owned())
        .collect();
    tasks.sort();
    tasks.dedup();
    assert_eq!(tasks.len(), 7);
}
