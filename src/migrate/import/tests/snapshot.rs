//! A database of the legacy's, written at once into a store that has no tasks: what comes of it is what comes of it task by
//! task, whether a table is short or so long that two threads share it.

use std::path::Path;

use rusqlite::Connection;

use super::*;
use crate::legacy::snapshot::Mapping;

const TABLES: &str = "
    CREATE TABLE tasks (id TEXT PRIMARY KEY, title TEXT, role TEXT, status TEXT, owner TEXT, branch TEXT, claimed_at TEXT,
      completed_at TEXT, blocked_reason TEXT, review_state TEXT, updated_at TEXT, in_yaml INTEGER, odd TEXT);
    CREATE TABLE task_dependencies (task_id TEXT, depends_on TEXT, position INTEGER, PRIMARY KEY (task_id, depends_on));
    CREATE TABLE task_history (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT, from_status TEXT, to_status TEXT,
      actor TEXT, reason TEXT, at TEXT);
    INSERT INTO tasks (id, title, role, status, updated_at, in_yaml) VALUES
      ('T0', 'T', 'api', 'todo', '2026-01-01T00:00:00Z', 1), ('T1', 'T', 'api', 'done', 'soon', 1),
      ('T2', 'other', 'api', 'blocked', '2026-01-01T00:00:00.1234Z', 1), ('T7', 'gone', 'api', 'todo', '2026-01-01', 0),
      ('T8', 'gone', 'api', 'in_progress', '2026-01-01', 0);
    UPDATE tasks SET odd = 'kept', blocked_reason = 'why' WHERE id = 'T2';
    UPDATE tasks SET owner = 'api', branch = 'b', claimed_at = '2026-01-02T00:00:00Z' WHERE id = 'T8';
    INSERT INTO task_dependencies VALUES ('T0', 'T2', 0), ('T7', 'T8', 0), ('T8', 'T1', 0), ('T7', 'nobody', 1);";

/// Transitions of tasks that are there, and now and then one of a task that is not, or with a time that the store cannot hold.
const HISTORY: &str = "
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ROWS)
    INSERT INTO task_history (id, task_id, from_status, to_status, actor, reason, at)
    SELECT n * 2, CASE n % 97 WHEN 0 THEN 'nobody' ELSE 'T' || substr('01278', n % 5 + 1, 1) END, 'todo', 'todo',
      CASE n % 89 WHEN 0 THEN '' ELSE 'a' || n END, nullif(n % 3, 0), CASE n % 83 WHEN 0 THEN '2026-01-01T00:00:00.12345Z'
      WHEN 1 THEN 'soon' ELSE strftime('%Y-%m-%dT%H:%M:%SZ', 1772150400 + n, 'unixepoch') END FROM n";

fn snapshot(folder: &tempfile::TempDir, rows: usize) -> Snapshot {
    let path = folder.path().join("queue.db");
    let database = Connection::open(&path).unwrap();
    database.execute_batch(&format!("{TABLES}{}", HISTORY.replace("ROWS", &rows.to_string()))).unwrap();
    database.close().unwrap();
    Snapshot::open(&path, Mapping::named("gpuaas", Path::new("/nowhere")).unwrap()).unwrap()
}

const QUEUE: &[u8] = br#"[{"id": "T0", "title": "T", "role": "api", "depends_on": ["T2", "T1"]}, {"id": "T1", "title": "T",
    "role": "api"}, {"id": "T2", "title": "T", "role": "api", "depends_on": ["T1"]}, {"id": "T3", "title": "T", "role": "api",
    "status": "done", "depends_on": ["T0"]}, {"id": "T4", "title": "T", "role": "api", "depends_on": ["T3"]}]"#;

/// Lets `run` import a database with so many transitions, and the queue beside it, into a new store at this path.
fn with<T>(rows: usize, run: impl FnOnce(Import<'_>, &mut Store, &Path) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let (snapshot, mut store) = (snapshot(&folder, rows), store(&folder));
    let queue = parse("q.json", QUEUE, Format::Json, &rules());
    let stamp = SourceStamp::look(Path::new("q.json")).with_digest(&queue.digest);
    let (statuses, snapshot) = (statuses(), Some(&snapshot));
    let import = Import {
        queue: &queue,
        stamp: &stamp,
        snapshot,
        state_once: true,
        statuses: &statuses,
        watch: &Unwatched,
    };
    run(import, &mut store, &folder.path().join("state.db"))
}

/// What an import leaves, and what its plan says.
fn imported(rows: usize, write: impl FnOnce(&mut Planned<'_>, &Writer<'_>)) -> (Value, Value) {
    with(rows, |import, store, _| {
        let dry = store.read(|reader| import.plan(&reader).map(|planned| planned.plan)).unwrap();
        let now = Timestamp::from_seconds(1_772_150_400).unwrap();
        let mut plan = store
            .write_many("import", "tester", now, |tx| {
                let mut planned = import.decide(tx, Records::WhenWritten)?;
                write(&mut planned, tx);
                Ok::<_, ImportError>(planned.plan)
            })
            .unwrap();
        plan.seal(&import).unwrap();
        assert_eq!(json!(dry), json!(plan), "a dry run says what is done");
        (json!(store.read(|reader| reader.dump()).unwrap()), json!(plan.tables))
    })
}

#[test]
fn at_once_or_task_by_task_it_is_the_same() {
    for rows in [10, 1_000, 3 * tables::WORTH_A_THREAD] {
        let at_once = imported(rows, |planned, tx| planned.fill(tx).unwrap());
        let task_by_task = imported(rows, |planned, tx| planned.apply_changes(tx).unwrap());
        assert_eq!(at_once, task_by_task);
        let (dump, _) = at_once;
        let kept = dump["preserved_rows"].as_array().unwrap().iter();
        let kept = kept.filter(|row| row["source_table"] == "task_history").count();
        // Those with another's task or no actor, and what the store cannot hold of a time.
        let apart = (1..=rows).filter(|n| n % 97 == 0 || n % 89 == 0 || n % 83 == 0).count();
        let lost = (1..=rows).filter(|n| n % 97 == 0 || n % 89 == 0).count();
        assert_eq!(kept, apart);
        // The file names the state of one task that the database does not have.
        assert_eq!(dump["task_state_history"].as_array().unwrap().len(), rows - lost + 1);
    }
}

#[test]
fn a_row_that_cannot_be_written_ends_both_threads() {
    with(3 * tables::WORTH_A_THREAD, |import, store, path| {
        // Somebody's trigger stands for a disk that is full.
        let full = "CREATE TRIGGER full BEFORE INSERT ON task_state_history WHEN NEW.id = 5000 BEGIN SELECT RAISE(ABORT, 'full'); END";
        Connection::open(path).unwrap().execute_batch(full).unwrap();
        let error = import.run(store, "import", "tester", Timestamp::now()).unwrap_err();
        assert!(format!("{error:?}").contains("full"), "{error:?}");
        assert_eq!(store.read(|reader| reader.task_ids()).unwrap(), [], "nothing was written");
    });
}
