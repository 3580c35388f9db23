//! Importing queue files: what arrives, what a later import touches, and what is never touched.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::Project;

/// A project with the lanes and rules of GPUaaS.
pub(crate) fn gpuaas() -> Project {
    let project = Project::repository();
    project.ok(&["init", "--preset", "gpuaas"]);
    project
}

/// A project with the roles of the sample queues.
pub(crate) fn generic() -> Project {
    let project = Project::repository();
    project.ok(&["init"]);
    let roles = ["backend", "ui", "ops", "arch", "governance"]
        .map(|role| format!("[[roles]]\nname = \"{role}\"\n\n"))
        .concat();
    project.write(".fairway/config.toml", &format!("[fairway]\nproject_name = \"repo\"\n\n{roles}"));
    project
}

pub(crate) fn repository_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The whole store, without the log of who asked for what.
pub(crate) fn store(project: &Project) -> Value {
    let mut document = project.json(&["db", "export"]);
    document.as_object_mut().unwrap().remove("audit_events");
    document
}

fn rows<'v>(document: &'v Value, table: &str) -> &'v Vec<Value> {
    document[table].as_array().unwrap_or_else(|| panic!("no table {table}"))
}

fn row<'v>(document: &'v Value, table: &str, column: &str, id: &str) -> &'v Value {
    rows(document, table).iter().find(|row| row[column] == id).unwrap_or_else(|| panic!("no {id} in {table}"))
}

fn import(project: &Project, text: &str, flags: &[&str]) -> Value {
    project.write("queue.yaml", text);
    let words: Vec<&str> = ["import", "queue.yaml"].iter().chain(flags).copied().collect();
    project.json(&words)
}

#[test]
fn the_legacy_queue_arrives_with_its_states() {
    let project = gpuaas();
    let queue = "doc/governance/Agent_Work_Queue.yaml";
    let legacy = repository_file("fixtures/gpuaas/checkout").join(queue);
    project.write(queue, &std::fs::read_to_string(legacy).unwrap());
    let planned = project.json(&["import", queue, "--state-once", "--dry-run"]);
    // An export would read the queue file itself.
    let db = rusqlite::Connection::open(project.root().join(".fairway/state.db")).unwrap();
    let count: i64 = db.query_row("SELECT COUNT(*) FROM task_definitions", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 0, "a dry run writes nothing");
    let mut done = project.json(&["import", queue, "--state-once"]);
    assert_eq!((&planned["applied"], &done["applied"]), (&json!(false), &json!(true)));
    done["applied"] = json!(false);
    assert_eq!(planned, done, "the dry run prints what applying does");

    let after = store(&project);
    for table in done["tables"].as_array().unwrap() {
        let target = table["target"].as_str().unwrap();
        assert_eq!(json!(rows(&after, target).len()), table["added"], "{target}");
    }
    assert_eq!(done["tasks"], json!(62));
    let seeded = row(&after, "task_state", "task_id", "A-FOUND-API-SKELETON");
    assert_eq!(seeded["completed_at"], "2026-01-12T09:00:00.000Z");
    let history = row(&after, "task_state_history", "task_id", "A-FOUND-API-SKELETON");
    assert_eq!(
        (&history["from_status"], &history["command_source"], &history["reason"]),
        (&Value::Null, &json!("import"), &Value::Null)
    );

    let again = project.json(&["import", queue, "--state-once"]);
    assert_eq!(again["definitions"]["unchanged"], json!(62));
    assert_eq!(store(&project), after, "a second import changes nothing");
}

#[test]
fn sample_queues_give_their_fields_back() {
    let project = generic();
    for sample in ["platform-foundation-queue.yaml", "fairway-adoption-improvements.yaml"] {
        let path = repository_file(&format!("fixtures/samples/{sample}"));
        let source: Value = serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let source = source["tasks"].as_array().unwrap();
        let path = path.to_str().unwrap();
        assert_eq!(project.json(&["import", path, "--dry-run"])["problems"], json!([]));
        assert_eq!(project.json(&["import", path])["definitions"]["arrived"], json!(source.len()));
        let after = store(&project);
        for task in source {
            let id = task["id"].as_str().unwrap();
            let found = row(&after, "task_definitions", "id", id);
            let extra: Value = parsed(&found["extra"]);
            for field in ["profile", "owning_layer", "source_paths", "review_domains", "risk_level"] {
                assert_eq!(extra[field], task[field], "{id} {field}");
            }
            assert_eq!(parsed(&found["acceptance_checks"]), task["acceptance_checks"], "{id}");
        }
    }
}

