//! One look at the whole queue: what it says, and that it changes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use insta::assert_snapshot;
use rusqlite::Connection;
use walkdir::WalkDir;

use crate::support::Project;

/// A project under version control, with work in several states.
fn project() -> Project {
    let mut project = Project::initialised();
    project.git(&["add", "."]);
    project.git(&["commit", "-q", "-m", "one"]);
    for role in ["api", "web"] {
        project.git(&["branch", &format!("agent/{role}")]);
        project.git(&[
            "worktree",
            "add",
            "-q",
            &format!("../worktrees/repo-{role}"),
            &format!("agent/{role}"),
        ]);
    }
    project.at("2026-02-26T08:00:00Z");
    for (id, role) in [("API-1", "api"), ("API-2", "api"), ("WEB-1", "web"), ("WEB-2", "web")] {
        project.ok(&["add", id, "--title", &format!("The work of {id}"), "--role", role]);
    }
    project.ok(&["claim", "API-1", "--as", "api"]);
    project.ok(&["set-status", "WEB-2", "blocked", "--reason", "no contrast values"]);
    project.ok(&["record", "handoff", "API-1", "--to", "web", "--payload", "look at it"]);
    project.ok(&[
        "checkpoint",
        "record",
        "billing",
        "--state",
        "active",
        "--owner",
        "api",
        "--summary",
        "half",
    ]);
    project.at("2026-02-27T16:00:00Z");
    project
}

/// Every file below a folder, and its bytes; what SQLite keeps beside an open store is left out.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let side = |path: &str| path.ends_with("-shm") || path.ends_with("-wal");
    WalkDir::new(root)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| (entry.path().display().to_string(), std::fs::read(entry.path()).unwrap()))
        .filter(|(path, _)| !side(path))
        .collect()
}

#[test]
fn a_preflight_says_what_blocks_and_exits_with_it() {
    let project = project();
    assert_snapshot!("preflight", project.run(&["coordinator", "preflight"]));
    assert_snapshot!("preflight_json", project.run(&["coordinator", "preflight", "--json"]));
    assert_snapshot!("preflight_help", project.run(&["coordinator", "preflight", "--help"]));
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    project.write(".fairway/config.toml", &format!("{config}\n[coordinator]\nblockers = []\n"));
    assert_eq!(project.run(&["coordinator", "preflight"]).code, 0, "nothing is configured to block");
}

#[test]
fn a_status_is_compact_and_a_tick_says_what_to_do() {
    let project = project();
    assert_snapshot!("status", project.run(&["coordinator", "status"]));
    assert_snapshot!("status_json", project.run(&["coordinator", "status", "--json"]));
    assert_snapshot!("tick", project.run(&["coordinator", "tick"]));
    let tick = project.json(&["coordinator", "tick"]);
    assert_snapshot!("recommendations_json", serde_json::to_string_pretty(&tick["recommendations"]).unwrap());
}

#[test]
fn a_dispatch_plan_names_what_each_role_could_take_on() {
    let project = project();
    assert_snapshot!("dispatch_plan", project.run(&["dispatch-plan", "--limit", "2"]));
    assert_snapshot!("dispatch_plan_json", project.run(&["dispatch-plan", "--role", "web", "--json"]));
    assert_snapshot!("dispatch_plan_unknown_role", project.run(&["dispatch-plan", "--role", "wep"]));
    assert_snapshot!("dispatch_plan_limit", project.run(&["dispatch-plan", "--limit", "few"]));
}

#[test]
fn nothing_is_changed_not_even_when_the_source_has_changed() {
    let project = Project::repository();
    project.ok(&["init", "--preset", "gpuaas"]);
    let queue = "version: 1\ntasks:\n  - {id: A-1, title: One, role: A-backend}\n";
    project.write("doc/governance/Agent_Work_Queue.yaml", queue);
    project.git(&["switch", "-q", "-c", "master"]);
    project.git(&["add", "doc"]);
    project.git(&["commit", "-q", "-m", "one"]);
    project.ok(&["import", "doc/governance/Agent_Work_Queue.yaml", "--state-once"]);
    project.write(
        "doc/governance/Agent_Work_Queue.yaml",
        &format!("{queue}  - {{id: A-2, title: Two, role: A-backend, priority: 1}}\n"),
    );
    let tasks = || {
        let store = Connection::open(project.root().join(".fairway/state.db")).unwrap();
        store.query_row("SELECT COUNT(*) FROM task_definitions", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(tasks(), 1);
    let before = files(&project.root());
    let calls: [&[&str]; 6] = [
        &["coordinator", "preflight"],
        &["coordinator", "status"],
        &["coordinator", "tick"],
        &["dispatch-plan"],
        &["packet", "context", "A-2", "--goal", "g", "--owner", "o", "--acceptance", "a"],
        &["packet", "bugfix", "--help"],
    ];
    for call in calls {
        let answer = project.run(call);
        assert!([0, 4].contains(&answer.code), "{call:?}: {answer}");
        let after = files(&project.root());
        let differs = |(path, bytes): &(&String, &Vec<u8>)| before.get(*path) != Some(*bytes);
        let changed: Vec<_> = after.iter().filter(differs).map(|(path, _)| path).collect();
        assert!(changed.is_empty() && after.len() == before.len(), "{call:?} changed {changed:?}");
    }
    let plan = project.json(&["dispatch-plan", "--role", "A-backend"]);
    assert_eq!(plan["roles"][0]["next"][0]["id"], "A-2", "what is seen is the file as it is now");
    assert_eq!(tasks(), 1, "the store keeps what it has");
}

#[test]
fn what_cannot_be_read_is_part_of_the_answer() {
    let project = Project::repository();
    project.ok(&["init", "--preset", "gpuaas"]);
    project.write(
        "doc/governance/Agent_Work_Queue.yaml",
        "version: 1\ntasks:\n  - {id: A-1, title: One, role: A-backend, depends_on: [GONE]}\n  - {id: A-2, role: nobody}\n",
    );
    assert_snapshot!("broken_queue_preflight", project.run(&["coordinator", "preflight"]));
    assert_snapshot!("broken_queue_tick", project.run(&["coordinator", "tick"]));
    assert_snapshot!("broken_queue_plan", project.run(&["dispatch-plan"]).stderr);
    std::fs::remove_file(project.root().join(".fairway/state.db")).unwrap();
    assert_snapshot!("no_store", project.run(&["coordinator", "preflight"]));
    assert_snapshot!("no_project", Project::repository().run(&["coordinator", "tick"]));
}

#[test]
fn a_folder_that_is_no_repository_is_a_blocker() {
    let project = project();
    std::fs::remove_dir_all(project.root().join(".git")).unwrap();
    let answer = project.run(&["coordinator", "preflight"]);
    assert_eq!(answer.code, 4, "{answer}");
    assert!(answer.stdout.contains("BLOCKER"), "{answer}");
}
