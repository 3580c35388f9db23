//! Worktrees of roles: setting up, status, pruning, and review branches. Work is never lost.

use std::path::PathBuf;

use insta::assert_snapshot;

use crate::support::Project;

/// Two roles, one commit, and no lanes yet.
fn project() -> Project {
    let project = Project::initialised();
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    let config = format!("{config}\n[worktrees]\nroot = \"../trees\"\nnaming = \"lane-{{role}}\"\n");
    project.write(".fairway/config.toml", &config);
    project.write("code.txt", "one\n");
    project.write(".gitignore", "ignored\n.fairway/\n");
    project.git(&["add", "code.txt", ".gitignore"]);
    project.git(&["commit", "-q", "-m", "root"]);
    project.ok(&["add", "API-1", "--title", "T", "--role", "api"]);
    project
}

fn tree(project: &Project, role: &str) -> PathBuf {
    project.root().parent().unwrap().join("trees").join(format!("lane-{role}"))
}

fn git_in(project: &Project, role: &str, words: &[&str]) -> String {
    let at = tree(project, role);
    project.git(&[&["-C", at.to_str().unwrap()], words].concat())
}

/// Everything that a refusal must not have changed.
fn traces(project: &Project) -> String {
    project.git(&["for-each-ref"]) + &project.git(&["worktree", "list", "--porcelain"])
}

#[test]
fn the_role_of_a_checkout_is_the_one_that_acts() {
    let project = project();
    project.ok(&["worktree", "setup"]);
    project.ok(&["add", "WEB-1", "--title", "T", "--role", "web"]);
    let ready = |place: &PathBuf, words: &[&str]| -> Vec<String> {
        let answer = project.run_in(place, &[&["ready", "--json"], words].concat());
        let answer: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
        let tasks = answer["data"]["tasks"].as_array().unwrap().iter();
        tasks.map(|task| task["id"].as_str().unwrap().to_owned()).collect()
    };
    let (main, api) = (project.root(), tree(&project, "api"));
    assert_eq!(ready(&main, &[]), ["API-1", "WEB-1"], "the main checkout is nobody's");
    assert_eq!(ready(&api, &[]), ["API-1"]);
    assert_eq!(ready(&api, &["--as", "web"]), ["WEB-1"]);
    assert_eq!(ready(&api, &["--all-roles"]), ["API-1", "WEB-1"]);
    // Whose worktree it is does not depend on the branch, on which others may be reviewed.
    git_in(&project, "api", &["switch", "-q", "-c", "review/api"]);
    assert_eq!(ready(&api, &[]), ["API-1"]);
    assert_snapshot!("ready_in_a_worktree", project.run_in(&api, &["ready"]));
    assert_eq!(project.run_in(&api, &["claim", "API-1", "--skip-preflight"]).code, 0);
}

#[test]
fn what_concerns_one_role_is_about_the_role_of_the_checkout() {
    let project = project();
    project.ok(&["worktree", "setup"]);
    let roles = |place: &PathBuf, words: &[&str]| -> Vec<String> {
        let answer = project.run_in(place, &[&["dispatch-plan", "--json"], words].concat());
        let answer: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
        let roles = answer["data"]["roles"].as_array().unwrap().iter();
        roles.map(|role| role["role"].as_str().unwrap().to_owned()).collect()
    };
    let (main, api) = (project.root(), tree(&project, "api"));
    assert_eq!(roles(&api, &[]), ["api"]);
    assert_eq!(roles(&api, &["--all-roles"]), roles(&main, &[]));
    assert_eq!(roles(&api, &["--role", "web"]), ["web"]);

    std::fs::write(tree(&project, "web").join("code.txt"), "two\n").unwrap();
    assert_eq!(
        project.run_in(&api, &["preflight"]).code,
        0,
        "the other role's worktree is dirty, not this one's"
    );
    assert_eq!(project.run_in(&api, &["preflight", "--all-roles"]).code, 4);
    assert_eq!(project.run(&["preflight"]).code, 4);

    let handoff = ["record", "handoff", "API-1", "--as", "api", "--to", "web", "--payload", "over to you"];
    project.ok(&handoff);
    assert_eq!(
        project.run_in(&api, &["handoff", "ack", "1", "--as", "api"]).code,
        4,
        "it is addressed to web"
    );
    assert_eq!(
        project.run_in(&api, &["handoff", "ack", "1"]).code,
        0,
        "the place says nothing about who acts"
    );
}

