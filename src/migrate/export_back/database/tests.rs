use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::legacy::queue::{Format, QueueDocument, parse};
use crate::migrate::Unwatched;
use crate::migrate::import::{Import, SourceStamp};
use crate::model::Timestamp;
use crate::policy::definitions::ImportRules;
use crate::store::{NewEvidence, Settings, Store};

const SCHEMA: &str = "
CREATE TABLE tasks (id TEXT PRIMARY KEY, title TEXT NOT NULL, role TEXT NOT NULL, in_yaml INTEGER NOT NULL DEFAULT 1,
  file_order INTEGER, status TEXT NOT NULL CHECK (status IN ('todo','in_progress','blocked','done')), owner TEXT,
  claimant TEXT, branch TEXT, claimed_at TEXT, completed_at TEXT, commit_sha TEXT, updated_at TEXT NOT NULL,
  blocked_reason TEXT NOT NULL DEFAULT '', review_state TEXT, colour TEXT);
CREATE TABLE task_dependencies (task_id TEXT, depends_on TEXT, position INTEGER);
CREATE TABLE task_history (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL REFERENCES tasks(id),
  from_status TEXT, to_status TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE evidence (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL REFERENCES tasks(id),
  command TEXT NOT NULL, result TEXT NOT NULL, artifact TEXT NOT NULL DEFAULT '', artifact_type TEXT NOT NULL DEFAULT '',
  duration_seconds INTEGER, notes TEXT NOT NULL DEFAULT '', actor TEXT NOT NULL, recorded_at TEXT NOT NULL);
CREATE TABLE moods (task_id TEXT, mood TEXT);
PRAGMA user_version = 5;
INSERT INTO tasks VALUES ('A','t','api',1,0,'in_progress','codex','','',NULL,'2026-01-16',NULL,'2026-02-01T00:00:00Z','','changes','red');
INSERT INTO tasks VALUES ('B','t','api',1,1,'todo',NULL,NULL,NULL,NULL,NULL,NULL,'2026-02-01T00:00:00Z','',NULL,NULL);
INSERT INTO task_history VALUES (4,'A',NULL,'in_progress','x','claim','2026-02-01');
INSERT INTO evidence VALUES (7,'A','make','pass','','',12,'','x','2026-02-01 10:00:00 +0000');
INSERT INTO evidence VALUES (8,'GONE','make','pass','','',12,'','x','2026-02-01');
INSERT INTO moods VALUES ('A','good');
";

/// A legacy database, its queue, and a store into which both were imported.
struct Moved {
    folder: TempDir,
    store: Store,
}

fn statuses() -> Vec<String> {
    ["todo", "in_progress", "blocked", "done", "parked"].map(str::to_owned).to_vec()
}

fn queue() -> QueueDocument {
    let rules = ImportRules {
        roles: vec!["api".to_owned()],
        statuses: statuses(),
        id_pattern: regex::Regex::new("^[A-Z]$").unwrap(),
        expected_version: None,
        aliases: Vec::new(),
        role_names: Vec::new(),
        weights: std::collections::BTreeMap::new(),
    };
    parse("q.yaml", b"- {id: A, title: t, role: api}\n- {id: B, title: t, role: api}\n", Format::Yaml, &rules)
}

impl Moved {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let legacy = Connection::open(folder.path().join("queue.db")).unwrap();
        legacy.pragma_update(None, "foreign_keys", false).unwrap();
        legacy.execute_batch(SCHEMA).unwrap();
        drop(legacy);
        let settings = Settings {
            project: "p".to_owned(),
            terminal: vec!["done".to_owned()],
            busy_timeout: Duration::from_secs(1),
        };
        let mut store = Store::create(&folder.path().join("state.db"), settings, Timestamp::now()).unwrap();
        let (queue, stamp) = (queue(), SourceStamp::look(Path::new("q.yaml")));
        let snapshot = Snapshot::open(&folder.path().join("queue.db"), mapping()).unwrap();
        let import = Import {
            queue: &queue,
            stamp: &stamp,
            snapshot: Some(&snapshot),
            state_once: true,
            statuses: &statuses(),
            watch: &Unwatched,
        };
        import.run(&mut store, "import", "tester", Timestamp::now()).unwrap();
        Self { folder, store }
    }

    /// Writes the way back, and answers what the database then says.
    fn back(&self) -> (DatabaseBack, Vec<String>) {
        let from = self.folder.path().join("queue.db");
        let to = self.folder.path().join("back.db");
        std::fs::copy(&from, &to).unwrap();
        let snapshot = Snapshot::open(&from, mapping()).unwrap();
        let mut out = Outward::open(&to).unwrap();
        let back = self.store.read(|reader| write(&snapshot, &reader, &statuses(), &mut out)).unwrap();
        drop(out);
        (back, rows(&to))
    }

    fn write(&mut self, body: impl FnOnce(&crate::store::Writer<'_>)) {
        let now = Timestamp::parse("2026-02-27T16:00:00Z").unwrap();
        let written: Result<(), crate::store::StoreError> = self.store.write("test", "tester", now, |tx| {
            body(tx);
            Ok(())
        });
        written.unwrap();
    }
}

fn mapping() -> Mapping {
    Mapping::named("gpuaas", Path::new("/nowhere")).unwrap()
}

/// Every row of every table, as SQLite would write it.
fn rows(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let mut all = Vec::new();
    for table in ["tasks", "task_dependencies", "task_history", "evidence", "moods"] {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1")).unwrap();
        let columns = statement.column_count();
        let mut found = statement.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let values: Vec<String> =
                (0..columns).map(|column| format!("{:?}", row.get_ref(column).unwrap())).collect();
            all.push(format!("{table}: {}", values.join(" ")));
        }
    }
    all
}

