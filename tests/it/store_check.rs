//! `db check` on sound stores and on such that something else has changed, and sessions that fell silent.

use insta::assert_snapshot;
use rusqlite::Connection;

use crate::support::Project;

/// Tasks that have moved.
fn queue() -> Project {
    let project = Project::initialised();
    for (id, more) in [("API-1", ""), ("API-2", "API-1"), ("API-3", "API-1,API-2"), ("WEB-1", "")] {
        project.ok(&["add", id, "--title", "T", "--role", "api", "--dependencies", more]);
    }
    project.ok(&["claim", "API-1", "--as", "api"]);
    project.ok(&["record", "evidence", "API-1", "--command-text", "make check", "--result", "pass"]);
    project.ok(&["set-status", "API-1", "done", "--commit", "abc1234"]);
    project.ok(&["add", "WEB-2", "--title", "T", "--role", "web"]);
    project.ok(&["claim", "WEB-2", "--as", "web"]);
    project.ok(&["claim", "release", "WEB-2"]);
    project.ok(&["claim", "WEB-2", "--as", "web", "--lease", "30m"]);
    project
}

/// What the check says once a statement has been run behind Fairway's back.
fn after(sql: &str) -> (i32, Vec<(String, String)>) {
    let project = queue();
    let db = Connection::open(project.root().join(".fairway/state.db")).unwrap();
    db.execute_batch(sql).unwrap();
    drop(db);
    checked(&project)
}

/// The same, without a trigger that would refuse the statement.
fn after_without(trigger: &str, sql: &str) -> (i32, Vec<(String, String)>) {
    let project = queue();
    let db = Connection::open(project.root().join(".fairway/state.db")).unwrap();
    let made: String =
        db.query_row("SELECT sql FROM sqlite_master WHERE name = ?1", [trigger], |row| row.get(0)).unwrap();
    db.execute_batch(&format!("DROP TRIGGER {trigger}; {sql}; {made}")).unwrap();
    drop(db);
    checked(&project)
}

fn checked(project: &Project) -> (i32, Vec<(String, String)>) {
    let answer = project.run(&["db", "check", "--json"]);
    let envelope: serde_json::Value = serde_json::from_str(&answer.stdout).expect("an envelope");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let findings = envelope["data"]["findings"].as_array().unwrap().iter();
    (answer.code, findings.map(|finding| (text(&finding["code"]), text(&finding["subject"]))).collect())
}

#[test]
fn a_store_that_only_fairway_has_changed_is_sound() {
    let project = queue();
    assert_snapshot!("check_sound", project.run(&["db", "check"]));
}

#[test]
fn every_kind_of_damage_is_found_and_nothing_else() {
    let unlock = "DROP TRIGGER task_state_history_no_update; ";
    let lock = "CREATE TRIGGER task_state_history_no_update BEFORE UPDATE ON task_state_history
  BEGIN SELECT RAISE(ABORT, 'task_state_history is append-only'); END;";
    let rewritten =
        format!("{unlock}UPDATE task_state_history SET from_status = 'blocked' WHERE id = 2; {lock}");
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("UPDATE task_state SET unmet_dependencies = 2 WHERE task_id = 'API-3'", &[("unmet-count", "API-3")]),
        ("UPDATE task_definitions SET ready = 1 WHERE id = 'API-3'", &[("ready-mark", "API-3")]),
        ("UPDATE task_state SET status = 'blocked' WHERE task_id = 'API-1'", &[
            ("unmet-count", "API-2"),
            ("unmet-count", "API-3"),
            ("ready-mark", "API-2"),
            ("history-state", "API-1"),
        ]),
        ("UPDATE task_state SET status = 'blocked' WHERE task_id = 'WEB-1'", &[("history-missing", "WEB-1")]),
        ("UPDATE task_state SET status = 'bloked' WHERE task_id = 'WEB-1'", &[
            ("status-unknown", "WEB-1"),
            ("history-missing", "WEB-1"),
        ]),
        (&rewritten, &[("history-broken", "API-1")]),
        ("DROP TRIGGER task_evidence_no_delete", &[("schema", "trigger task_evidence_no_delete")]),
        ("DROP INDEX task_state_status", &[("schema", "index task_state_status")]),
        ("PRAGMA foreign_keys = OFF; DELETE FROM task_definitions WHERE id = 'WEB-1'", &[(
            "foreign-key",
            "task_state",
        )]),
        ("PRAGMA foreign_keys = OFF; DELETE FROM task_state WHERE task_id = 'WEB-1'", &[(
            "state-missing",
            "WEB-1",
        )]),
        ("UPDATE task_state SET claimant = 'nobody' WHERE task_id = 'WEB-2'", &[("claim-holder", "WEB-2")]),
        (
            "UPDATE task_claims SET ended_at = '2026-02-27T16:00:00.000Z', ended_how = 'released',
               ended_with = (SELECT MAX(id) FROM task_state_history WHERE task_id = 'API-1') WHERE epoch = 3",
            &[("claim-holder", "WEB-2"), ("claim-history", "WEB-2")],
        ),
        ("UPDATE task_claims SET expires_at = NULL WHERE epoch = 3", &[("claim-lease", "WEB-2")]),
        ("INSERT INTO task_state_history (project_id, task_id, from_status, to_status, command_source, actor, at)
          VALUES ('demo', 'API-1', 'done', 'done', 'set-status', 'nobody', '2026-02-27T16:00:00.000Z')", &[(
            "audit-missing",
            "API-1",
        )]),
    ];
    for (sql, expected) in cases {
        let expected: Vec<(String, String)> =
            expected.iter().map(|(code, subject)| ((*code).to_owned(), (*subject).to_owned())).collect();
        assert_eq!(after(sql), (4, expected), "{sql}");
    }
}

