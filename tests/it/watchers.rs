//! Watches, and the brief for whoever watches.

use insta::assert_snapshot;

use crate::support::{Answer, Project};

const BRIEF: [&str; 12] = [
    "--owner",
    "backend",
    "--process",
    "reconnect soak",
    "--command",
    "make soak",
    "--success",
    "no lost shell",
    "--failure",
    "one lost shell",
    "--close-condition",
    "72 hours",
];

fn project() -> Project {
    let project = Project::initialised();
    project.ok(&["add", "API-1", "--title", "T", "--role", "api"]);
    project
}

fn start(project: &Project, watch: &str, more: &[&str]) -> Answer {
    project.run(&[&["watcher", "start", watch, "--task", "API-1"], &BRIEF[..], more].concat())
}

#[test]
fn a_watch_ends_with_its_evidence() {
    let mut project = project();
    assert_snapshot!("watcher_start", start(&project, "soak-1", &["--artifact", "dist/soak.log"]));
    assert_snapshot!("watcher_start_taken", start(&project, "soak-1", &[]));
    project.at("2026-02-27T17:30:00Z");
    assert_snapshot!("watcher_finish_bad_duration", {
        project.run(&["watcher", "finish", "soak-1", "--result", "pass", "--duration-seconds", "1h"])
    });
    assert_eq!(project.json(&["task-detail", "API-1"])["evidence"], serde_json::json!([]));
    assert_snapshot!("watcher_finish", project.run(&["watcher", "finish", "soak-1", "--result", "pass"]));
    assert_snapshot!(
        "watcher_finish_again",
        project.run(&["watcher", "finish", "soak-1", "--result", "fail"])
    );
    assert_snapshot!(
        "watcher_finish_unknown",
        project.run(&["watcher", "finish", "soak-2", "--result", "fail"])
    );
    let evidence = &project.json(&["task-detail", "API-1"])["evidence"];
    assert_eq!(evidence.as_array().unwrap().len(), 1);
    assert_eq!(evidence[0]["command_text"], "make soak");
    assert_eq!(evidence[0]["duration_seconds"], 5400);
    assert_eq!(evidence[0]["artifact_path"], "dist/soak.log");
    project.ok(&["claim", "API-1", "--as", "api"]);
    project.ok(&["set-status", "API-1", "done"]);
}

#[test]
fn what_is_missing_is_named_all_at_once() {
    let project = project();
    assert_snapshot!("watcher_start_missing", project.run(&["watcher", "start", "w", "--owner", "backend"]));
    assert_snapshot!("watcher_packet_missing", project.run(&["packet", "watcher", "--json"]));
    let unknown = [&["watcher", "start", "w", "--task", "API-9"], &BRIEF[..]].concat();
    assert_snapshot!("watcher_start_unknown_task", project.run(&unknown));
    assert_snapshot!(
        "watcher_finish_bad_result",
        project.run(&["watcher", "finish", "w", "--result", "green"])
    );
    assert_snapshot!("watcher_status_empty", project.run(&["watcher", "status"]));
    assert_snapshot!("watcher_status_unknown_task", project.run(&["watcher", "status", "--task", "API-9"]));
}

#[test]
fn running_watches_are_listed_and_finished_ones_when_asked_for() {
    let mut project = project();
    start(&project, "soak-1", &[]);
    project.at("2026-02-27T18:00:00Z");
    start(&project, "soak-2", &[]);
    project.ok(&["watcher", "finish", "soak-1", "--result", "blocked", "--notes", "no GPU"]);
    assert_snapshot!("watcher_status", project.run(&["watcher", "status"]));
    assert_snapshot!("watcher_status_all", project.run(&["watcher", "status", "--include-done"]));
    assert_snapshot!("watcher_status_one", project.run(&["watcher", "status", "soak-1", "--json"]));
    assert_snapshot!("watcher_status_unknown", project.run(&["watcher", "status", "soak-3"]));
}

#[test]
fn a_packet_takes_from_the_store_what_is_not_given() {
    let project = project();
    start(&project, "soak-1", &["--allowed-fixes", "restart once\nnothing else", "--poll-interval", "1h"]);
    assert_snapshot!(
        "watcher_packet",
        project.run(&["packet", "watcher", "soak-1", "--escalation", "C-ops"])
    );
    assert_snapshot!("watcher_packet_json", project.run(&["packet", "watcher", "soak-1", "--json"]));
    assert_snapshot!("watcher_packet_help", project.run(&["packet", "watcher", "--help"]));
}

#[test]
fn a_packet_is_written_as_its_file_is_named() {
    let project = project();
    start(&project, "soak-1", &[]);
    assert_snapshot!(
        "watcher_packet_output",
        project.run(&["packet", "watcher", "soak-1", "--output", "soak.md"])
    );
    project.ok(&["packet", "watcher", "soak-1", "--output", "soak.json"]);
    let read = |name: &str| std::fs::read_to_string(project.root().join(name)).unwrap();
    assert!(read("soak.md").starts_with("# Watch Packet: soak-1\n"));
    let data: serde_json::Value = serde_json::from_str(&read("soak.json")).unwrap();
    assert_eq!(data["success_condition"], "no lost shell");
    assert_snapshot!(
        "watcher_packet_no_folder",
        project.run(&["packet", "watcher", "soak-1", "--output", "nowhere/soak.md"])
    );
}

#[test]
fn a_project_has_its_own_template() {
    let project = project();
    start(&project, "soak-1", &[]);
    project.write(".fairway/templates/watcher.md.j2", "{{ watch_id }} until {{ close_condition }}\n");
    assert_eq!(project.ok(&["packet", "watcher", "soak-1"]), "soak-1 until 72 hours\n");
    project.write(".fairway/templates/watcher.md.j2", "# {{ watch_id }}\n\nuntil {{ close_conditon }}\n");
    let words = ["packet", "watcher", "soak-1", "--output", "soak.md"];
    assert_snapshot!("watcher_packet_misspelt", project.run(&words));
    project.write(".fairway/templates/watcher.md.j2", "# {{ watch_id }\n");
    assert_snapshot!("watcher_packet_broken", project.run(&["packet", "watcher", "soak-1"]));
    assert!(!project.root().join("soak.md").exists());
}