#[test]
fn what_did_not_change_keeps_its_own_spelling() {
    let moved = Moved::new();
    let before = rows(&moved.folder.path().join("queue.db"));
    let (back, after) = moved.back();
    assert_eq!(after, before);
    assert!(
        back.tables.iter().all(|table| (table.changed, table.added, table.removed) == (0, 0, 0)),
        "{back:?}"
    );
    assert_eq!(back.lost, [], "{back:?}");
}

#[test]
fn what_changed_is_written_in_the_legacys_words() {
    let mut moved = Moved::new();
    let before = rows(&moved.folder.path().join("queue.db"));
    moved.write(|tx| {
        let mut state = tx.states().unwrap().remove("B").unwrap();
        state.status = "in_progress".to_owned();
        state.owner = Some("claude".to_owned());
        state.claimed_at = Some("2026-02-27T16:00:00.000Z".to_owned());
        tx.replace_state("B", &state).unwrap();
        tx.add_history(&crate::store::NewHistory {
            task_id: "B",
            from_status: Some("todo"),
            to_status: "in_progress",
            owner: Some("claude"),
            branch: None,
            commit_sha: None,
            reason: None,
        })
        .unwrap();
        tx.add_evidence(&NewEvidence {
            task_id: "A",
            command_text: "make test",
            result: crate::model::records::EvidenceResult::Pass,
            artifact_path: None,
            artifact_type: None,
            duration_seconds: None,
            notes: None,
        })
        .unwrap();
    });
    let (back, after) = moved.back();
    let new: Vec<&String> = after.iter().filter(|row| !before.contains(row)).collect();
    assert_eq!(new.len(), 3, "{new:#?}");
    let text = new.iter().map(|row| row.as_str()).collect::<Vec<_>>().join("\n");
    for part in ["in_progress", "claude", "2026-02-27T16:00:00Z", "make test"] {
        assert!(text.contains(&format!("Text({:?})", part.as_bytes())), "{part} in {text}");
    }
    let lost: Vec<&str> = back.lost.iter().map(|lost| lost.what.as_str()).collect();
    assert_eq!(lost, ["task_state_history.owner"], "{back:?}");
}

#[test]
fn what_the_legacy_cannot_express_is_listed_and_the_rest_is_written() {
    let mut moved = Moved::new();
    moved.write(|tx| {
        let mut state = tx.states().unwrap().remove("B").unwrap();
        state.status = "parked".to_owned();
        tx.replace_state("B", &state).unwrap();
        let mut other = tx.states().unwrap().remove("A").unwrap();
        other.owner = Some("claude".to_owned());
        tx.replace_state("A", &other).unwrap();
    });
    let (back, _) = moved.back();
    assert_eq!(back.lost.len(), 1, "{back:?}");
    assert_eq!((back.lost[0].what.as_str(), back.lost[0].first.as_str()), ("task_state", "B"));
    assert_eq!(back.tables[0].changed, 1);
}
