//! The reports on the whole queue.

use insta::assert_snapshot;

use crate::support::Project;

/// A queue with something for each report.
fn project() -> Project {
    let mut project = Project::initialised();
    project.at("2026-02-25T08:00:00Z");
    for (id, role) in [("API-1", "api"), ("API-2", "api"), ("API-3", "api"), ("WEB-1", "web")] {
        project.ok(&["add", id, "--title", &format!("The work of {id}"), "--role", role]);
    }
    project.ok(&["set-status", "API-2", "blocked", "--reason", "the key is not there"]);
    let evidence = ["record", "evidence", "API-3", "--command-text", "make test", "--result", "pass"];
    project.ok(&[&evidence[..], &["--duration-seconds", "90"]].concat());
    project.ok(&["set-status", "API-3", "done"]);
    project.ok(&["record", "handoff", "WEB-1", "--to", "api", "--payload", "look at it"]);
    project.at("2026-02-27T14:30:00Z");
    project.ok(&["claim", "API-1", "--as", "api"]);
    project.at("2026-02-27T16:30:01Z");
    project
}

#[test]
fn the_status_report_counts_and_lists() {
    let project = project();
    assert_snapshot!("status_report", project.run(&["status-report"]));
    assert_snapshot!("status_report_json", project.run(&["status-report", "--json"]));
    assert_snapshot!("status_report_empty", Project::initialised().run(&["status-report"]));
}

#[test]
fn the_health_report_names_what_takes_too_long() {
    let project = project();
    assert_snapshot!("health_report", project.run(&["health-report"]));
    assert_snapshot!("health_report_json", project.run(&["health-report", "--json"]));
}

#[test]
fn the_timing_report_adds_up() {
    let project = project();
    assert_snapshot!("timing_report", project.run(&["timing-report"]));
    assert_snapshot!("timing_report_json", project.run(&["timing-report", "--json"]));
    assert_snapshot!("timing_report_empty", Project::initialised().run(&["timing-report"]));
}

#[test]
fn a_report_needs_a_project_with_a_store() {
    assert_snapshot!("report_without_a_project", Project::repository().run(&["status-report"]));
    let project = Project::initialised();
    std::fs::remove_file(project.root().join(".fairway/state.db")).unwrap();
    assert_snapshot!("report_without_a_store", project.run(&["health-report"]));
    assert_snapshot!("report_with_an_argument", project.run(&["timing-report", "API-1"]));
}

#[test]
fn the_reports_have_help() {
    let project = Project::repository();
    assert_snapshot!("health_report_help", project.run(&["health-report", "--help"]));
}
