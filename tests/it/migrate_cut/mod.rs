//! Migrations that are cut short: killed at any moment, or refused by the system in the midst of a write. The store is the
//! old one or the new one, and the same call again ends the same.

mod exports;
mod faults;
mod kills;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::migrate_move::Move;

/// What is cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verb {
    Apply,
    Rollback,
}

/// Which of two stores is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// As it was before the migration.
    Old,
    /// As it is after it.
    New,
}

impl Verb {
    const BOTH: [Self; 2] = [Self::Apply, Self::Rollback];

    /// Where the store stands before a call of it, and after.
    fn leads(self) -> (Standing, Standing) {
        match self {
            Self::Apply => (Standing::Old, Standing::New),
            Self::Rollback => (Standing::New, Standing::Old),
        }
    }
}

/// Every row of a queue, by table.
type Rows = BTreeMap<String, Vec<String>>;

/// A project whose migration can be applied and rolled back again and again.
struct Stage {
    moved: Move,
    /// The rows of the store without the migration, and with it.
    old: Rows,
    new: Rows,
    id: String,
    /// What a whole call leaves in the folder of migrations.
    left: BTreeMap<Verb, Vec<PathBuf>>,
    sources: Vec<(PathBuf, String)>,
}

/// How often something is done that a soak does more often: as the variable says, else as usual.
fn times(variable: &str, usual: u32) -> u32 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{variable}={text}")))
}

impl Stage {
    /// A migration into an empty store, or into one that holds an import already: the first is written through a rollback
    /// journal, the second through a write-ahead log.
    fn new(after_an_import: bool) -> Self {
        let moved = Move::new();
        if after_an_import {
            let first = "version: 1\ntasks:\n- id: A-OLD\n  title: Old\n  role: A-backend\n";
            moved.project.write("first.yaml", first);
            moved.project.ok(&["import", "first.yaml"]);
        }
        moved.plan();
        let sources = moved.sources();
        let mut stage = Self {
            moved,
            old: Rows::new(),
            new: Rows::new(),
            id: String::new(),
            left: BTreeMap::new(),
            sources,
        };
        std::fs::create_dir(stage.temporary()).unwrap();
        stage.old = rows(&stage.db());
        stage.save(Verb::Apply);
        let applied = stage.moved.apply();
        applied["migration"]["id"].as_str().unwrap().clone_into(&mut stage.id);
        stage.new = rows(&stage.db());
        stage.save(Verb::Rollback);
        stage.left.insert(Verb::Apply, stage.kept());
        stage.whole(Verb::Rollback);
        stage.left.insert(Verb::Rollback, stage.kept());
        assert_eq!(stage.standing(), Standing::Old);
        stage
    }

    fn folder(&self) -> PathBuf {
        self.moved.project.root().join(".fairway")
    }

    fn db(&self) -> PathBuf {
        self.folder().join("state.db")
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.moved.project.root().parent().unwrap().join(name)
    }

    /// Where calls keep private copies: those that are killed leave them.
    fn temporary(&self) -> PathBuf {
        self.beside("temporary")
    }

    /// The project's folder as it is before a call.
    fn saved(&self, verb: Verb) -> PathBuf {
        self.beside(&format!("before-{verb:?}"))
    }

    fn save(&self, verb: Verb) {
        copy(&self.folder(), &self.saved(verb));
    }

    /// The project's folder as it is before a call, once more.
    fn restore(&self, verb: Verb) {
        std::fs::remove_dir_all(self.folder()).unwrap();
        copy(&self.saved(verb), &self.folder());
    }

    fn words(&self, verb: Verb) -> Vec<&str> {
        match verb {
            Verb::Apply => Move::apply_words().to_vec(),
            Verb::Rollback => vec!["migrate", "rollback", &self.id],
        }
    }

    fn call(&self, verb: Verb) -> Command {
        let mut call = self.moved.project.fairway(&self.moved.project.root());
        call.args(self.words(verb)).arg("--json").env("TMPDIR", self.temporary());
        call.stdout(Stdio::null()).stderr(Stdio::null());
        call
    }

    fn whole(&self, verb: Verb) {
        self.moved.project.ok(&self.words(verb));
    }

    /// Which store is there; it is whole.
    fn standing(&self) -> Standing {
        self.moved.project.ok(&["db", "check"]);
        self.look(&self.db())
    }

    fn look(&self, db: &Path) -> Standing {
        let found = rows(db);
        let applied: i64 = Connection::open(db)
            .unwrap()
            .query_row("SELECT COUNT(*) FROM migrations WHERE state = 'applied'", [], |row| row.get(0))
            .unwrap();
        match applied {
            0 if found == self.old => Standing::Old,
            1 if found == self.new => Standing::New,
            _ => panic!("neither of the two stores, with {applied} applied migrations"),
        }
    }

    /// The files in the folder of migrations.
    fn kept(&self) -> Vec<PathBuf> {
        kept(&self.folder())
    }

    /// The same call again ends as a call that nobody cut short, and nothing tells the difference.
    fn converges(&self, verb: Verb) {
        self.whole(verb);
        assert_eq!(self.standing(), verb.leads().1);
        assert_eq!(self.kept(), self.left[&verb]);
        assert_eq!(self.moved.sources(), self.sources);
    }
}

/// The files in the folder of migrations of a project's folder.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let root = folder.join("migrations");
    // What is kept of a queue is none of git's business.
    assert_eq!(std::fs::read_to_string(root.join(".gitignore")).unwrap(), "*\n");
    let files = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().map(Result::unwrap);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(&root).unwrap().to_owned())
        .collect()
}

/// Every row, but of what tells of migrations, of who asked for what, and of the time of files.
fn rows(db: &Path) -> Rows {
    let db = Connection::open(db).unwrap();
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'
                  AND name NOT IN ('migrations', 'audit_events', 'store_settings')";
    let mut statement = db.prepare(tables).unwrap();
    let tables: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let read = |table: String| {
        let mut statement = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let shown = |row: &rusqlite::Row<'_>| {
            (0..columns).map(|column| row.get::<_, Value>(column)).collect::<Result<Vec<_>, _>>()
        };
        let found = statement.query_map([], shown).unwrap();
        let mut found: Vec<String> = found.map(|row| format!("{:?}", row.unwrap())).collect();
        found.sort_unstable();
        (table, found)
    };
    tables.into_iter().map(read).collect()
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(copied.success());
}
