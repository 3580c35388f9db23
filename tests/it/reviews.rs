//! Reviews: who a change is routed to.

use insta::assert_snapshot;

use crate::support::Project;

const ROUTES: &str = "\n[[review_routes]]\nmatch = [\"doc/api/**\", \"**/*.proto\"]\nreviewer = \"api\"\n\n\
                      [[review_routes]]\nmatch = \"web/**\"\nreviewer = \"web\"\n";

fn routed() -> Project {
    let project = Project::initialised();
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    project.write(".fairway/config.toml", &(config + ROUTES));
    project.ok(&["add", "WEB-1", "--title", "T", "--role", "web"]);
    project.git(&["commit", "-q", "--allow-empty", "-m", "root"]);
    project.git(&["branch", "agent/web"]);
    project
}

#[test]
fn every_route_that_matches_counts() {
    let project = routed();
    let paths = ["--path", "web/a b.ts", "--path", "web/x.proto", "--path", "doc/api/x, y.md"];
    let route = |words: &[&str]| project.run(&[&["route", "review"], words].concat());
    assert_snapshot!("route_review", route(&paths));
    assert_snapshot!("route_review_task", route(&[&["WEB-1"], &paths[..]].concat()));
    assert_snapshot!("route_review_json", route(&["WEB-1", "--path", "web/a.ts", "--json"]));
    assert_snapshot!("route_review_none", route(&["WEB-1", "--path", "README.md"]));
    let stored = project.json(&["task-detail", "WEB-1"])["review_routes"].clone();
    assert_eq!(stored.as_array().unwrap().len(), 1, "{stored}");
    assert_eq!(stored[0]["rule"], "web/**");
    assert_snapshot!("route_review_stand_in", route(&["WEB-1", "--path", "web/a.ts", "--reviewer", "api"]));
    assert_eq!(project.json(&["task-detail", "WEB-1"])["review_routes"][0]["rule"], "manual");
}

#[test]
fn what_cannot_be_routed_is_said_and_nothing_is_stored() {
    let project = routed();
    let route = |words: &[&str]| project.run(&[&["route", "review"], words].concat());
    assert_snapshot!("route_review_self", route(&["WEB-1", "--path", "web/a", "--reviewer", "web"]));
    assert_snapshot!("route_review_unknown_role", route(&["--path", "README", "--reviewer", "ap"]));
    assert_snapshot!("route_review_unknown_task", route(&["WEB-9", "--path", "web/a"]));
    assert_snapshot!("route_review_unknown_commit", route(&["WEB-1", "--commit", "nowhere"]));
    project.git(&["branch", "-q", "-D", "agent/web"]);
    assert_snapshot!("route_review_no_branch", route(&["WEB-1"]));
    assert_snapshot!("route_review_help", route(&["--help"]));
    let detail = project.json(&["task-detail", "WEB-1"]);
    assert_eq!(detail["review_routes"].as_array().unwrap().len(), 0);
    assert_eq!(detail["task"]["review_status"], "not_required");
}

#[test]
fn without_paths_the_branch_is_compared_with_the_main_branch() {
    let project = routed();
    project.git(&["switch", "-q", "agent/web"]);
    project.write("web/new.ts", "x");
    project.git(&["add", "web"]);
    project.git(&["commit", "-q", "-m", "work"]);
    project.git(&["switch", "-q", "main"]);
    assert_eq!(project.json(&["route", "review", "WEB-1"])["matches"][0]["path"], "web/new.ts");
    assert_eq!(project.json(&["route", "review", "--commit", "agent/web"])["reviewers"][0], "web");
    project.git(&["switch", "-q", "--orphan", "alone"]);
    project.git(&["commit", "-q", "--allow-empty", "-m", "alone"]);
    assert_snapshot!("route_review_no_base", project.run(&["route", "review"]));
}