/// A JSON column, exported as text or as what it says.
fn parsed(value: &Value) -> Value {
    value.as_str().map_or_else(|| value.clone(), |text| serde_json::from_str(text).unwrap())
}

#[test]
fn a_list_an_envelope_and_json_are_the_same_queue() {
    let mut seen = Vec::new();
    for (name, text) in [
        (
            "list.yaml",
            "- {id: A-1, title: One, role: ui}\n- {id: A-2, title: Two, role: ops, depends_on: [A-1], x: 1}\n",
        ),
        (
            "envelope.yml",
            "version: 3\ntasks:\n- {id: A-1, title: One, role: ui}\n- {id: A-2, title: Two, role: ops, depends_on: [A-1], x: 1}\n",
        ),
        (
            "queue.json",
            r#"{"tasks": [{"id": "A-1", "title": "One", "role": "ui"},
                          {"id": "A-2", "title": "Two", "role": "ops", "dependencies": ["A-1"], "x": 1}]}"#,
        ),
    ] {
        let project = generic();
        project.write(name, text);
        project.json(&["import", name]);
        let mut document = store(&project);
        document.as_object_mut().unwrap().remove("envelope");
        seen.push(document);
    }
    assert_eq!(rows(&seen[0], "task_definitions").len(), 2);
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

#[test]
fn what_stands_beside_the_tasks_is_kept() {
    let project = generic();
    let envelope = |project: &Project| store(project)["envelope"].clone();
    assert_eq!(envelope(&project), json!({}));
    let text = "version: 3\nupdated_at: 2026-02-27\ntasks:\n- {id: A-1, title: One, role: ui}\nnotes: {by: [ops, ~]}\n";
    let plan = import(&project, text, &[]);
    let expected =
        json!({"version": 3, "updated_at": "2026-02-27T00:00:00Z", "notes": {"by": ["ops", null]}});
    assert_eq!((&plan["envelope"], &envelope(&project)), (&expected, &expected));
    let order: Vec<String> = envelope(&project).as_object().unwrap().keys().cloned().collect();
    assert_eq!(order, ["version", "updated_at", "notes"], "as the file has them");

    import(&project, "version: 4\ntasks:\n- {id: A-1, title: One, role: ui}\n", &[]);
    assert_eq!(envelope(&project), json!({"version": 4}), "what left the file is gone");
    project.ok(&["add", "A-2", "--title", "By hand", "--role", "ui"]);
    assert_eq!(envelope(&project), json!({"version": 4}));
    import(&project, "- {id: A-1, title: One, role: ui}\n", &[]);
    assert_eq!(envelope(&project), json!({}), "a bare list has nothing beside its tasks");
}

#[test]
fn the_configuration_says_what_other_queues_call_a_field() {
    let text = "- {id: A-1, title: One, role: ui}\n- {id: A-2, title: Two, role: ui, dependencies: [A-1], needs: x}\n";
    let facts = |field_names: &str| {
        let project = generic();
        let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
        project.write(".fairway/config.toml", &format!("{config}[import]\n{field_names}\n"));
        import(&project, text, &[]);
        let detail = project.json(&["task-detail", "A-2"]);
        (detail["task"]["depends_on"].clone(), detail["task"]["extra"].clone())
    };
    assert_eq!(facts(""), (json!(["A-1"]), json!({"needs": "x"})), "the names of the prototype");
    assert_eq!(facts("field_names = {}"), (json!([]), json!({"dependencies": ["A-1"], "needs": "x"})));
    let (depends_on, extra) = facts("field_names = { dependencies = \"depends_on\", needs = \"notes\" }");
    assert_eq!((depends_on, extra), (json!(["A-1"]), json!({})));
}