#[test]
fn claims_that_the_history_does_not_explain_are_found() {
    let unexplained = after_without("task_claims_no_delete", "DELETE FROM task_claims WHERE epoch = 3");
    let found = |code: &str| (code.to_owned(), "WEB-2".to_owned());
    assert_eq!(unexplained, (4, vec![found("claim-holder"), found("claim-missing")]));
    let twice = after_without(
        "task_claims_end_once",
        "UPDATE task_claims SET began_with = began_with - 2 WHERE epoch = 3",
    );
    assert_eq!(twice, (4, vec![found("claim-overlap"), found("claim-missing")]));
}

#[test]
fn findings_are_listed_and_the_exit_code_says_so() {
    let project = queue();
    let db = Connection::open(project.root().join(".fairway/state.db")).unwrap();
    db.execute_batch("UPDATE task_state SET status = 'blocked' WHERE task_id = 'API-1'").unwrap();
    drop(db);
    assert_snapshot!("check_findings", project.run(&["db", "check"]));
}

#[test]
fn a_damaged_page_is_found() {
    let project = queue();
    let path = project.root().join(".fairway/state.db");
    let db = Connection::open(&path).unwrap();
    db.execute_batch(
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM
        sqlite_master WHERE name = 'task_checkpoints') WHERE name = 'task_checkpoints_track';",
    )
    .unwrap();
    drop(db);
    let answer = project.run(&["db", "check"]);
    assert!(answer.code == 4 || answer.code == 2, "{answer}");
}

#[test]
fn an_imported_queue_and_database_are_sound() {
    let project = Project::repository();
    project.ok(&["init", "--preset", "gpuaas"]);
    let copy = crate::support::legacy_copy::standard();
    let queue = copy.join("doc/governance/Agent_Work_Queue.yaml");
    let snapshot = copy.join(".git/agent_queue/agent_queue.db");
    project.ok(&[
        "import",
        queue.to_str().unwrap(),
        "--snapshot",
        snapshot.to_str().unwrap(),
        "--state-once",
    ]);
    let checked = project.run(&["db", "check"]);
    assert_eq!(checked.code, 0, "{checked}");
}

#[test]
fn silent_sessions_are_shown_and_then_marked() {
    let project = queue();
    let db = Connection::open(project.root().join(".fairway/state.db")).unwrap();
    for (id, status, heard) in [
        ("api-old", "running", "2026-02-27T03:59:59.000Z"),
        ("api-just", "running", "2026-02-27T04:00:00.000Z"),
        ("api-over", "ended", "2026-02-20T00:00:00.000Z"),
    ] {
        db.execute(
            "INSERT INTO agent_sessions (project_id, id, role, session_backend, task_id, status, started_at,
               last_heartbeat_at) VALUES ('demo', ?1, 'api', 'shell', 'API-1', ?2, '2026-02-20T00:00:00.000Z', ?3)",
            [id, status, heard],
        )
        .unwrap();
    }
    assert_snapshot!("prune_dry", project.run(&["prune-stale", "--dry-run"]));
    assert_snapshot!("prune_json", project.run(&["prune-stale", "--json"]));
    assert_snapshot!("prune_nothing", project.run(&["prune-stale"]));
    let sessions = project.json(&["db", "export"])["agent_sessions"].clone();
    let statuses: Vec<_> = sessions.as_array().unwrap().iter().map(|row| row["status"].clone()).collect();
    assert_eq!(statuses, ["running", "stale", "ended"]);
    assert_eq!(sessions[1]["end_reason"], "no heartbeat since 2026-02-27T03:59:59Z");
    assert_eq!(project.run(&["db", "check"]).code, 0);
}
