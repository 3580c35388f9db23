//! Claims that cannot go stale: epochs, leases, heartbeats, releases and takeovers.

use insta::assert_snapshot;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::migrate_move::Move;
use crate::support::{Answer, Project};

fn one_task() -> Project {
    let project = Project::initialised();
    project.ok(&["add", "API-1", "--title", "Rotate the signing key", "--role", "api"]);
    project
}

/// A task that was claimed with a lease of half an hour in session `one`.
fn leased() -> Project {
    let project = one_task();
    project.ok(&["session", "upsert", "one", "--role", "api", "--status", "running"]);
    let claimed = within(&project, "one", &["claim", "API-1", "--as", "api", "--lease", "30m"]);
    assert_eq!(claimed.code, 0, "{claimed}");
    project
}

/// Fairway in a session.
fn within(project: &Project, session: &str, words: &[&str]) -> Answer {
    let mut fairway = project.fairway(&project.root());
    project.answer(&fairway.env("FAIRWAY_SESSION_ID", session).args(words).output().unwrap())
}

/// The stable code of a refusal, and its exit code.
fn refused(answer: &Answer) -> (i32, String) {
    let envelope: Value = serde_json::from_str(&answer.stderr).unwrap_or_else(|_| panic!("{answer}"));
    (answer.code, envelope["error"]["code"].as_str().unwrap().to_owned())
}

fn stale() -> (i32, String) {
    (4, "stale-claim".to_owned())
}

fn last_transition(project: &Project) -> Value {
    project.json(&["task-detail", "API-1"])["history"].as_array().unwrap().last().unwrap().clone()
}

#[test]
fn a_claim_answers_its_epoch_its_session_and_its_lease() {
    let project = one_task();
    let words = ["claim", "API-1", "--as", "api", "--lease", "1h30m"];
    assert_snapshot!("lease_claim", within(&project, "one", &words));
    let detail = project.json(&["task-detail", "API-1"]);
    assert_eq!(
        detail["claims"],
        json!([{
            "epoch": 1, "task_id": "API-1", "claimant": "tester@demo", "session_id": "one", "lease_seconds": 5400,
            "expires_at": "2026-02-27T17:30:00.000Z", "claimed_at": "2026-02-27T16:00:00.000Z",
            "ended_at": null, "ended_how": null, "ended_by": null,
        }])
    );
    assert_snapshot!("lease_detail", project.run(&["task-detail", "API-1"]));
    project.ok(&["set-status", "API-1", "todo"]);
    let again = project.json(&["claim", "API-1", "--as", "api"]);
    assert_eq!((&again["epoch"], &again["lease_expires_at"]), (&json!(2), &Value::Null));
}

#[test]
fn a_lease_is_a_span_of_whole_seconds_within_a_year() {
    let project = one_task();
    assert_snapshot!("lease_malformed", project.run(&["claim", "API-1", "--as", "api", "--lease", "soon"]));
    assert_snapshot!("lease_too_long", project.run(&["claim", "API-1", "--as", "api", "--lease", "9000h"]));
    for span in ["30", "0s", "-5m", "1d", "500ms", "30m ago"] {
        let answer = project.run(&["claim", "API-1", "--as", "api", "--json", &format!("--lease={span}")]);
        assert_eq!(refused(&answer), (1, "usage".to_owned()), "{span}");
    }
    // What a script leaves blank is not given.
    assert_eq!(
        project.json(&["claim", "API-1", "--as", "api", "--lease", ""])["lease_expires_at"],
        Value::Null
    );
}

#[test]
fn a_lease_that_ran_out_frees_the_task_and_its_holder_writes_no_more() {
    let mut project = leased();
    project.at("2026-02-27T16:29:59Z");
    assert_eq!(project.json(&["ready"])["tasks"], json!([]));
    project.ok(&[
        "record",
        "evidence",
        "API-1",
        "--command-text",
        "x",
        "--result",
        "pass",
        "--claim-epoch",
        "1",
    ]);
    project.at("2026-02-27T16:30:00Z");
    assert_eq!(project.json(&["ready"])["tasks"][0]["id"], "API-1");
    let row = last_transition(&project);
    assert_eq!(
        (&row["from_status"], &row["to_status"], &row["actor"], &row["command_source"]),
        (&json!("in_progress"), &json!("todo"), &json!("lease-expiry"), &json!("lease-expiry"))
    );
    assert_eq!(row["reason"], "the lease of tester@demo (claim 1) ran out at 2026-02-27T16:30:00Z");
    let write = ["record", "evidence", "API-1", "--command-text", "x", "--result", "pass"];
    assert_snapshot!("lease_ran_out", within(&project, "one", &write));
    assert_eq!(
        refused(&within(&project, "two", &[&write[..], &["--claim-epoch=1", "--json"]].concat())),
        stale()
    );
    // Who says nothing is taken at their word, as ever; another session never held it.
    project.ok(&write);
    assert_eq!(within(&project, "two", &write).code, 0);
    project.ok(&["db", "check"]);
}

