//! Evidence, handoffs and reviews.

use insta::assert_snapshot;

use crate::support::Project;

fn claimed() -> Project {
    let project = Project::initialised();
    project.ok(&["add", "API-1", "--title", "T", "--role", "api"]);
    project.ok(&["claim", "API-1", "--as", "api"]);
    project
}

#[test]
fn evidence_is_numbered_and_kept() {
    let project = claimed();
    assert_snapshot!(
        "evidence",
        project.run(&["record", "evidence", "API-1", "--command-text", "go test", "--result", "pass"])
    );
    assert_snapshot!(
        "evidence_bad_result",
        project.run(&["record", "evidence", "API-1", "--command-text", "x", "--result", "passed"])
    );
    assert_snapshot!(
        "evidence_unknown_task",
        project.run(&["record", "evidence", "API-9", "--command-text", "x", "--result", "pass"])
    );
    assert_snapshot!(
        "evidence_blank",
        project.run(&["record", "evidence", "API-1", "--command-text", " ", "--result", "pass"])
    );
    assert_eq!(project.json(&["task-detail", "API-1"])["evidence"].as_array().unwrap().len(), 1);
}

#[test]
fn a_handoff_asks_for_a_review_and_names_missing_fields() {
    let project = claimed();
    project.write("handoff.txt", "see the notes\n");
    assert_snapshot!(
        "handoff",
        project.run(&["record", "handoff", "API-1", "--to", "web", "--payload", "@handoff.txt"])
    );
    assert_snapshot!(
        "handoff_no_file",
        project.run(&["record", "handoff", "API-1", "--to", "web", "--payload", "@gone.txt"])
    );
    let detail = project.json(&["task-detail", "API-1"]);
    assert_eq!(detail["task"]["review_status"], "pending");
    assert_eq!(detail["handoffs"][0]["payload"], "see the notes\n");

    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    project.write(
        ".fairway/config.toml",
        &format!("{config}required_handoff_fields = [\"commit\", \"next_step\"]\n"),
    );
    assert_snapshot!("handoff_missing", project.run(&["record", "handoff", "API-1", "--to", "web"]));
}

#[test]
fn nobody_reviews_their_own_work() {
    let project = claimed();
    let review = |words: &[&str]| {
        let words: Vec<&str> = ["record", "review", "API-1"].iter().chain(words).copied().collect();
        project.run(&words).to_string()
    };
    assert_snapshot!(
        "review_own_role",
        review(&["--reviewer", "api", "--verdict", "approve", "--commit", "abc1234"])
    );
    assert_snapshot!("review_unknown", review(&["--reviewer", "legal", "--verdict", "approve"]));
    assert_snapshot!("review_without_reason", review(&["--reviewer", "web", "--verdict", "changes"]));
    assert_snapshot!("review_without_commit", review(&["--reviewer", "web", "--verdict", "approve"]));
    assert_snapshot!("review", review(&["--reviewer", "web", "--verdict", "approve", "--commit", "abc1234"]));
    assert_eq!(project.json(&["task-detail", "API-1"])["task"]["review_status"], "approved");
}
