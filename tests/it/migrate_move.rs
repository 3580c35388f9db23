//! Moving a legacy queue: planned, applied, looked at, rolled back; refused where something would be lost.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::import_queue::{gpuaas, store};
use crate::support::{Answer, Project, legacy_copy};

pub(crate) const QUEUE: &str = "doc/governance/Agent_Work_Queue.yaml";
const PACKS: &str = "doc/governance/Workflow_Regression_Packs.yaml";

/// A project with the legacy's sources in a checkout of their own beside it: `legacy`, a repository.
pub(crate) struct Move {
    pub(crate) project: Project,
}

impl Move {
    pub(crate) fn new() -> Self {
        Self::of(&legacy_copy::standard())
    }

    /// With the sources of that copy.
    pub(crate) fn of(copy: &Path) -> Self {
        let made = Self { project: gpuaas() };
        // Else every verb would read the project's own queue file again, which this project does not have.
        let config = std::fs::read_to_string(made.project.root().join(".fairway/config.toml")).unwrap();
        let inline =
            config.replacen(&format!("queue_source = \"yaml:{QUEUE}\""), "queue_source = \"inline\"", 1);
        assert_ne!(config, inline);
        made.project.write(".fairway/config.toml", &inline);
        let from = made.from();
        std::fs::create_dir_all(from.join("doc/governance")).unwrap();
        made.git(&["init", "-q", "-b", "master"]);
        for path in [QUEUE, PACKS] {
            std::fs::copy(copy.join(path), from.join(path)).unwrap();
        }
        std::fs::create_dir(from.join(".git/agent_queue")).unwrap();
        std::fs::copy(copy.join(".git/agent_queue/agent_queue.db"), made.database()).unwrap();
        made
    }

    pub(crate) fn from(&self) -> PathBuf {
        self.project.root().join("legacy")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.from().join(".git/agent_queue/agent_queue.db")
    }

    fn git(&self, words: &[&str]) {
        let done = self.project.command("git", &self.from()).args(words).status().unwrap();
        assert!(done.success());
    }

    /// Plans into `plan.json`.
    pub(crate) fn plan(&self) -> Value {
        self.project.json(&["migrate", "plan", "--from", "legacy", "--out", "plan.json"])
    }

    pub(crate) fn apply_words() -> [&'static str; 6] {
        ["migrate", "apply", "plan.json", "--no-rehearsal", "--reason", "a test"]
    }

    pub(crate) fn apply(&self) -> Value {
        self.project.json(&Self::apply_words())
    }

    fn refused(&self, words: &[&str]) -> Value {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        let answer: Answer = self.project.run(&words);
        assert_ne!(answer.code, 0, "{answer}");
        serde_json::from_str::<Value>(&answer.stderr).unwrap()["error"].clone()
    }

    /// Every file of the checkout, by its digest; of a database that nobody writes as well.
    pub(crate) fn sources(&self) -> Vec<(PathBuf, String)> {
        let files = walkdir::WalkDir::new(self.from()).sort_by_file_name().into_iter().map(Result::unwrap);
        files
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| (entry.path().to_owned(), digest(entry.path())))
            .collect()
    }

    fn folder(&self, id: &Value) -> PathBuf {
        self.project.root().join(".fairway/migrations").join(id.as_str().unwrap())
    }
}

