//! Claims: what is refused, where preflight looks, and that one caller wins.

use std::collections::BTreeSet;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::support::Project;

fn one_task() -> Project {
    let project = Project::initialised();
    project.ok(&["add", "API-1", "--title", "Rotate the signing key", "--role", "api"]);
    project
}

#[test]
fn a_claim_is_made_once_and_the_refusal_names_the_holder() {
    let project = one_task();
    assert_snapshot!("claim", project.run(&["claim", "API-1", "--as", "api"]));
    assert_snapshot!("claim_held", project.run(&["claim", "API-1", "--as", "api", "--claimant", "other"]));
}

#[test]
fn a_claim_is_refused_for_each_reason() {
    let project = one_task();
    project.ok(&["add", "API-2", "--title", "T", "--role", "api", "--dependencies", "API-1"]);
    assert_snapshot!("claim_unknown_task", project.run(&["claim", "API-9", "--as", "api"]));
    assert_snapshot!("claim_wrong_role", project.run(&["claim", "API-1", "--as", "web"]));
    assert_snapshot!("claim_no_role", project.run(&["claim", "API-1"]));
    assert_snapshot!("claim_waiting", project.run(&["claim", "API-2", "--as", "api"]));
    project.ok(&["set-status", "API-1", "blocked", "--reason", "no key yet"]);
    assert_snapshot!("claim_blocked", project.run(&["claim", "API-1", "--as", "api"]));
    project.ok(&["claim", "API-1", "--as", "api", "--reason", "the key is here"]);
    let history = project.json(&["task-detail", "API-1"])["history"].clone();
    assert_eq!(history[1]["reason"], "the key is here");
    assert_eq!(history[1]["command_source"], "claim");
}

#[test]
fn preflight_asks_for_the_branch_and_for_it_to_be_up_to_date() {
    let project = one_task();
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    project.write(".fairway/config.toml", &format!("{config}\n[claims]\npreflight = true\n"));
    project.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    assert_snapshot!("preflight_branch", project.run(&["claim", "API-1", "--as", "api"]));
    project.git(&["switch", "-q", "-c", "agent/api"]);
    project.git(&["branch", "-q", "-f", "main"]);
    project.git(&["commit", "-q", "--allow-empty", "-m", "two"]);
    project.git(&["branch", "-q", "-f", "main"]);
    project.git(&["reset", "-q", "--hard", "HEAD~1"]);
    assert_snapshot!("preflight_behind", project.run(&["claim", "API-1"]));
    project.git(&["reset", "-q", "--hard", "main"]);
    assert_snapshot!("preflight_good", project.run(&["claim", "API-1"]));
}

#[test]
fn a_linked_worktree_anywhere_reaches_the_same_store_as_its_role() {
    let project = one_task();
    project.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    let elsewhere = tempfile::TempDir::new().unwrap();
    let tree = elsewhere.path().join("api-tree");
    project.git(&["worktree", "add", "-q", "-b", "agent/api", tree.to_str().unwrap()]);
    let answer = project.run_in(&tree, &["claim", "API-1"]);
    assert_eq!(answer.code, 0, "{answer}");
    assert_eq!(project.json(&["task-detail", "API-1"])["task"]["claimant"], "tester@demo");
}

#[test]
fn sixteen_processes_claim_two_hundred_tasks_once_each() {
    let project = Project::initialised();
    let ids: Vec<String> = (1..=200).map(|number| format!("API-{number}")).collect();
    let queue: Vec<_> =
        ids.iter().map(|id| serde_json::json!({"id": id, "title": "T", "role": "api"})).collect();
    for task in &queue {
        project.ok(&["add", task["id"].as_str().unwrap(), "--title", "T", "--role", "api"]);
    }
    // Every process tries every task, in an order of its own, so that most attempts collide.
    let workers: Vec<_> = (0..16)
        .map(|worker| {
            let mut ids = ids.clone();
            ids.rotate_left(worker * 12);
            let (binary, root) = (project.fairway(&project.root()), project.root());
            std::thread::spawn(move || {
                let program = binary.get_program().to_owned();
                let environment: Vec<_> = binary
                    .get_envs()
                    .map(|(key, value)| (key.to_owned(), value.unwrap_or_default().to_owned()))
                    .collect();
                let mut won = Vec::new();
                for id in ids {
                    let output = std::process::Command::new(&program)
                        .args([
                            "claim",
                            &id,
                            "--as",
                            "api",
                            "--json",
                            "--claimant",
                            &format!("worker-{worker}"),
                        ])
                        .current_dir(&root)
                        .env_clear()
                        .envs(environment.clone())
                        .stdin(Stdio::null())
                        .output()
                        .unwrap();
                    if output.status.success() {
                        won.push(id);
                    } else {
                        let stderr = String::from_utf8_lossy(&output.stderr);
                        assert!(stderr.contains("\"code\":\"held\""), "{stderr}");
                    }
                }
                won
            })
        })
        .collect();
    let won: Vec<String> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    assert_eq!(won.len(), 200, "each task was claimed once");
    assert_eq!(won.iter().collect::<BTreeSet<_>>().len(), 200, "and none twice");
}
