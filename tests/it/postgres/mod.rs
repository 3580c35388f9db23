//! The DDL for PostgreSQL, applied to a real one, beside that of the scripts.

mod server;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Project;
use crate::support::legacy_copy::standard;
use server::Server;

/// A project with the fixture queue and all that gathered in its database.
fn imported() -> Project {
    let project = Project::repository();
    project.ok(&["init", "--preset", "gpuaas"]);
    let copy = standard();
    let queue = "doc/governance/Agent_Work_Queue.yaml";
    project.write(queue, &std::fs::read_to_string(copy.join(queue)).unwrap());
    let snapshot = copy.join(".git/agent_queue/agent_queue.db");
    project.ok(&["import", queue, "--snapshot", snapshot.to_str().unwrap(), "--state-once"]);
    project
}

/// The DDL of the scripts, from a database that is copied first.
fn ddl_of_the_scripts() -> String {
    let script = standard().join("scripts/ops/agent_queue_postgres_compat.sh");
    let output = Command::new(script).env("QUEUE_READONLY", "1").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Rows as statements, in the order in which tables may be filled.
fn inserts(export: &Value, order: &[&str]) -> String {
    let mut sql = String::new();
    for table in order {
        let Some(rows) = export[*table].as_array().filter(|rows| !rows.is_empty()) else { continue };
        let rows: Vec<Value> = rows
            .iter()
            .map(|row| {
                let mut row = row.as_object().unwrap().clone();
                row.insert("project_id".to_owned(), "gpuaas".into());
                Value::Object(row)
            })
            .collect();
        let rows = Value::Array(rows).to_string();
        writeln!(
            sql,
            "INSERT INTO fairway.{table} SELECT * FROM json_populate_recordset(NULL::fairway.{table}, $rows${rows}$rows$);"
        )
        .unwrap();
    }
    sql
}

/// Schema, table and column to the column's type.
fn columns(server: &Server) -> BTreeMap<String, String> {
    let sql = "SELECT table_schema || '.' || table_name || '.' || column_name, data_type
               FROM information_schema.columns WHERE table_schema IN ('fairway', 'agent_queue')";
    let text = server.run(sql).unwrap();
    let pairs = text.lines().filter_map(|line| line.split_once('|'));
    pairs.map(|(column, kind)| (column.to_owned(), kind.to_owned())).collect()
}

/// Each of the scripts' columns with ours, as the import maps them.
fn mapping() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/mappings/gpuaas.toml");
    let mapping: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let mut pairs = Vec::new();
    let mut add = |source: &str, target: &str, columns: &toml::Value| {
        for (theirs, ours) in columns.as_table().unwrap() {
            let ours = ours.as_str().unwrap();
            pairs.push((format!("agent_queue.{source}.{theirs}"), format!("fairway.{target}.{ours}")));
        }
    };
    add("tasks", "task_definitions", &mapping["tasks"]["definition"]);
    add("tasks", "task_state", &mapping["tasks"]["state"]);
    for table in mapping["table"].as_array().unwrap() {
        add(table["source"].as_str().unwrap(), table["target"].as_str().unwrap(), &table["columns"]);
    }
    for own in ["task_id", "depends_on", "position"] {
        pairs.push((
            format!("agent_queue.task_dependencies.{own}"),
            format!("fairway.task_dependencies.{own}"),
        ));
    }
    pairs
}

#[test]
fn a_real_postgres_accepts_the_ddl_and_the_rows() {
    let project = imported();
    let ddl = project.ok(&["db", "compat", "--backend", "postgres", "--print-ddl"]);
    let shape = project.json(&["db", "compat", "--backend", "postgres"]);
    let export = project.json(&["db", "export"]);
    let server = Server::start();
    server.run(&ddl).unwrap();

    let columns = columns(&server);
    for table in shape["tables"].as_array().unwrap() {
        for column in table["columns"].as_array().unwrap() {
            let name =
                format!("fairway.{}.{}", table["name"].as_str().unwrap(), column["name"].as_str().unwrap());
            let kind = if column["integer"] == true { "bigint" } else { "text" };
            assert_eq!(columns.get(&name).map(String::as_str), Some(kind), "{name}");
        }
    }

    let order: Vec<&str> =
        shape["tables"].as_array().unwrap().iter().map(|table| table["name"].as_str().unwrap()).collect();
    server.run(&inserts(&export, &order)).unwrap();
    for table in &order {
        let Some(rows) = export[*table].as_array() else { continue };
        let count = server.run(&format!("SELECT count(*) FROM fairway.{table}")).unwrap();
        assert_eq!(count.trim(), rows.len().to_string(), "{table}");
    }
    let ready = "SELECT id FROM fairway.task_definitions WHERE ready = 1 AND in_source = 1 ORDER BY
        priority IS NULL, priority, sequence IS NULL, sequence, file_order IS NULL, file_order, created_at, id";
    let ours: Vec<String> = project.json(&["ready"])["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(server.run(ready).unwrap().lines().collect::<Vec<_>>(), ours);

    for (sql, why) in [
        ("UPDATE fairway.task_evidence SET result = 'fail'", "task_evidence is append-only"),
        ("DELETE FROM fairway.audit_events", "audit_events is append-only"),
        ("DELETE FROM fairway.task_definitions", "violates foreign key constraint"),
        ("UPDATE fairway.task_state SET review_status = 'no'", "violates check constraint"),
        ("UPDATE fairway.task_definitions SET extra = '{'", "invalid input syntax for type json"),
    ] {
        let error = server.run(sql).expect_err(sql);
        assert!(error.contains(why), "{sql}: {error}");
    }
}

#[test]
fn every_column_of_the_scripts_ddl_has_its_place_in_ours() {
    let server = Server::start();
    server.run(&ddl_of_the_scripts()).unwrap();
    server.run(&imported().ok(&["db", "compat", "--backend", "postgres", "--print-ddl"])).unwrap();
    let columns = columns(&server);
    let mapping = mapping();
    for (theirs, ours) in &mapping {
        assert_eq!(columns.get(theirs), columns.get(ours), "{theirs} and {ours}");
        assert!(columns.contains_key(theirs), "{theirs} is not in the DDL of the scripts");
    }
    // `id` and `in_yaml` of a task are mapped by name, `meta` is what the scripts remember about themselves.
    let named = ["agent_queue.tasks.id", "agent_queue.tasks.in_yaml"];
    let left: Vec<&String> = columns
        .keys()
        .filter(|column| column.starts_with("agent_queue.") && !column.starts_with("agent_queue.meta."))
        .filter(|column| {
            !named.contains(&column.as_str()) && mapping.iter().all(|(theirs, _)| theirs != *column)
        })
        .collect();
    assert_eq!(left, Vec::<&String>::new(), "columns of the scripts without a place");
}

#[test]
fn the_shape_is_shown_and_other_backends_are_refused() {
    let project = Project::initialised();
    assert_snapshot!("compat", project.run(&["db", "compat", "--backend", "postgres"]));
    assert_snapshot!("compat_ddl", project.run(&["db", "compat", "--backend", "postgres", "--print-ddl"]));
    assert_snapshot!("compat_unknown", project.run(&["db", "compat", "--backend", "oracle"]));
    assert_snapshot!("compat_none", project.run(&["db", "compat"]));
    std::fs::remove_file(project.root().join(".fairway/state.db")).unwrap();
    assert_snapshot!("compat_no_store", project.run(&["db", "compat", "--backend", "postgres", "--json"]));
}
