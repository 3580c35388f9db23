//! The queue database in every state in which operators leave it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use fairway_parity::sandbox::{Base, Change, SandboxError, What};
use rusqlite::Connection;

use crate::support::Repository;

const DATABASE: &str = ".git/queue.db";

/// Makes a database with three tasks.
fn create(path: &Path) {
    let database = Connection::open(path).unwrap();
    database
        .execute_batch("CREATE TABLE tasks (id TEXT, n INTEGER); CREATE INDEX by_id ON tasks (id);")
        .unwrap();
    database.execute_batch("INSERT INTO tasks VALUES ('A', 1), ('B', 2), ('C', 3);").unwrap();
}

fn count(path: &Path) -> u32 {
    let database = Connection::open(path).unwrap();
    database.query_row("SELECT count(*) FROM tasks", [], |row| row.get(0)).unwrap()
}

/// Another process that has run `sql` on the database and keeps it open; our own locks would not count.
struct Other(Child);

impl Other {
    fn holding(path: &Path, sql: &str) -> Self {
        let script = "require 'sqlite3'; db = SQLite3::Database.new(ARGV[0]); \
                      db.execute_batch(ARGV[1]); $stdout.puts 'held'; $stdout.flush; sleep 300";
        let mut child = Command::new("ruby")
            .args(["-e", script])
            .arg(path)
            .arg(sql)
            .stdout(Stdio::piped())
            .spawn()
            .expect("ruby is needed: install ruby and ruby-sqlite3");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "held\n", "ruby-sqlite3 is needed");
        Self(child)
    }

    /// Ends it without giving SQLite a chance to clean up.
    fn crash(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Scene {
    repository: Repository,
    temp: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        Self { repository: Repository::new(), temp: tempfile::tempdir().unwrap() }
    }

    fn database(&self) -> PathBuf {
        self.repository.checkout().join(DATABASE)
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        self.repository.checkout().join(format!("{DATABASE}{suffix}"))
    }

    fn base(&self) -> Result<Base, SandboxError> {
        Base::copy(&self.repository.open(Some(DATABASE)), self.temp.path())
    }

    /// How many tasks a sandbox and the snapshot see.
    fn seen(&self, base: &Base) -> (u32, u32) {
        let snapshot = base.snapshot().unwrap();
        let alone = fs::read_dir(snapshot.parent().unwrap()).unwrap().count();
        assert_eq!(alone, 1, "the snapshot is one file");
        let name = format!("at{}", fs::read_dir(self.temp.path()).unwrap().count());
        let sandbox = base.sandbox(self.temp.path(), &name, &[]).unwrap();
        (count(&sandbox.checkout().join(DATABASE)), count(snapshot))
    }
}

#[test]
fn a_quiescent_database_is_copied_as_it_is() {
    let scene = Scene::new();
    create(&scene.database());
    let bytes = fs::read(scene.database()).unwrap();
    let base = scene.base().unwrap();
    assert_eq!(fs::read(base.checkout().join(DATABASE)).unwrap(), bytes);
    assert_eq!(scene.seen(&base), (3, 3));
}

#[test]
fn no_database_is_no_snapshot() {
    let scene = Scene::new();
    assert_eq!(scene.base().unwrap().snapshot(), None);
}

#[test]
fn rows_that_are_only_in_the_log_are_copied() {
    let scene = Scene::new();
    create(&scene.database());
    let log = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; INSERT INTO tasks VALUES ('D', 4);";
    Other::holding(&scene.database(), log).crash();
    assert!(fs::metadata(scene.beside("-wal")).unwrap().len() > 0);
    let files = || ["", "-wal", "-shm"].map(|suffix| fs::read(scene.beside(suffix)).unwrap());
    let before = files();
    let base = scene.base().unwrap();
    scene.repository.open(Some(DATABASE)).fingerprint().unwrap();
    assert!(before == files(), "not opened where it lies");
    assert_eq!(scene.seen(&base), (4, 4));
}

#[test]
fn a_log_in_use_is_copied_with_what_was_committed() {
    let scene = Scene::new();
    create(&scene.database());
    let _other = Other::holding(
        &scene.database(),
        "PRAGMA journal_mode = WAL; INSERT INTO tasks VALUES ('D', 4); \
         BEGIN IMMEDIATE; INSERT INTO tasks VALUES ('E', 5);",
    );
    let before = scene.repository.open(Some(DATABASE)).fingerprint().unwrap();
    let base = scene.base().unwrap();
    assert!(
        !base.checkout().join(format!("{DATABASE}-wal")).exists(),
        "taken through SQLite, not byte by byte"
    );
    assert_eq!(scene.seen(&base), (4, 4));
    let after = scene.repository.open(Some(DATABASE)).fingerprint().unwrap();
    assert_eq!(before.differences(&after), []);
}