fn digest(path: &Path) -> String {
    Sha256::digest(std::fs::read(path).unwrap())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

/// The store without what tells of migrations.
pub(crate) fn queue_of(project: &Project) -> Value {
    let mut document = store(project);
    document.as_object_mut().unwrap().remove("migrations");
    document
}

/// Nobody can rewrite a history, so a queue with an odd one can be moved all the same.
#[test]
fn a_history_that_does_not_follow_from_itself_comes_along_as_it_is() {
    let moved = Move::new();
    let legacy = Connection::open(moved.database()).unwrap();
    let odd = "INSERT INTO task_history (task_id, from_status, to_status, actor, reason, at)
        SELECT id, 'odd', status, 'somebody', 'r', '2026-02-20T09:00:00Z' FROM tasks WHERE status = 'done' LIMIT 1";
    assert_eq!(legacy.execute(odd, []).unwrap(), 1);
    drop(legacy);
    let plan = moved.plan();
    assert_eq!(plan["findings"], json!([]), "{plan:#}");
    let hazards = plan["hazards"].as_array().unwrap();
    let gaps = hazards.iter().find(|hazard| hazard["code"] == "history-gaps").unwrap();
    assert_eq!(gaps["count"], 1, "{gaps}");
    moved.apply();
    assert_eq!(moved.project.json(&["migrate", "verify"])["sound"], true);
    moved.project.ok(&["db", "check"]);
}

#[test]
fn a_plan_is_stable_and_touches_nothing() {
    let moved = Move::new();
    let legacy = Connection::open(moved.database()).unwrap();
    legacy.execute("UPDATE tasks SET role = 'B-ui' WHERE id = 'A-API-ERROR-MODEL'", []).unwrap();
    drop(legacy);
    let before = (moved.sources(), store(&moved.project));
    let plan = moved.plan();
    let first = std::fs::read_to_string(moved.project.root().join("plan.json")).unwrap();
    moved.project.run(&["migrate", "plan", "--from", "legacy", "--out", "again.json"]);
    let again = std::fs::read_to_string(moved.project.root().join("again.json")).unwrap();
    assert_eq!(first, again);
    assert_eq!((moved.sources(), store(&moved.project)), before);
    assert!(!first.contains("/tmp/"), "no path of a copy");
    assert_eq!((&plan["from"], &plan["adapter"]), (&json!("legacy"), &json!("gpuaas")));
    assert_eq!(plan["findings"], json!([]));
    for row in plan["import"]["tables"].as_array().unwrap() {
        let number = |name: &str| row[name].as_u64().unwrap();
        assert!(
            number("added") + number("changed") + number("kept") + number("preserved") >= number("read"),
            "{row}"
        );
    }
    let codes: Vec<&str> =
        plan["hazards"].as_array().unwrap().iter().map(|hazard| hazard["code"].as_str().unwrap()).collect();
    for code in ["state-drift", "definition-drift", "only-in-database"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    let drift = plan["import"]["definition_drift"].as_array().unwrap();
    let role =
        drift.iter().find(|drift| drift["task"] == "A-API-ERROR-MODEL" && drift["field"] == "role").unwrap();
    assert_eq!(role["wins"], "file");
    let text = moved.project.ok(&["migrate", "plan", "--from", "legacy"]);
    for word in ["rm ", "DROP", "DELETE", "reset --hard", "--force"] {
        assert!(!text.contains(word), "a plan prints nothing destructive: {word}");
    }
}

#[test]
fn what_was_applied_can_be_taken_back() {
    let moved = Move::new();
    let empty = queue_of(&moved.project);
    let plan = moved.plan();
    let sources = moved.sources();
    let applied = moved.apply();
    assert_eq!(applied["tasks"], json!(63));
    let folder = moved.folder(&applied["migration"]["id"]);
    assert_eq!(
        digest(&folder.join("sources/queue.yaml")),
        plan["sources"]["queue"]["sha256"].as_str().unwrap()
    );
    let copy = Connection::open(folder.join("sources/queue.db")).unwrap();
    let rows: i64 = copy.query_row("SELECT COUNT(*) FROM task_history", [], |row| row.get(0)).unwrap();
    assert_eq!(json!(rows), plan["sources"]["database"]["rows"]["task_history"]);
    assert!(!folder.join("before.db").exists(), "the store held nothing");
    moved.project.ok(&["db", "check"]);
    assert_eq!(moved.apply()["already"], json!(true));

    moved.project.ok(&["add", "A-NEW", "--title", "New", "--role", "A-backend"]);
    let id = applied["migration"]["id"].as_str().unwrap().to_owned();
    let undone = moved.project.json(&["migrate", "rollback", &id]);
    assert_eq!(undone["events"], json!(1));
    let journal: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("journal.json")).unwrap()).unwrap();
    assert_eq!(journal["since"]["audit_events"][0]["action"], "add");
    assert_eq!(journal["since"]["task_definitions"][0]["id"], "A-NEW");
    assert!(folder.join("undone.db").is_file());
    assert_eq!(queue_of(&moved.project), empty);
    moved.project.ok(&["db", "check"]);
    assert_eq!(moved.project.json(&["migrate", "rollback", &id])["already"], json!(true));
    let log = moved.project.json(&["migrate", "log"]);
    let events: Vec<&Value> = log["events"].as_array().unwrap().iter().map(|event| &event["event"]).collect();
    assert_eq!(events, [&json!("applied"), &json!("rolled_back")]);
    assert_eq!(moved.project.json(&["migrate", "status"])["migrations"][0]["state"], "rolled_back");
    let third = moved.apply();
    assert_ne!(
        third["migration"]["id"], applied["migration"]["id"],
        "a migration of its own, in the same second"
    );
    moved.project.ok(&["db", "check"]);
    assert_eq!(moved.sources(), sources);
}

