//! `fairway parity` as an ordinary user: what protects the original and how its copies are made, as the report says.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Answer, MadeUp};

/// Whom root becomes: nobody that any machine knows of.
const USER: &str = "54321";

/// Runs `fairway parity run` as somebody who may write in the project and has no rights beyond that.
fn run(made: &MadeUp, words: &[&str]) -> Answer {
    let root = made.project.root();
    let folder = root.parent().unwrap();
    let own = folder.join("fairway");
    // Where everybody may run it.
    fs::copy(env!("CARGO_BIN_EXE_fairway"), &own).unwrap();
    let mut command = Command::new("setpriv");
    if rustix::process::geteuid().is_root() {
        give(folder);
        command.args([&format!("--reuid={USER}"), &format!("--regid={USER}"), "--clear-groups"]);
    }
    let usual = made.command_with_interpreter(words);
    command.arg(own).args(usual.get_args()).env_clear().current_dir(&root);
    for (name, value) in usual.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    made.project.answer(&command.output().unwrap())
}

fn give(folder: &Path) {
    let owner = format!("{USER}:{USER}");
    assert!(Command::new("chown").arg("-hR").arg(owner).arg(folder).status().unwrap().success());
}

/// What sandboxes are of a reference that is large: overlays, and how many runs were played in copies. Where the file
/// system shares the blocks of copies these cost as little, and refuse nothing.
fn of_a_large_reference(overlays: &str, result: &serde_json::Value) -> String {
    let shared = "copies that share their blocks";
    let place = |folder: &&str| shares_blocks(Path::new(folder));
    if result["sandboxes"] == shared && ["/dev/shm", "/tmp"].iter().any(place) {
        return shared.to_owned();
    }
    overlays.to_owned()
}

/// Whether `cp` can make a copy in this folder that shares its blocks.
fn shares_blocks(folder: &Path) -> bool {
    let Ok(folder) = tempfile::tempdir_in(folder) else { return false };
    let [from, to] = ["from", "to"].map(|name| folder.path().join(name));
    fs::write(&from, "text").unwrap();
    Command::new("cp").arg("--reflink=always").args([from, to]).output().unwrap().status.success()
}

#[test]
fn a_large_reference_is_laid_over_and_kept_from_harm() {
    let made = MadeUp::new();
    for number in 0..1100 {
        made.in_checkout(&format!("many/{number}"), "text\n");
    }
    let answer = run(&made, &["run"]);
    assert_eq!(answer.code, 0, "{answer}");
    let result = made.result();
    assert_eq!(result["verdict"], "matched", "{answer}");
    let how = of_a_large_reference("overlay mounts in a namespace of users", &result);
    assert_eq!(result["sandboxes"], how, "{answer}");
    assert_eq!(result["no_overlays"], serde_json::Value::Null, "{answer}");
    for protection in result["protections"].as_array().unwrap() {
        assert_eq!(protection["in_force"], true, "{protection}");
    }
    assert_eq!(result["original_untouched"], true);
    assert!(answer.stdout.contains(&format!("sandboxes are {how}\n")), "{answer}");
}

/// A folder of the base cannot be renamed in an ordinary user's overlay, so what tried is played in a copy.
#[test]
fn what_renames_a_folder_is_played_in_a_copy() {
    let made = MadeUp::new();
    for number in 0..1100 {
        made.in_checkout(&format!("many/{number}"), "text\n");
    }
    made.commit("many");
    let rename = "[[steps]]\ngit = [\"mv\", \"many\", \"few\"]\n[[steps]]";
    made.scenario("renamed", &MadeUp::usual().replacen("[[steps]]", rename, 1));
    let answer = run(&made, &["run"]);
    let result = made.result();
    assert_eq!((answer.code, &result["counts"]["matched"]), (0, &2.into()), "{answer}");
    let how = "overlay mounts in a namespace of users, and copies for 4 run(s) that were to rename a folder";
    assert_eq!(result["sandboxes"], of_a_large_reference(how, &result), "{answer}");
    assert_eq!(result["original_untouched"], true);
}

#[test]
fn where_it_is_kept_whole_nothing_is_laid_over() {
    let made = MadeUp::new();
    let answer = run(&made, &["run", "--keep"]);
    assert_eq!(answer.code, 0, "{answer}");
    assert_eq!(made.result()["sandboxes"], "whole copies", "{answer}");
}