#[test]
fn a_writer_that_lets_readers_in_does_not_stop_the_copy() {
    let scene = Scene::new();
    create(&scene.database());
    let _other = Other::holding(&scene.database(), "BEGIN IMMEDIATE; INSERT INTO tasks VALUES ('D', 4);");
    assert_eq!(scene.seen(&scene.base().unwrap()), (3, 3));
}

#[test]
fn a_writer_that_lets_nobody_in_is_waited_for_and_then_named() {
    let scene = Scene::new();
    create(&scene.database());
    let _other = Other::holding(&scene.database(), "BEGIN EXCLUSIVE");
    let error = scene.base().unwrap_err();
    assert!(
        matches!(&error, SandboxError::DatabaseBusy { path, .. } if *path == scene.database()),
        "{error}"
    );
}

#[test]
fn a_transaction_that_crashed_is_rolled_back_in_the_copy_only() {
    let scene = Scene::new();
    create(&scene.database());
    // A page cache of nothing spills the open transaction into the file.
    let crash = "PRAGMA cache_size = 0; PRAGMA cache_spill = 1; BEGIN IMMEDIATE; \
                 INSERT INTO tasks WITH RECURSIVE t(n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM t LIMIT 20000) \
                 SELECT 'X' || n, n FROM t;";
    Other::holding(&scene.database(), crash).crash();
    let journal = fs::read(scene.beside("-journal")).unwrap();
    assert!(!journal.is_empty());
    assert_eq!(scene.seen(&scene.base().unwrap()), (3, 3));
    assert!(fs::read(scene.beside("-journal")).unwrap() == journal);
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let scene = Scene::new();
    fs::write(scene.database(), "not a database, but long enough to be taken for one\n".repeat(100)).unwrap();
    let error = scene.base().unwrap_err();
    assert!(matches!(&error, SandboxError::Database { path, .. } if *path == scene.database()), "{error}");
    assert!(scene.repository.open(Some(DATABASE)).fingerprint().is_err());
    assert_eq!(fs::read_dir(scene.temp.path()).unwrap().count(), 0, "no half of a copy is left");
}

#[test]
fn a_database_behind_a_link_is_refused() {
    let scene = Scene::new();
    let elsewhere = scene.repository.root().join("queue.db");
    create(&elsewhere);
    std::os::unix::fs::symlink(&elsewhere, scene.database()).unwrap();
    let layout = fairway_parity::sandbox::Layout { database: Some(DATABASE.into()), private: Vec::new() };
    let refused = fairway_parity::sandbox::Original::open(&scene.repository.checkout(), &layout);
    assert!(matches!(refused, Err(SandboxError::Elsewhere { .. })));
}

#[test]
fn rows_are_compared_and_pages_are_not() {
    let scene = Scene::new();
    create(&scene.database());
    let original = scene.repository.open(Some(DATABASE));
    let mut last = original.fingerprint().unwrap();
    let mut moved = |sql: &str| -> Vec<What> {
        Connection::open(scene.database()).unwrap().execute_batch(sql).unwrap();
        let now = original.fingerprint().unwrap();
        let changes = std::mem::replace(&mut last, now.clone()).differences(&now);
        changes.into_iter().map(|Change { what, .. }| what).collect()
    };
    let rows = |table: &str, before, after| What::Rows { table: table.to_owned(), before, after };
    assert_eq!(moved("PRAGMA journal_mode = WAL"), []);
    assert_eq!(moved("PRAGMA page_size = 1024; VACUUM; REINDEX"), []);
    assert_eq!(moved("UPDATE tasks SET n = 9 WHERE id = 'B'"), [rows("tasks", Some(3), Some(3))]);
    assert_eq!(moved("UPDATE tasks SET n = 2 WHERE id = 'B'"), [rows("tasks", Some(3), Some(3))]);
    assert_eq!(moved("DELETE FROM tasks WHERE id = 'B'"), [rows("tasks", Some(3), Some(2))]);
    assert_eq!(moved("INSERT INTO tasks VALUES ('B', 2)"), [rows("tasks", Some(2), Some(3))]);
    let created = [rows("more", None, Some(0)), rows("sqlite_schema", Some(2), Some(3))];
    assert_eq!(moved("CREATE TABLE more (x)"), created);
    assert_eq!(moved("PRAGMA user_version = 7").len(), 1);
}