#[test]
fn a_store_with_imports_comes_back_as_it_was() {
    let moved = Move::new();
    moved.project.write("first.yaml", "version: 1\ntasks:\n- id: A-OLD\n  title: Old\n  role: A-backend\n");
    moved.project.ok(&["import", "first.yaml"]);
    let before = queue_of(&moved.project);
    moved.plan();
    let applied = moved.apply();
    let folder = moved.folder(&applied["migration"]["id"]);
    assert_eq!(digest(&folder.join("before.db")), applied["migration"]["before_sha256"].as_str().unwrap());
    moved.project.ok(&["migrate", "rollback", applied["migration"]["id"].as_str().unwrap()]);
    assert_eq!(queue_of(&moved.project), before);
    moved.project.ok(&["db", "check"]);

    std::fs::write(folder.join("before.db"), "spoilt").unwrap();
    let again = moved.project.json(&["migrate", "rollback", applied["migration"]["id"].as_str().unwrap()]);
    assert_eq!(again["already"], json!(true), "it needs no copy any more");
}

/// A legacy that went on working is migrated anew, over the migration that stands; the two are taken back one after the other.
#[test]
fn a_second_migration_lies_over_the_first() {
    let moved = Move::new();
    let empty = queue_of(&moved.project);
    moved.plan();
    let first = moved.apply();
    let after_first = queue_of(&moved.project);
    let queue = std::fs::read_to_string(moved.from().join(QUEUE)).unwrap();
    let more = "\n  - id: A-SECOND\n    title: Came later\n    role: A-backend\n";
    std::fs::write(moved.from().join(QUEUE), queue.trim_end().to_owned() + more).unwrap();
    let legacy = Connection::open(moved.database()).unwrap();
    legacy
        .execute_batch(
            "UPDATE tasks SET status = 'blocked', blocked_reason = 'a part' WHERE id = 'A-API-ERROR-MODEL';
             INSERT INTO task_history (task_id, from_status, to_status, actor, reason, at)
             SELECT 'A-API-ERROR-MODEL', to_status, 'blocked', 'a@lane', 'a part', '2026-02-27T16:30:00Z'
             FROM task_history WHERE task_id = 'A-API-ERROR-MODEL' ORDER BY id DESC LIMIT 1;",
        )
        .unwrap();
    drop(legacy);
    let plan = moved.plan();
    assert_eq!((&plan["findings"], &plan["own_work"]), (&json!([]), &json!([])));
    let second = moved.apply();
    assert_eq!(second["tasks"], 64);
    assert_eq!(moved.project.json(&["migrate", "verify"])["sound"], true);
    let task = moved.project.json(&["task-detail", "A-API-ERROR-MODEL"]);
    assert_eq!(task["task"]["status"], "blocked");
    let id = |applied: &Value| applied["migration"]["id"].as_str().unwrap().to_owned();
    assert_eq!(moved.refused(&["migrate", "rollback", &id(&first)])["code"], "not-latest");
    moved.project.ok(&["migrate", "rollback", &id(&second)]);
    assert_eq!(queue_of(&moved.project), after_first);
    moved.project.ok(&["db", "check"]);
    moved.project.ok(&["migrate", "rollback", &id(&first)]);
    assert_eq!(queue_of(&moved.project), empty);
    moved.project.ok(&["db", "check"]);
}