#[test]
fn lanes_are_set_up_once_and_left_alone_afterwards() {
    let project = project();
    let before = traces(&project);
    assert_snapshot!("worktree_setup_plan", project.run(&["worktree", "setup", "--dry-run"]));
    assert_eq!(traces(&project), before, "a dry run changes nothing");
    assert_snapshot!("worktree_setup_one", project.run(&["worktree", "setup", "web"]));
    assert_snapshot!("worktree_setup_json", project.run(&["worktree", "setup", "--json"]));
    assert_eq!(std::fs::read_to_string(tree(&project, "api").join("code.txt")).unwrap(), "one\n");
    assert_eq!(git_in(&project, "api", &["status", "--porcelain"]), "");
    assert_eq!(git_in(&project, "api", &["branch", "--show-current"]).trim(), "agent/api");

    std::fs::write(tree(&project, "api").join("code.txt"), "two\n").unwrap();
    git_in(&project, "web", &["switch", "-q", "--detach"]);
    let before = traces(&project);
    assert_eq!(project.run(&["worktree", "setup"]).code, 0);
    assert_eq!(traces(&project), before);
    assert_snapshot!("worktree_status", project.run(&["worktree", "status"]));
    assert_eq!(std::fs::read_to_string(tree(&project, "api").join("code.txt")).unwrap(), "two\n");
    assert_eq!(project.run(&["claim", "API-1"]).code, 1, "no role acts in the main checkout");
    assert_eq!(project.run_in(&tree(&project, "api"), &["claim", "API-1"]).code, 0);
}

#[test]
fn what_cannot_be_set_up_changes_nothing() {
    let project = project();
    std::fs::create_dir_all(tree(&project, "web")).unwrap();
    std::fs::write(tree(&project, "web").join("precious"), "x").unwrap();
    let before = traces(&project);
    assert_snapshot!("worktree_setup_taken", project.run(&["worktree", "setup"]));
    assert_snapshot!("worktree_setup_taken_plan", project.run(&["worktree", "setup", "--dry-run"]));
    assert_eq!(traces(&project), before, "not even the lane that could be set up");
    assert_eq!(std::fs::read_to_string(tree(&project, "web").join("precious")).unwrap(), "x");
    std::fs::remove_dir_all(tree(&project, "web")).unwrap();
    project.git(&["switch", "-q", "-c", "agent/api"]);
    assert_snapshot!("worktree_setup_elsewhere", project.run(&["worktree", "setup"]));
    assert_snapshot!("worktree_setup_unknown_role", project.run(&["worktree", "setup", "wbe"]));
    project.git(&["branch", "-q", "-m", "main", "trunk"]);
    assert_eq!(project.run(&["worktree", "setup"]).code, 3, "there is no main branch");
}

#[test]
fn a_failure_on_the_way_takes_back_what_was_begun() {
    let project = project();
    // A file where the second worktree's folder should be: the first is added and has to go again.
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    project.write(".fairway/config.toml", &config.replace("lane-{role}", "lane-{role}/tree"));
    std::fs::create_dir_all(tree(&project, "web").parent().unwrap()).unwrap();
    std::fs::write(tree(&project, "web"), "a file").unwrap();
    let before = traces(&project);
    let answer = project.run(&["worktree", "setup"]);
    assert_eq!(answer.code, 2, "{answer}");
    assert_eq!(traces(&project), before);
    assert!(!tree(&project, "api").join("tree/.git").exists());
}

#[test]
fn a_worktree_that_vanished_is_set_up_again_unless_it_is_locked() {
    let project = project();
    project.ok(&["worktree", "setup"]);
    std::fs::remove_dir_all(tree(&project, "web")).unwrap();
    assert!(project.run(&["worktree", "status"]).stdout.contains("missing"));
    assert_eq!(project.run(&["worktree", "setup"]).code, 0);
    assert_eq!(git_in(&project, "web", &["branch", "--show-current"]).trim(), "agent/web");
    git_in(&project, "web", &["worktree", "lock", "."]);
    std::fs::remove_dir_all(tree(&project, "web")).unwrap();
    assert_snapshot!("worktree_setup_locked", project.run(&["worktree", "setup", "web"]));
    std::fs::remove_dir_all(project.root().join(".git/worktrees/lane-api")).unwrap();
    assert_snapshot!("worktree_status_unreadable", project.run(&["worktree", "status"]));
}

/// Adds a worktree that looks like one of a role that is gone.
fn left_over(project: &Project, role: &str) {
    let at = tree(project, role);
    project.git(&["worktree", "add", "-q", "-b", &format!("agent/{role}"), at.to_str().unwrap()]);
}