#[test]
fn whatever_comes_next_frees_it_in_its_own_transaction() {
    for words in [
        &["claim", "API-1", "--as", "api"][..],
        &["claim", "--in", "EPIC-1", "--as", "api"],
        &["task-detail", "API-1"],
        &["coordinator", "status"],
    ] {
        let mut project = one_task();
        project.ok(&["add", "EPIC-1", "--title", "E", "--role", "web"]);
        project.ok(&["update", "API-1", "--parent", "EPIC-1"]);
        project.ok(&["claim", "API-1", "--as", "api", "--lease", "90s"]);
        project.at("2026-02-27T16:02:00Z");
        project.ok(words);
        let detail = project.json(&["task-detail", "API-1"]);
        let claims = detail["claims"].as_array().unwrap();
        assert_eq!(claims[0]["ended_how"], "expired", "{words:?}");
        assert_eq!(claims.len(), if words[0] == "claim" { 2 } else { 1 }, "{words:?}");
        project.ok(&["db", "check"]);
    }
}

#[test]
fn a_look_that_writes_nothing_sees_it_free_all_the_same() {
    let mut project = leased();
    project.at("2026-02-27T17:00:00Z");
    let events = || {
        let db = Connection::open(project.root().join(".fairway/state.db")).unwrap();
        db.query_row("SELECT COUNT(*) FROM audit_events", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let before = events();
    let plan = project.json(&["dispatch-plan"]);
    assert_eq!(events(), before);
    assert!(plan.to_string().contains("API-1"), "{plan}");
}

#[test]
fn a_heartbeat_renews_what_the_session_holds() {
    let mut project = leased();
    project.at("2026-02-27T16:20:00Z");
    assert_snapshot!("heartbeat", within(&project, "one", &["session", "heartbeat"]));
    let beaten = project.json(&["session", "heartbeat", "one"]);
    assert_eq!(
        beaten["leases"],
        json!([{ "task": "API-1", "epoch": 1, "expires_at": "2026-02-27T16:50:00.000Z" }])
    );
    // A clock that is behind takes nothing away.
    project.at("2026-02-27T16:10:00Z");
    let behind = project.json(&["session", "heartbeat", "one"]);
    assert_eq!((&behind["leases"], &behind["heard_at"]), (&beaten["leases"], &beaten["heard_at"]));
    project.at("2026-02-27T16:49:59Z");
    assert_eq!(project.json(&["ready"])["tasks"], json!([]));
    // Too late is too late: it brings nothing back.
    project.at("2026-02-27T16:50:00Z");
    assert_eq!(project.json(&["session", "heartbeat", "one"])["leases"], json!([]));
    assert_eq!(project.json(&["ready"])["tasks"][0]["id"], "API-1");
}

#[test]
fn a_heartbeat_of_a_session_that_is_over_or_unknown_is_refused() {
    let project = leased();
    assert_snapshot!("heartbeat_unknown", project.run(&["session", "heartbeat", "once"]));
    assert_snapshot!("heartbeat_unnamed", project.run(&["session", "heartbeat"]));
    project.ok(&["session", "upsert", "one", "--status", "stale"]);
    assert_eq!(project.json(&["session", "heartbeat", "one"])["status"], "running");
    project.ok(&["session", "end", "one"]);
    assert_snapshot!("heartbeat_over", project.run(&["session", "heartbeat", "one"]));
}

#[test]
fn a_lease_runs_only_while_the_task_is_in_progress() {
    let mut project = leased();
    project.ok(&["set-status", "API-1", "blocked", "--reason", "no key yet"]);
    project.at("2026-02-27T20:00:00Z");
    assert_eq!(project.json(&["task-detail", "API-1"])["task"]["status"], "blocked");
    project.ok(&["set-status", "API-1", "in_progress", "--claim-epoch", "1"]);
    let claim = project.json(&["task-detail", "API-1"])["claims"][0].clone();
    assert_eq!(claim["expires_at"], "2026-02-27T20:30:00.000Z");
    project.ok(&["record", "evidence", "API-1", "--command-text", "make check", "--result", "pass"]);
    project.ok(&["set-status", "API-1", "done", "--commit", "abc1234", "--claim-epoch", "1"]);
    project.at("2026-02-28T20:00:00Z");
    assert_eq!(project.json(&["task-detail", "API-1"])["task"]["status"], "done");
    // The holder may still say more about what they have done, and so may others.
    let more = ["record", "evidence", "API-1", "--command-text", "make soak", "--result", "pass"];
    assert_eq!(within(&project, "one", &[&more[..], &["--claim-epoch", "1"]].concat()).code, 0);
    assert_eq!(within(&project, "two", &more).code, 0);
    project.ok(&["db", "check"]);
}

#[test]
fn a_takeover_needs_a_reason_and_ends_the_claim_before() {
    let mut project = leased();
    project.at("2026-02-27T16:10:00Z");
    assert_snapshot!("takeover_no_reason", project.run(&["claim", "takeover", "API-1", "--as", "api"]));
    let blank = project.run(&["claim", "takeover", "API-1", "--as", "api", "--reason", " ", "--json"]);
    assert_eq!(refused(&blank), (1, "reason-required".to_owned()));
    let words = ["claim", "takeover", "API-1", "--as", "api", "--reason", "its session is gone"];
    assert_snapshot!("takeover", within(&project, "two", &words));
    let row = last_transition(&project);
    assert_eq!(
        (&row["from_status"], &row["to_status"], &row["reason"]),
        (&json!("in_progress"), &json!("in_progress"), &json!("its session is gone"))
    );
    // Its lease went with it.
    project.at("2026-02-27T23:00:00Z");
    assert_eq!(project.json(&["ready"])["tasks"], json!([]));
    for id in ["API-2", "API-3"] {
        project.ok(&["add", id, "--title", "T", "--role", "api"]);
    }
    project.ok(&["record", "evidence", "API-3", "--command-text", "x", "--result", "pass"]);
    project.ok(&["set-status", "API-3", "done", "--commit", "abc1234"]);
    for (task, code, class) in [("API-2", 4, "not-held"), ("API-3", 4, "terminal"), ("API-9", 3, "not-found")]
    {
        let answer = project.run(&["claim", "takeover", task, "--as", "api", "--reason", "why", "--json"]);
        assert_eq!(refused(&answer), (code, class.to_owned()), "{task}");
    }
    let other = project.run(&["claim", "takeover", "API-1", "--as", "web", "--reason", "why", "--json"]);
    assert_eq!(refused(&other), (4, "wrong-role".to_owned()));
    project.ok(&["db", "check"]);
}

#[test]
fn a_task_in_progress_that_nobody_claimed_can_be_taken_over() {
    let project = one_task();
    project.ok(&["set-status", "API-1", "in_progress"]);
    assert_eq!(project.run(&["claim", "API-1", "--as", "api"]).code, 4);
    let taken = project.json(&["claim", "takeover", "API-1", "--as", "api", "--reason", "nobody has it"]);
    assert_eq!((&taken["previous_claimant"], &taken["previous_epoch"]), (&Value::Null, &Value::Null));
    assert_eq!(taken["epoch"], 1);
    project.ok(&["db", "check"]);
}

/// What was lost is lost for every verb that writes to the task, by epoch and by session.
#[test]
fn a_holder_that_was_overtaken_writes_nothing_anywhere() {
    let project = leased();
    project.ok(&["add", "API-2", "--title", "T", "--role", "api"]);
    project.ok(&["record", "handoff", "API-1", "--to", "web", "--payload", "x"]);
    let watch: &[&str] = &[
        "--owner",
        "api",
        "--process",
        "p",
        "--command",
        "c",
        "--success",
        "s",
        "--failure",
        "f",
        "--close-condition",
        "x",
    ];
    project.ok(&[&["watcher", "start", "w-1", "--task", "API-1"], watch].concat());
    let taken = within(&project, "two", &["claim", "takeover", "API-1", "--as", "api", "--reason", "why"]);
    assert_eq!(taken.code, 0, "{taken}");
    let before = project.json(&["db", "export"]);
    let start = [&["watcher", "start", "w-2", "--task", "API-1"], watch].concat();
    for words in [
        &["set-status", "API-1", "done"][..],
        &["set-status", "API-1", "todo"],
        &["update", "API-1", "--title", "U"],
        &["record", "evidence", "API-1", "--command-text", "x", "--result", "pass"],
        &["record", "handoff", "API-1", "--to", "web", "--payload", "x"],
        &["record", "review", "API-1", "--reviewer", "web", "--verdict", "approve", "--commit", "abc1234"],
        &["route", "review", "API-1", "--path", "README", "--reviewer", "web"],
        &["handoff", "ack", "1"],
        &["spawn", "--id", "API-7", "--title", "T", "--from-task", "API-1"],
        &["watcher", "finish", "w-1", "--result", "pass"],
        &start,
        &["session", "end", "one", "--task-id", "API-1", "--result", "pass", "--command-text", "x"],
        &["claim", "release", "API-1"],
    ] {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        assert_eq!(refused(&within(&project, "one", &words)), stale(), "{words:?}");
        let words: Vec<&str> = words.iter().copied().chain(["--claim-epoch", "1"]).collect();
        assert_eq!(refused(&project.run(&words)), stale(), "{words:?}");
    }
    // Nor anywhere else, when the claim is named.
    for words in [
        &["add", "API-8", "--title", "T", "--role", "api"][..],
        &["update", "API-2", "--title", "U"],
        &["checkpoint", "record", "night", "--state", "active", "--summary", "s", "--owner", "api"],
        &["record", "evidence", "API-2", "--command-text", "x", "--result", "pass"],
    ] {
        let words: Vec<&str> = words.iter().copied().chain(["--claim-epoch", "1", "--json"]).collect();
        assert_eq!(refused(&project.run(&words)), stale(), "{words:?}");
    }
    assert_eq!(project.json(&["db", "export"]), before);
    assert_snapshot!("overtaken", project.run(&["set-status", "API-1", "done", "--claim-epoch", "1"]));
    assert_snapshot!("no_such_claim", project.run(&["set-status", "API-1", "done", "--claim-epoch", "77"]));
    assert_snapshot!("no_number", project.run(&["set-status", "API-1", "done", "--claim-epoch", "x"]));
    // It may claim again.
    within(&project, "two", &["claim", "release", "API-1"]);
    assert_eq!(within(&project, "one", &["claim", "API-1", "--as", "api", "--claim-epoch", "1"]).code, 0);
    assert_eq!(within(&project, "one", &["update", "API-1", "--title", "U"]).code, 0);
}

#[test]
fn two_sessions_of_one_actor_are_two_holders() {
    let project = leased();
    let move_it = ["set-status", "API-1", "blocked", "--reason", "why"];
    assert_snapshot!("another_session", within(&project, "two", &move_it));
    assert_eq!(within(&project, "two", &["claim", "release", "API-1"]).code, 4);
    assert_eq!(refused(&within(&project, "two", &["claim", "API-1", "--as", "api", "--json"])).1, "held");
    let both = [&move_it[..], &["--claim-epoch", "1", "--json"]].concat();
    assert_eq!(refused(&within(&project, "two", &both)), stale(), "the number alone is not enough");
    // Who reviews or acknowledges is not who holds.
    let review =
        ["record", "review", "API-1", "--reviewer", "web", "--verdict", "approve", "--commit", "abc1234"];
    assert_eq!(within(&project, "two", &review).code, 0);
    assert_eq!(within(&project, "one", &move_it).code, 0);
}

#[test]
fn an_epoch_is_good_for_one_task() {
    let project = leased();
    for id in ["API-2", "API-3"] {
        project.ok(&["add", id, "--title", "T", "--role", "api"]);
    }
    project.ok(&["claim", "API-2", "--as", "api"]);
    let write = |task| {
        let words = ["update", task, "--notes", "n", "--claim-epoch", "1", "--json"];
        project.run(&words)
    };
    assert_eq!(write("API-1").code, 0);
    assert_eq!(refused(&write("API-2")), stale());
    assert_eq!(write("API-3").code, 0, "nobody holds it");
}

#[test]
fn a_release_puts_work_back_and_leaves_a_block() {
    let project = leased();
    assert_snapshot!("release_not_mine", {
        let mut fairway = project.fairway(&project.root());
        project.answer(
            &fairway.env("FAIRWAY_ACTOR", "other").args(["claim", "release", "API-1"]).output().unwrap(),
        )
    });
    assert_snapshot!(
        "release",
        within(&project, "one", &["claim", "release", "API-1", "--reason", "waiting for the vendor"])
    );
    assert_eq!(last_transition(&project)["reason"], "waiting for the vendor");
    let detail = project.json(&["task-detail", "API-1"]);
    assert_eq!((&detail["task"]["claimant"], &detail["task"]["status"]), (&Value::Null, &json!("todo")));
    assert_eq!(detail["claims"][0]["ended_how"], "released");
    let again = project.run(&["claim", "release", "API-1", "--json"]);
    assert_eq!(refused(&again), (4, "not-held".to_owned()));

    project.ok(&["claim", "API-1", "--as", "api"]);
    project.ok(&["set-status", "API-1", "blocked", "--reason", "no key yet"]);
    let released = project.json(&["claim", "release", "API-1", "--claim-epoch", "2"]);
    assert_eq!((&released["from"], &released["to"]), (&json!("blocked"), &json!("blocked")));
    let task = project.json(&["task-detail", "API-1"])["task"].clone();
    assert_eq!((&task["claimant"], &task["blocked_reason"]), (&Value::Null, &json!("no key yet")));
    project.ok(&["db", "check"]);
}

#[test]
fn a_blocked_task_that_somebody_else_claims_is_theirs() {
    let project = leased();
    project.ok(&["set-status", "API-1", "blocked", "--reason", "no key yet"]);
    let claim = within(&project, "two", &["claim", "API-1", "--as", "api", "--reason", "the key is here"]);
    assert_eq!(claim.code, 0, "{claim}");
    let claims = project.json(&["task-detail", "API-1"])["claims"].clone();
    assert_eq!((&claims[0]["ended_how"], &claims[1]["session_id"]), (&json!("taken_over"), &json!("two")));
    project.ok(&["db", "check"]);
}

#[test]
fn what_belongs_to_a_claim_stands_after_its_verb() {
    let project = one_task();
    assert_snapshot!("claim_mixed", project.run(&["claim", "--lease", "30m", "release", "API-1"]));
    // The flags of every verb go anywhere.
    project.ok(&["--json", "claim", "--as", "api", "API-1"]);
    project.ok(&["claim", "--json", "release", "API-1"]);
}

#[test]
fn a_claim_that_was_rolled_back_is_over_and_its_number_is_never_given_again() {
    let moved = Move::new();
    moved.plan();
    let applied = moved.apply();
    let project = &moved.project;
    let ready = project.json(&["ready", "--as", "A-backend", "--limit", "1"]);
    let task = ready["tasks"][0]["id"].as_str().unwrap();
    let claim = ["claim", task, "--as", "A-backend", "--skip-preflight"];
    let epoch = project.json(&claim)["epoch"].to_string();
    project.ok(&["migrate", "rollback", applied["migration"]["id"].as_str().unwrap()]);
    moved.apply();
    let words = ["update", task, "--notes", "n", "--json", "--claim-epoch"];
    assert_eq!(refused(&project.run(&[&words[..], &[&epoch]].concat())), stale());
    let later = project.json(&claim)["epoch"].to_string();
    assert!(later.parse::<i64>().unwrap() > epoch.parse().unwrap(), "{later} after {epoch}");
    assert_eq!(refused(&project.run(&[&words[..], &[&epoch]].concat())), stale());
    project.ok(&["db", "check"]);
}

#[test]
fn a_store_from_before_epochs_is_migrated_with_its_claims() {
    let project = one_task();
    project.ok(&["add", "API-2", "--title", "T", "--role", "api"]);
    for task in ["API-1", "API-2"] {
        project.ok(&["claim", task, "--as", "api"]);
    }
    let db = Connection::open(project.root().join(".fairway/state.db")).unwrap();
    db.execute_batch(
        "DROP TABLE task_claims; DROP TABLE pilots; DROP TABLE lane_events; DROP TABLE pilot_syncs;
         DELETE FROM schema_migrations WHERE version > 3; PRAGMA user_version = 3;",
    )
    .unwrap();
    drop(db);
    assert_eq!(project.run(&["ready"]).code, 2);
    assert_snapshot!("claims_migrated", project.run(&["db", "migrate"]));
    project.ok(&["db", "check"]);
    // They are held, and have no number until somebody takes them over.
    assert_eq!(project.run(&["claim", "API-1", "--as", "api"]).code, 4);
    assert_eq!(project.json(&["claim", "release", "API-1"])["epoch"], Value::Null);
    let taken = project.json(&["claim", "takeover", "API-2", "--as", "api", "--reason", "why"]);
    assert_eq!((&taken["epoch"], &taken["previous_claimant"]), (&json!(1), &json!("tester@demo")));
    project.ok(&["db", "check"]);
}