#[test]
fn apply_refuses_what_would_lose_something() {
    let moved = Move::new();
    moved.plan();
    let before = queue_of(&moved.project);
    let words = Move::apply_words();
    assert_eq!(moved.refused(&["migrate", "apply", "plan.json"])["code"], "not-rehearsed");

    let plan = std::fs::read_to_string(moved.project.root().join("plan.json")).unwrap();
    moved.project.write("plan.json", &plan.replacen("A-API-ERROR-MODEL", "A-API-ERROR-MODEM", 1));
    assert_eq!(moved.refused(&words)["code"], "plan-edited");
    moved.project.write("plan.json", "{}");
    assert_eq!(moved.refused(&words)["code"], "not-a-plan");
    moved.project.write("plan.json", &plan);

    let queue = std::fs::read_to_string(moved.from().join(QUEUE)).unwrap();
    std::fs::write(moved.from().join(QUEUE), format!("{queue}\n# later\n")).unwrap();
    let error = moved.refused(&words);
    assert_eq!(error["code"], "sources-changed");
    assert!(error["message"].as_str().unwrap().contains(QUEUE), "{error}");
    std::fs::write(moved.from().join(QUEUE), &queue).unwrap();

    let legacy = Connection::open(moved.database()).unwrap();
    legacy
        .execute_batch(
            "PRAGMA journal_mode = DELETE; UPDATE tasks SET notes = 'later' WHERE id = 'A-API-ERROR-MODEL'",
        )
        .unwrap();
    drop(legacy);
    let error = moved.refused(&words);
    assert_eq!(error["code"], "sources-changed");
    assert!(error["message"].as_str().unwrap().contains("other rows"), "{error}");
    moved.plan();

    let config = std::fs::read_to_string(moved.project.root().join(".fairway/config.toml")).unwrap();
    let other = config.replacen("unparsed_time = \"warning\"", "unparsed_time = \"error\"", 1);
    assert_ne!(config, other);
    moved.project.write(".fairway/config.toml", &other);
    assert_eq!(moved.refused(&words)["code"], "plan-outdated");
    moved.project.write(".fairway/config.toml", &config);

    assert_eq!(queue_of(&moved.project), before, "nothing was written");
    moved.project.ok(&["add", "A-OWN", "--title", "Own", "--role", "A-backend"]);
    let error = moved.refused(&words);
    assert_eq!((&error["code"], &error["own_work"][0]["action"]), (&json!("own-work"), &json!("add")));
    assert_eq!(moved.refused(&["migrate", "rollback", "20260101-000000-00000000"])["code"], "not-found");
}

#[test]
fn a_damaged_database_is_refused_and_another_journal_is_read() {
    let moved = Move::new();
    let rows = moved.plan()["sources"]["database"]["rows_sha256"].clone();
    let legacy = Connection::open(moved.database()).unwrap();
    for mode in ["WAL", "TRUNCATE", "DELETE"] {
        legacy.pragma_update(None, "journal_mode", mode).unwrap();
        assert_eq!(moved.plan()["sources"]["database"]["rows_sha256"], rows, "{mode}, in use");
    }
    drop(legacy);
    let bytes = std::fs::read(moved.database()).unwrap();
    let mut damaged = bytes.clone();
    for page in damaged.chunks_mut(4096).skip(2) {
        page[..64].fill(0x5A);
    }
    std::fs::write(moved.database(), damaged).unwrap();
    let error = moved.refused(&["migrate", "plan", "--from", "legacy"]);
    assert_eq!(error["code"], "snapshot", "{error}");
    assert!(error["message"].as_str().unwrap().contains("damaged"), "{error}");
    std::fs::write(moved.database(), bytes).unwrap();
    moved.plan();
}

#[test]
fn two_migrations_do_not_run_at_once() {
    let moved = Move::new();
    moved.plan();
    let folder = moved.project.root().join(".fairway/migrations");
    std::fs::create_dir_all(&folder).unwrap();
    let lock = std::fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let error = moved.refused(&Move::apply_words());
    assert_eq!((&error["code"], &error["retryable"]), (&json!("busy"), &json!(true)));
    drop(lock);
    moved.apply();
}

#[test]
fn a_queue_file_is_a_source_by_itself() {
    let project = Project::initialised();
    project.write(
        "queue.yaml",
        "- id: A-1\n  title: yes it is\n  role: api\n  since: 2026-01-12\n  on: 1_000\n",
    );
    let plan = project.json(&["migrate", "plan", "--from", "queue.yaml", "--out", "plan.json"]);
    let values: Vec<&str> = plan["yaml_versions"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|group| group["values"].as_array().unwrap())
        .map(|value| value["path"].as_str().unwrap())
        .collect();
    assert_eq!(values, ["[0].on:", "[0].since", "[0].on"]);
    let applied = project.json(&Move::apply_words());
    assert_eq!(applied["tasks"], json!(1));
    let nowhere = project.run(&["migrate", "plan", "--from", ".git"]);
    assert_eq!(nowhere.code, 3, "{nowhere}");
}
