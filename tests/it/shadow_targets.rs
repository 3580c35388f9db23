//! The scripts' targets through `fairway shadow`, by the `GNUmakefile` that stands beside the Makefile.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::shadow::{checkout, compared};
use crate::support::{NOW, Project};

const TASK: &str = "A-TERM-AUDIT-LOG";

/// Where a call is made, its words, and what is exported.
type Call<'a> = (&'a str, Vec<&'a str>, &'a [(&'a str, &'a str)]);

fn make(project: &Project, folder: &Path, words: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = project.command("make", folder);
    command
        .args(words)
        .envs(variables.iter().copied())
        .env("QUEUE_NOW", NOW)
        .env("AGENT_ACTOR", "tester@demo");
    command.output().unwrap()
}

/// What a call shows, with the folder of the project as another has it.
fn shown(project: &Project, output: &Output) -> (Option<i32>, String, String) {
    let folder = project.root().canonicalize().unwrap().display().to_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&folder, "[ROOT]");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn file(project: &Project, path: &str) -> Option<String> {
    std::fs::read_to_string(project.root().join(path)).ok()
}

/// Makefile, whose targets are asked beside those of the scripts.
fn with_probe(project: &Project) {
    let makefile = file(project, "Makefile").unwrap();
    let probe = "\nqueue-claim: probe\nprobe:\n\t@echo probed $(firstword $(MAKEFILE_LIST)) $(MAKELEVEL)\n";
    project.write("Makefile", &format!("{makefile}{probe}"));
}

#[test]
fn a_target_does_prints_and_answers_what_it_did_before() {
    let (alone, shadowed) = (checkout(), checkout());
    with_probe(&alone);
    with_probe(&shadowed);
    shadowed.ok(&["pilot", "install-shadow"]);
    std::fs::create_dir(alone.root().join("below")).unwrap();
    std::fs::create_dir(shadowed.root().join("below")).unwrap();
    let task = format!("TASK={TASK}");
    let hard = "REASON=two  blanks, \"quotes\", it's $$5 and $$HOME;\nand a line `more` \\ # %";
    let claim = ["queue-claim", &task, "ROLE=A-backend", "SKIP_PREFLIGHT=1", hard];
    let none: &[(&str, &str)] = &[];
    let exported: &[(&str, &str)] = &[("COMMAND", "make $TEST 'x'"), ("RESULT", "pass"), ("TASK", TASK)];
    let calls: [Call<'_>; 14] = [
        (".", [&["-n"], &claim[..]].concat(), none),
        (".", claim.to_vec(), none),
        // Held by now: it fails, and make says where.
        (".", claim.to_vec(), none),
        (".", [&["-s"], &claim[..]].concat(), none),
        (".", vec!["-k", "queue-claim", "queue-set-status"], none),
        (".", vec!["-i", "queue-set-status", &task, "STATUS=nonsense"], none),
        ("below", vec!["-C", "..", "queue-task-detail", &task], none),
        ("below", vec!["-C", "..", "queue-record-evidence", &task, "COMMAND=make", "RESULT=pass"], none),
        (".", vec!["queue-record-evidence"], exported),
        (".", vec!["-e", "--trace", "queue-record-evidence"], exported),
        (".", vec!["no-such-target"], none),
        (".", vec!["-q", "queue-claim"], none),
        (".", vec![], none),
        (".", vec!["-f", "Makefile", "queue-claim", &task], none),
    ];
    for (folder, words, variables) in &calls {
        let of = |project: &Project| {
            let output = make(project, &project.root().join(folder), words, variables);
            shown(project, &output)
        };
        assert_eq!(of(&shadowed), of(&alone), "{words:?}");
    }
    // Those that reached a recipe that changes something, and not what the fairway of a call in the call does.
    let told = compared(&shadowed, 9);
    let words: Vec<&str> = told.iter().map(|call| call["words"][1].as_str().unwrap()).collect();
    let wanted = ["queue-claim", "queue-set-status", "queue-record-evidence"];
    assert!(words.iter().all(|word| wanted.contains(word)), "{words:?}");
    let spoken = |call: &serde_json::Value| call["words"].as_array().unwrap().contains(&hard.into());
    assert_eq!(told.iter().filter(|call| spoken(call)).count(), 3, "{told:#?}");
    assert!(told.iter().all(|call| call["verdict"] != "mismatched"), "{told:#?}");
}

