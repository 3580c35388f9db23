//! Giving the legacy its form back, cut short. Database and file are each written whole; one of them may be there without the
//! other, and the same call again writes what is missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::kills::Dice;
use super::{Rows, copy, rows, times};
use crate::migrate_move::{Move, QUEUE};

/// How many calls are killed.
const KILLS: u32 = 6;

/// A moved queue with a task that was changed since, and a checkout of the legacy that is to hear of it.
struct Stage {
    moved: Move,
    old: (Vec<u8>, Rows),
    new: (Vec<u8>, Rows),
    takes: Duration,
}

impl Stage {
    fn new() -> Self {
        let moved = Move::new();
        moved.plan();
        moved.apply();
        let ready = moved.project.json(&["ready", "--all-roles"]);
        let (id, role) = (&ready["tasks"][0]["id"], &ready["tasks"][0]["role"]);
        moved.project.ok(&[
            "claim",
            id.as_str().unwrap(),
            "--as",
            role.as_str().unwrap(),
            "--skip-preflight",
        ]);
        let nothing = (Vec::new(), Rows::new());
        let mut stage = Self { moved, old: nothing.clone(), new: nothing, takes: Duration::ZERO };
        stage.fresh();
        stage.old = stage.found();
        let began = Instant::now();
        stage.again();
        stage.takes = began.elapsed();
        stage.new = stage.found();
        assert_ne!(stage.old.0, stage.new.0);
        assert_ne!(stage.old.1, stage.new.1);
        stage
    }

    fn target(&self) -> PathBuf {
        self.moved.project.root().parent().unwrap().join("target")
    }

    fn queue(&self) -> PathBuf {
        self.target().join(QUEUE)
    }

    fn database(&self) -> PathBuf {
        self.target().join(".git/agent_queue/agent_queue.db")
    }

    /// The checkout as it was, once more.
    fn fresh(&self) {
        if self.target().exists() {
            fs::remove_dir_all(self.target()).unwrap();
        }
        copy(&self.moved.from(), &self.target());
    }

    fn found(&self) -> (Vec<u8>, Rows) {
        (fs::read(self.queue()).unwrap(), rows(&self.database()))
    }

    fn words(&self) -> [String; 3] {
        ["migrate".to_owned(), "export-back".to_owned(), self.target().display().to_string()]
    }

    fn again(&self) {
        let words = self.words();
        self.moved.project.ok(&words.each_ref().map(String::as_str));
    }

    fn kill(&self, after: Duration) {
        let mut call = self.moved.project.fairway(&self.moved.project.root());
        call.args(self.words()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut call = call.env("TMPDIR", self.moved.project.root()).spawn().unwrap();
        std::thread::sleep(after);
        call.kill().unwrap();
        call.wait().unwrap();
    }
}

fn gone(path: &Path) {
    fs::remove_file(path).unwrap();
}

fn empty(path: &Path) {
    fs::write(path, "").unwrap();
}

#[test]
fn an_export_that_was_cut_short_is_ended_by_the_same_call() {
    let stage = Stage::new();
    let new_database = fs::read(stage.database()).unwrap();
    let new_file = stage.new.0.clone();
    // What a call leaves that ends between the two, whichever it writes first.
    stage.fresh();
    fs::write(stage.database(), &new_database).unwrap();
    assert_eq!(stage.found(), (stage.old.0.clone(), stage.new.1.clone()));
    stage.again();
    assert_eq!(stage.found(), stage.new);
    stage.fresh();
    fs::write(stage.queue(), &new_file).unwrap();
    stage.again();
    assert_eq!(stage.found(), stage.new);
    // What it leaves where there was no database.
    for leave in [gone, empty] {
        stage.fresh();
        leave(&stage.database());
        stage.again();
        assert_eq!(stage.found(), stage.new);
    }

    let (mut dice, mut seen) = (Dice(7), [0; 3]);
    for kill in 0..times("FAIRWAY_KILLS", KILLS) {
        stage.fresh();
        if kill % 2 == 0 {
            gone(&stage.database());
        }
        stage.kill(dice.part_of(stage.takes));
        let file = fs::read(stage.queue()).unwrap();
        assert!(file == stage.old.0 || file == stage.new.0, "half a queue file");
        let there = stage.database().metadata().is_ok_and(|meta| meta.len() > 0);
        if there {
            let found = rows(&stage.database());
            assert!(found == stage.old.1 || found == stage.new.1, "half a database");
            seen[usize::from(found == stage.new.1) + usize::from(file == stage.new.0)] += 1;
        }
        stage.again();
        assert_eq!(stage.found(), stage.new);
    }
    println!("with none, one and both of the two written: {seen:?}");
}
