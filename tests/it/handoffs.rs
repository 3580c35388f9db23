//! Acknowledging handoffs, and listing them.

use insta::assert_snapshot;

use crate::support::Project;

/// Two handoffs of one task: to the role web, then to api.
fn handed_over() -> Project {
    let project = Project::initialised();
    project.ok(&["add", "API-1", "--title", "T", "--role", "api"]);
    project.ok(&["record", "handoff", "API-1", "--to", "web", "--next-step", "draw the page"]);
    project.ok(&[
        "record",
        "handoff",
        "API-1",
        "--to",
        "api",
        "--from",
        "web",
        "--payload",
        "done, see main",
    ]);
    project
}

#[test]
fn a_handoff_is_acknowledged_once_by_whom_it_is_addressed_to() {
    let project = handed_over();
    assert_snapshot!("handoff_ack_wrong_role", project.run(&["handoff", "ack", "1", "--as", "api"]));
    assert_snapshot!(
        "handoff_ack",
        project.run(&["handoff", "ack", "1", "--as", "web", "--notes", "looking at it"])
    );
    assert_snapshot!("handoff_ack_again", project.run(&["handoff", "ack", "1", "--as", "web"]));
    assert_snapshot!("handoff_ack_task_json", project.run(&["handoff", "ack", "--task", "API-1", "--json"]));
    assert_snapshot!("handoff_ack_none_waits", project.run(&["handoff", "ack", "--task", "API-1"]));
    let kept = project.json(&["task-detail", "API-1"])["handoffs"][0].clone();
    assert_eq!(kept["ack_notes"], "looking at it");
    assert_eq!(kept["acknowledged_by"], "tester@demo");
}

#[test]
fn what_is_not_there_is_named() {
    let project = handed_over();
    assert_snapshot!("handoff_ack_nothing", project.run(&["handoff", "ack"]));
    assert_snapshot!("handoff_ack_unknown", project.run(&["handoff", "ack", "7"]));
    assert_snapshot!("handoff_ack_number", project.run(&["handoff", "ack", "seven"]));
    let refused = [
        (["handoff", "ack", "1", "--as", "wbe"], 1),
        (["handoff", "ack", "--task", "API-9", "--quiet"], 3),
        (["handoff", "ack", "99999999999999999999", "--as", "web"], 3),
        (["handoff", "list", "--task", "API-9", "--open"], 3),
        (["handoff", "list", "--to", "nobody", "--open"], 1),
    ];
    for (words, code) in refused {
        assert_eq!(project.run(&words).code, code, "{words:?}");
    }
    assert_eq!(project.json(&["handoff", "list", "--open"])["handoffs"].as_array().unwrap().len(), 2);
}

#[test]
fn handoffs_are_listed_oldest_first() {
    let project = handed_over();
    project.ok(&["handoff", "ack", "2"]);
    assert_snapshot!("handoff_list", project.run(&["handoff", "list"]));
    assert_snapshot!("handoff_list_open_json", project.run(&["handoff", "list", "--open", "--json"]));
    assert_snapshot!("handoff_list_none", project.run(&["handoff", "list", "--to", "api", "--open"]));
    assert_snapshot!("handoff_ack_help", project.run(&["handoff", "ack", "--help"]));
}