#[test]
fn pruning_never_removes_work() {
    let project = project();
    project.ok(&["worktree", "setup"]);
    for role in ["clean", "dirty", "new", "ahead", "ignored", "locked", "gone", "merging"] {
        left_over(&project, role);
    }
    let write = |role: &str, name: &str| std::fs::write(tree(&project, role).join(name), "x\n").unwrap();
    write("dirty", "code.txt");
    write("new", "untracked");
    write("ignored", "ignored");
    git_in(&project, "ahead", &["commit", "-q", "--allow-empty", "-m", "own"]);
    git_in(&project, "locked", &["worktree", "lock", "."]);
    std::fs::remove_dir_all(tree(&project, "gone")).unwrap();
    std::fs::write(project.root().join(".git/worktrees/lane-merging/MERGE_HEAD"), "").unwrap();
    project.git(&["worktree", "add", "-q", "-b", "other", "../another-name"]);

    let before = traces(&project);
    assert_snapshot!("worktree_prune_plan", project.run(&["worktree", "prune", "--dry-run"]));
    assert_eq!(traces(&project), before);
    assert_eq!(project.run_in(&tree(&project, "clean"), &["worktree", "prune"]).code, 0);
    assert!(tree(&project, "clean").exists(), "the call was made from it");
    assert_eq!(project.run(&["worktree", "prune"]).code, 0);
    let there = |role: &str| tree(&project, role).exists();
    assert!(!there("clean"), "it is clean and merged");
    assert!(there("ignored") && there("locked"), "not without --force");
    assert_snapshot!("worktree_prune_force", project.run(&["worktree", "prune", "--force"]));
    assert!(!there("ignored") && !there("locked"));
    for role in ["dirty", "new", "ahead", "merging", "api", "web"] {
        assert!(there(role), "{role} is kept, also with --force");
    }
    assert!(project.root().join("../another-name").exists());
    for branch in ["agent/clean", "agent/ahead", "agent/ignored"] {
        project.git(&["rev-parse", "--verify", "-q", branch]);
    }
}

#[test]
fn commits_that_a_remote_has_are_not_lost_with_a_worktree() {
    let project = project();
    left_over(&project, "pushed");
    git_in(&project, "pushed", &["commit", "-q", "--allow-empty", "-m", "own"]);
    project.ok(&["worktree", "prune"]);
    assert!(tree(&project, "pushed").exists());
    project.git(&["update-ref", "refs/remotes/origin/agent/pushed", "agent/pushed"]);
    project.ok(&["worktree", "prune"]);
    assert!(!tree(&project, "pushed").exists());
}

#[test]
fn a_review_branch_follows_what_is_under_review() {
    let project = project();
    project.ok(&["worktree", "setup"]);
    std::fs::write(tree(&project, "api").join("code.txt"), "two\n").unwrap();
    git_in(&project, "api", &["commit", "-q", "-a", "-m", "work"]);
    let checkout =
        |words: &[&str]| project.run(&[&["review", "checkout", "API-1", "--as", "web"], words].concat());
    assert_snapshot!("review_checkout_plan", checkout(&["--dry-run"]));
    assert_eq!(git_in(&project, "web", &["branch", "--show-current"]).trim(), "agent/web");
    assert_snapshot!("review_checkout", checkout(&[]));
    assert_eq!(git_in(&project, "web", &["branch", "--show-current"]).trim(), "review/web");
    assert_eq!(git_in(&project, "web", &["status", "--porcelain"]), "");
    assert_eq!(std::fs::read_to_string(tree(&project, "web").join("code.txt")).unwrap(), "two\n");

    git_in(&project, "api", &["commit", "-q", "--allow-empty", "-m", "more"]);
    assert_eq!(checkout(&[]).code, 0, "it moves along");
    assert_eq!(
        git_in(&project, "web", &["rev-parse", "HEAD"]),
        git_in(&project, "api", &["rev-parse", "HEAD"])
    );
    git_in(&project, "web", &["commit", "-q", "--allow-empty", "-m", "a reviewer's own"]);
    let before = traces(&project);
    assert_snapshot!("review_checkout_own_commits", checkout(&[]));
    git_in(&project, "web", &["reset", "-q", "--hard", "HEAD~1"]);
    std::fs::write(tree(&project, "web").join("code.txt"), "notes\n").unwrap();
    assert_snapshot!("review_checkout_dirty", checkout(&[]));
    git_in(&project, "web", &["checkout", "-q", "code.txt"]);
    git_in(&project, "web", &["switch", "-q", "--detach"]);
    git_in(&project, "web", &["commit", "-q", "--allow-empty", "-m", "loose"]);
    assert_snapshot!("review_checkout_loose", checkout(&[]));
    assert_ne!(traces(&project), before, "only git has moved it");
    assert_snapshot!("review_checkout_source_role", checkout(&["--source-role", "web", "--dry-run"]));
}

#[test]
fn what_cannot_be_checked_out_is_said() {
    let project = project();
    project.git(&["branch", "agent/api"]);
    let checkout = |words: &[&str]| project.run(&[&["review", "checkout"], words].concat());
    assert_snapshot!("review_checkout_no_worktree", checkout(&["API-1", "--as", "web"]));
    assert_snapshot!("review_checkout_own", checkout(&["API-1", "--as", "api"]));
    assert_snapshot!("review_checkout_no_role", checkout(&["API-1"]));
    assert_eq!(checkout(&["API-9", "--as", "web"]).code, 3);
    assert_eq!(checkout(&["API-1", "--as", "web", "--source-role", "nobody"]).code, 1);
    project.git(&["branch", "-q", "-D", "agent/api"]);
    assert_snapshot!("review_checkout_no_branch", checkout(&["API-1", "--as", "web"]));
    assert_snapshot!("worktree_prune_help", project.run(&["worktree", "prune", "--help"]));
    assert_snapshot!("review_checkout_help", checkout(&["--help"]));
}
