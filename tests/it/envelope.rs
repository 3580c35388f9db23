//! The envelope around JSON, on both streams, and what the argument parser says.

use insta::assert_snapshot;

use crate::support::Project;

#[test]
fn success_and_failure_share_one_shape() {
    let project = Project::initialised();
    assert_snapshot!("envelope_ok", project.run(&["ready", "--json"]));
    assert_snapshot!("envelope_refused", project.run(&["--json", "task-detail", "API-1"]));
    assert_snapshot!("envelope_usage", project.run(&["ready", "--json", "--limt", "3"]));
    assert_snapshot!("envelope_unknown_verb", project.run(&["redy", "--json"]));
    assert_snapshot!("unknown_verb", project.run(&["redy"]));
    assert_snapshot!("bad_clock", project.fairway_at("yesterday", &["ready"]));
}

#[test]
fn every_verb_has_help_with_an_example() {
    let project = Project::repository();
    for verb in [
        &["init"][..],
        &["add"],
        &["update"],
        &["ready"],
        &["claim"],
        &["set-status"],
        &["task-detail"],
        &["record", "evidence"],
        &["record", "handoff"],
        &["record", "review"],
        &["handoff", "ack"],
        &["handoff", "list"],
        &["route", "review"],
        &["merge-ready"],
        &["git-check"],
        &["preflight"],
        &["review", "checkout"],
        &["worktree", "setup"],
        &["worktree", "status"],
        &["worktree", "prune"],
        &["config", "validate"],
        &["db", "migrate"],
        &["db", "backup"],
        &["db", "export"],
        &["completions"],
    ] {
        let words: Vec<&str> = verb.iter().copied().chain(["--help"]).collect();
        let help = project.ok(&words);
        assert!(help.contains("Example") && help.contains("fairway "), "{verb:?} has no example:\n{help}");
    }
    assert_snapshot!("help", project.run(&["--help"]));
}

#[test]
fn completions_are_printed_for_each_shell() {
    let project = Project::repository();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(project.ok(&["completions", shell]).contains("task-detail"), "{shell}");
    }
}