#[test]
fn state_comes_once() {
    let project = generic();
    let done = "- {id: A-1, title: One, role: ui, status: done, owner: x, completed_at: '2026-01-01'}\n";
    let plan = import(&project, done, &[]);
    assert_eq!((&plan["states"]["todo"], &plan["states"]["from_file"]), (&json!(1), &json!(0)));
    let state = |id: &str| row(&store(&project), "task_state", "task_id", id)["status"].clone();
    assert_eq!(state("A-1"), "todo");

    let more = format!("{done}- {{id: A-2, title: Two, role: ui, status: done}}\n");
    let plan = import(&project, &more, &["--state-once"]);
    assert_eq!((&plan["states"]["kept"], &plan["states"]["from_file"]), (&json!(1), &json!(1)));
    assert_eq!((state("A-1"), state("A-2")), (json!("todo"), json!("done")));

    project.ok(&["set-status", "A-1", "in_progress"]);
    let again = more.replace("title: One", "title: Uno");
    let plan = import(&project, &again, &["--state-once"]);
    assert_eq!((&plan["definitions"]["changed"], &plan["states"]["kept"]), (&json!(1), &json!(2)));
    assert_eq!(state("A-1"), "in_progress");
    assert_eq!(row(&store(&project), "task_definitions", "id", "A-1")["title"], "Uno");
}

#[test]
fn tasks_that_leave_stay_in_the_store() {
    let project = generic();
    import(
        &project,
        "- {id: A-1, title: One, role: ui}\n- {id: A-2, title: Two, role: ui, depends_on: [A-1]}\n",
        &[],
    );
    project.ok(&["add", "A-3", "--title", "By hand", "--role", "ui", "--dependencies", "A-2"]);
    let plan = import(&project, "- {id: A-1, title: One, role: ui}\n", &[]);
    assert_eq!(plan["definitions"]["left"], json!(["A-2"]));
    let after = store(&project);
    let left = row(&after, "task_definitions", "id", "A-2");
    assert_eq!((&left["in_source"], &left["file_order"]), (&json!(0), &json!(1)));
    assert_eq!(row(&after, "task_definitions", "id", "A-3")["in_source"], json!(1));
    let dependencies = rows(&after, "task_dependencies");
    assert_eq!(dependencies.len(), 1, "those of a task that left are gone: {dependencies:?}");
    assert_eq!(dependencies[0]["task_id"], "A-3");

    let plan =
        import(&project, "- {id: A-2, title: Two, role: ui}\n- {id: A-1, title: One, role: ui}\n", &[]);
    assert_eq!(plan["definitions"]["left"], json!([]));
    assert_eq!((&plan["definitions"]["changed"], &plan["definitions"]["moved"]), (&json!(1), &json!(1)));
    let ready = project.json(&["ready"]);
    let ids: Vec<_> = ready["tasks"].as_array().unwrap().iter().map(|task| &task["id"]).collect();
    assert_eq!(ids, ["A-2", "A-1"], "the order of the file");
}

#[test]
fn a_finished_dependency_is_counted_as_met_on_arrival() {
    let project = generic();
    let text = "- {id: A-2, title: T, role: ui, depends_on: [A-1]}\n- {id: A-1, title: T, role: ui, status: done}\n\
                - {id: A-3, title: T, role: ui, depends_on: [A-2]}\n";
    import(&project, text, &["--state-once"]);
    let ids = |project: &Project| -> Vec<String> {
        let ready = project.json(&["ready"]);
        ready["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|task| task["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&project), ["A-2"]);
    import(&project, &text.replace("depends_on: [A-2]", "depends_on: [A-1]"), &[]);
    assert_eq!(ids(&project), ["A-2", "A-3"], "a changed dependency is counted anew");
}

#[test]
fn a_broken_queue_changes_nothing() {
    let project = generic();
    import(&project, "- {id: A-1, title: One, role: ui}\n", &[]);
    let before = store(&project);
    project.write("queue.yaml", "- {id: A-1, title: Uno, role: ui}\n- {id: A-2, title: Two, role: iu}\n");
    let answer = project.run(&["import", "queue.yaml", "--json"]);
    assert_eq!(answer.code, 1);
    let envelope: Value = serde_json::from_str(&answer.stderr).unwrap();
    let error = &envelope["error"];
    assert_eq!((&error["code"], &error["tasks"]), (&json!("broken-queue"), &json!(2)));
    let problem = &error["problems"][0];
    assert_eq!((&problem["code"], &problem["value"]), (&json!("unknown-role"), &json!("iu")));
    assert_eq!((&problem["line"], &problem["column"]), (&json!(2), &json!(31)));
    assert_eq!(store(&project), before);

    for (words, code) in [(["import", "nowhere.yaml"], 3), (["import", "."], 2)] {
        let answer = project.run(&words);
        assert_eq!(answer.code, code, "{answer:?}");
        assert!(answer.stderr.contains("hint: "), "{answer:?}");
    }
    assert_eq!(store(&project), before);
}
