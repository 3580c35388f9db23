//! Setting a project up, and finding it again.

use insta::assert_snapshot;

use crate::support::Project;

#[test]
fn init_writes_a_valid_configuration_a_store_and_ignores() {
    for preset in ["default", "gpuaas"] {
        let project = Project::repository();
        project.ok(&["init", "--preset", preset]);
        project.ok(&["config", "validate"]);
        assert_eq!(
            project.git(&["status", "--porcelain", "-uall"]),
            "?? .fairway/config.toml\n?? .gitignore\n"
        );
    }
}

#[test]
fn init_keeps_what_is_there() {
    let project = Project::initialised();
    project.ok(&["add", "API-1", "--title", "T", "--role", "api"]);
    project.write(".gitignore", "node_modules");
    assert_snapshot!("init_again", project.run(&["init"]));
    assert_eq!(project.json(&["ready"])["tasks"].as_array().unwrap().len(), 1);
    let ignore = std::fs::read_to_string(project.root().join(".gitignore")).unwrap();
    assert!(ignore.starts_with("node_modules\n/.fairway/state.db*\n"), "{ignore}");
    assert_snapshot!("init_unknown_preset", project.run(&["init", "--preset", "gpuas"]));
}

#[test]
fn without_a_project_every_verb_says_how_to_begin() {
    let project = Project::repository();
    assert_snapshot!("no_project", project.run(&["ready"]));
    assert_snapshot!("no_such_config", project.run(&["ready", "--config", "gone.toml"]));
}

#[test]
fn configuration_problems_come_all_at_once_with_their_lines() {
    let project = Project::initialised();
    project.write(
        ".fairway/config.toml",
        "[fairway]\nproject_nam = \"demo\"\n\n[[roles]]\nname = \"api\"\n\n[gates]\nrequire_evidence_before_done = \"yes\"\n",
    );
    assert_snapshot!("config_problems", project.run(&["config", "validate"]));
    assert_snapshot!("config_problems_json", project.run(&["config", "validate", "--json"]));
}