#[test]
fn a_call_is_compared_once_also_from_a_worktree_and_when_it_is_shadowed_by_hand() {
    let project = checkout();
    project.git(&["add", "-A"]);
    project.git(&["commit", "-q", "-m", "begin"]);
    let tree = project.root().join("../gpuas-A-backend");
    project.git(&["worktree", "add", "-q", tree.to_str().unwrap(), "-b", "lane/A-backend"]);
    let answer = project.json(&["pilot", "install-shadow"]);
    assert_eq!(answer["files"].as_array().unwrap().len(), 2, "{answer}");
    assert_eq!(project.git(&["status", "--porcelain"]), "");
    assert_eq!(project.git(&["-C", tree.to_str().unwrap(), "status", "--porcelain"]), "");

    let words = ["-s", "queue-record-evidence", &format!("TASK={TASK}"), "COMMAND=make test", "RESULT=pass"];
    assert_eq!(make(&project, &tree, &words, &[]).status.code(), Some(0));
    let told = compared(&project, 1);
    assert_eq!((told.len(), &told[0]["verdict"]), (1, &"matched".into()), "{told:#?}");
    let mut by_hand = project.fairway(&project.root());
    by_hand
        .args(["shadow", "--", "make"])
        .args(words)
        .env("QUEUE_NOW", NOW)
        .env("AGENT_ACTOR", "tester@demo");
    assert_eq!(by_hand.output().unwrap().status.code(), Some(0));
    let told = compared(&project, 2);
    assert_eq!((told.len(), &told[1]["verdict"]), (2, &"matched".into()), "{told:#?}");
}

#[test]
fn what_was_written_goes_away_again_and_nothing_else_does() {
    let project = checkout();
    let exclude = ".git/info/exclude";
    project.write(exclude, "*.log");
    project.ok(&["pilot", "install-shadow"]);
    let written = file(&project, "GNUmakefile").unwrap();
    // Once more is the same.
    project.ok(&["pilot", "install-shadow"]);
    assert_eq!(file(&project, "GNUmakefile").as_ref(), Some(&written));
    project.ok(&["pilot", "remove-shadow"]);
    assert_eq!((file(&project, "GNUmakefile"), file(&project, exclude).as_deref()), (None, Some("*.log")));
    assert_eq!(project.json(&["pilot", "remove-shadow"])["files"].as_array().unwrap().len(), 0);

    // One that was changed, and somebody else's, are neither written over nor removed.
    for text in [format!("{written}# mine\n"), "include Makefile\n".to_owned()] {
        project.write("GNUmakefile", &text);
        let refused = project.run(&["pilot", "install-shadow"]);
        assert_eq!(refused.code, 4, "{refused}");
        project.run(&["pilot", "remove-shadow"]);
        assert_eq!(
            (file(&project, "GNUmakefile"), file(&project, exclude).as_deref()),
            (Some(text), Some("*.log"))
        );
    }
}

#[test]
fn without_the_program_or_a_sound_configuration_the_scripts_are_called_all_the_same() {
    let project = checkout();
    let program = project.root().join("../fairway");
    std::fs::copy(env!("CARGO_BIN_EXE_fairway"), &program).unwrap();
    let program: PathBuf = program.canonicalize().unwrap();
    let mut install = project.command(program.to_str().unwrap(), &project.root());
    assert!(install.args(["pilot", "install-shadow"]).output().unwrap().status.success());
    let words = ["-s", "queue-record-evidence", &format!("TASK={TASK}"), "COMMAND=make test", "RESULT=pass"];
    let config = file(&project, ".fairway/config.toml").unwrap();
    project.write(".fairway/config.toml", "[nonsense");
    let broken = make(&project, &project.root(), &words, &[]);
    assert_eq!(broken.status.code(), Some(0), "{}", String::from_utf8_lossy(&broken.stderr));
    assert!(broken.stdout.starts_with(b"evidence "), "{}", String::from_utf8_lossy(&broken.stdout));
    assert!(String::from_utf8_lossy(&broken.stderr).contains("not shadowed: "));
    project.write(".fairway/config.toml", &config);

    std::fs::remove_file(&program).unwrap();
    let missing = make(&project, &project.root(), &words, &[]);
    assert_eq!((missing.status.code(), missing.stdout.starts_with(b"evidence ")), (Some(0), true));
    let said = String::from_utf8_lossy(&missing.stderr);
    assert!(said.contains("fairway is not there: the scripts are called without it"), "{said}");
    assert_eq!(project.json(&["shadow"])["calls"].as_array().unwrap().len(), 0);
}
