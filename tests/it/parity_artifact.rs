//! The artifact of parity: Markdown, JSON, a file, and what stands in the way.

use insta::assert_snapshot;

use crate::support::Project;

/// A queue in which something is ready, something done, something worked on, and little as it should be.
fn project() -> Project {
    let mut project = Project::initialised();
    project.write("README", "one\n");
    project.git(&["add", "README"]);
    project.git(&["commit", "-q", "-m", "one"]);
    for (id, role) in [("API-1", "api"), ("API-2", "api"), ("WEB-1", "web")] {
        project.ok(&["add", id, "--title", "T", "--role", role]);
    }
    project.ok(&["claim", "API-1", "--as", "api", "--skip-preflight"]);
    project.ok(&["record", "evidence", "API-1", "--command-text", "make test", "--result", "pass"]);
    project.at("2026-02-27T19:00:00Z");
    project
}

#[test]
fn the_artifact_tells_where_the_queue_stands() {
    let project = project();
    assert_snapshot!("artifact", project.run(&["parity", "artifact"]));
    let answer = project.run(&["parity", "artifact", "--json"]);
    let envelope: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    let data = &envelope["data"];
    assert_eq!(
        (data["import"]["tasks"].as_i64(), data["ready_total"].as_i64()),
        (Some(3), Some(2)),
        "{answer}"
    );
    assert_eq!(data["merges"][0]["task"], "API-1", "{answer}");
    assert_eq!(data["health"]["in_progress_over_2h"]["count"], 1, "{answer}");
    let tick = project.json(&["coordinator", "tick"]);
    assert_eq!(data["recommendations"], tick["recommendations"], "{answer}");
    assert_eq!(data["blockers"], tick["status"]["preflight"]["blockers"], "{answer}");
    assert!(data["issues"].as_array().is_some_and(|list| !list.is_empty()), "{answer}");
}

#[test]
fn the_artifact_goes_into_a_file_of_either_form() {
    let project = project();
    let shown = project.run(&["parity", "artifact"]).stdout;
    assert_snapshot!("artifact_written", project.run(&["parity", "artifact", "--output", "parity.md"]));
    assert_eq!(
        std::fs::read_to_string(project.root().join("parity.md")).unwrap().trim_end(),
        shown.trim_end()
    );
    project.ok(&["parity", "artifact", "--output", "parity.json"]);
    let text = std::fs::read_to_string(project.root().join("parity.json")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["ready_total"], 2);
    assert_snapshot!(
        "artifact_no_folder",
        project.run(&["parity", "artifact", "--output", "none/parity.md"])
    );
}

#[test]
fn without_a_project_there_is_nothing_to_tell() {
    assert_snapshot!("artifact_no_project", Project::repository().run(&["parity", "artifact"]));
}
