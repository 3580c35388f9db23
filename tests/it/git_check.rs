//! The queue against git: findings, preflight, and the gates before a merge.

use std::path::PathBuf;

use insta::assert_snapshot;

use crate::support::Project;

/// Two lanes with their branches, one of them with a worktree, and one task in each.
fn lanes() -> Project {
    let project = Project::initialised();
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    let config = format!("{config}\n[worktrees]\nroot = \"../trees\"\nnaming = \"{{role}}\"\n");
    project.write(".fairway/config.toml", &config);
    project.git(&["commit", "-q", "--allow-empty", "-m", "root"]);
    project.git(&["branch", "agent/api"]);
    project.git(&["worktree", "add", "-q", "../trees/api", "agent/api"]);
    project.ok(&["add", "API-1", "--title", "T", "--role", "api"]);
    project.ok(&["add", "WEB-1", "--title", "T", "--role", "web"]);
    project
}

fn tree(project: &Project) -> PathBuf {
    project.root().join("../trees/api")
}

#[test]
fn findings_are_the_answer_and_the_exit_code_says_so() {
    let project = lanes();
    assert_snapshot!("git_check", project.run(&["git-check"]));
    project.git(&["branch", "agent/web"]);
    project.git(&["worktree", "add", "-q", "../trees/web", "agent/web"]);
    assert_snapshot!("git_check_none", project.run(&["git-check"]));
    project.ok(&["claim", "API-1", "--as", "api", "--branch", "gone"]);
    project.git(&["commit", "-q", "--allow-empty", "-m", "more"]);
    std::fs::write(tree(&project).join("new"), "x").unwrap();
    assert_snapshot!("git_check_json", project.run(&["git-check", "--json"]));
    let at_the_root = project.run(&["git-check", "--base", "agent/web"]);
    assert!(!at_the_root.stdout.contains("BRANCH_BEHIND"), "{at_the_root}");
}

#[test]
fn preflight_looks_at_one_role_or_at_all() {
    let project = lanes();
    assert_eq!(project.run(&["preflight", "--role", "api"]).code, 0);
    assert_snapshot!("preflight_web", project.run(&["preflight", "--as", "web"]));
    assert_eq!(project.run(&["preflight"]).code, 4);
    assert_snapshot!("preflight_unknown_role", project.run(&["preflight", "--role", "ap"]));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let project = lanes();
    assert_snapshot!("git_check_no_base", project.run(&["git-check", "--base", "nowhere"]));
    std::fs::remove_dir_all(project.root().join(".git/worktrees/api")).unwrap();
    let broken = project.run(&["git-check"]);
    assert_eq!(broken.code, 2, "{broken}");
    assert!(
        broken.stderr.contains("trees/api cannot be read") && broken.stderr.contains("repair"),
        "{broken}"
    );
    project.git(&["branch", "-q", "-m", "main", "trunk"]);
    assert_snapshot!("git_check_no_main", project.run(&["git-check"]));
    std::fs::rename(project.root().join(".git"), project.root().join("git-is-gone")).unwrap();
    assert_snapshot!("git_check_no_repository", project.run(&["git-check"]));
    assert_eq!(project.run(&["merge-ready", "API-1"]).code, 2);
}

#[test]
fn a_setting_of_git_says_where_the_worktrees_are() {
    let project = lanes();
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    let key = "root = \"../elsewhere\"\nroot_git_setting = \"demo.trees\"";
    project.write(".fairway/config.toml", &config.replace("root = \"../trees\"", key));
    assert!(project.run(&["preflight", "--role", "api"]).stdout.contains("../elsewhere/api is missing"));
    project.git(&["config", "demo.trees", "../trees"]);
    assert_eq!(project.run(&["preflight", "--role", "api"]).code, 0);
}

#[test]
fn a_task_is_ready_to_merge_when_every_gate_is_passed() {
    let project = lanes();
    assert_snapshot!("merge_ready_not", project.run(&["merge-ready", "API-1"]));
    project.ok(&["claim", "API-1", "--as", "api"]);
    project.ok(&["record", "evidence", "API-1", "--command-text", "true", "--result", "pass"]);
    project.ok(&["route", "review", "API-1", "--path", "x", "--reviewer", "web"]);
    assert!(project.run(&["merge-ready", "API-1"]).stdout.contains("web missing"));
    project.ok(&["record", "review", "API-1", "--reviewer", "web", "--verdict", "approve"]);
    assert_snapshot!("merge_ready", project.run(&["merge-ready", "API-1"]));
    std::fs::write(tree(&project).join("new"), "x").unwrap();
    assert_snapshot!("merge_ready_json", project.run(&["merge-ready", "API-1", "--json"]));
    assert_snapshot!("merge_ready_unknown", project.run(&["merge-ready", "API-9"]));
    assert_snapshot!("merge_ready_no_base", project.run(&["merge-ready", "API-1", "--base", "nowhere"]));
    assert_snapshot!("merge_ready_help", project.run(&["merge-ready", "--help"]));
}
