//! Checkpoints of tracks.

use insta::assert_snapshot;

use crate::support::Project;

fn tracks() -> Project {
    let mut project = Project::initialised();
    project.at("2026-02-25T09:00:00Z");
    for (track, state, owner, summary) in [
        ("billing", "active", "api", "Rollup first, then the invoices and the dunning letters"),
        ("release", "planned", "web", "Signed tags"),
        ("search", "parked", "web", "After the release"),
    ] {
        project.ok(&[
            "checkpoint",
            "record",
            track,
            "--state",
            state,
            "--owner",
            owner,
            "--summary",
            summary,
        ]);
    }
    project.at("2026-02-27T09:00:00Z");
    let words =
        ["checkpoint", "record", "release", "--state", "review", "--owner", "web", "--summary", "Tags"];
    project.ok(&[&words[..], &["--target-close-by", "2026-02-27", "--artifact", "dist/tags.log"]].concat());
    project.at("2026-02-27T16:00:00Z");
    project
}

#[test]
fn the_latest_of_each_track_is_where_it_stands() {
    let project = tracks();
    assert_snapshot!("checkpoint_status", project.run(&["checkpoint", "status"]));
    assert_snapshot!("checkpoint_status_all", project.run(&["checkpoint", "status", "--all"]));
    assert_snapshot!("checkpoint_status_one", project.run(&["checkpoint", "status", "search", "--json"]));
    assert_snapshot!("checkpoint_status_unknown", project.run(&["checkpoint", "status", "biling"]));
    assert_snapshot!("checkpoint_status_none", Project::initialised().run(&["checkpoint", "status"]));
}

#[test]
fn stale_tracks_are_findings() {
    let project = tracks();
    assert_snapshot!("checkpoint_stale", project.run(&["checkpoint", "stale"]));
    assert_snapshot!(
        "checkpoint_stale_json",
        project.run(&["checkpoint", "stale", "--before", "2026-02-25T12:00:00Z", "--json"])
    );
    assert_snapshot!("checkpoint_stale_bad", project.run(&["checkpoint", "stale", "--before", "soon"]));
    assert_snapshot!("checkpoint_stale_none", Project::initialised().run(&["checkpoint", "stale"]));
}

#[test]
fn the_age_is_configured() {
    let project = tracks();
    let config = std::fs::read_to_string(project.root().join(".fairway/config.toml")).unwrap();
    project.write(
        ".fairway/config.toml",
        &format!("{config}\n[coordinator]\ncheckpoint_stale_after = \"5h30m\"\n"),
    );
    let stale = project.run(&["checkpoint", "stale", "--json"]);
    assert_eq!(stale.code, 4);
    assert!(stale.stdout.contains(r#"["past target","older than 5h30m"]"#), "{}", stale.stdout);
}

#[test]
fn a_checkpoint_says_whose_and_when() {
    let project = Project::initialised();
    let record = |words: &[&str]| project.run(&[&["checkpoint", "record", "billing"], words].concat());
    assert_snapshot!(
        "checkpoint_record",
        record(&["--state", "active", "--summary", "s", "--target-close-by", "2026-03-04", "--as", "api"])
    );
    let shown = project.json(&["checkpoint", "status"]);
    assert_eq!(shown["checkpoints"][0]["owner"], "api");
    assert_eq!(shown["checkpoints"][0]["target_close_by"], "2026-03-04T00:00:00.000Z");
    assert_snapshot!("checkpoint_record_no_owner", record(&["--state", "active", "--summary", "s"]));
    assert_snapshot!(
        "checkpoint_record_bad_state",
        record(&["--state", "begun", "--summary", "s", "--owner", "api"])
    );
    assert_snapshot!(
        "checkpoint_record_bad_time",
        record(&["--state", "active", "--summary", "s", "--owner", "api", "--target-close-by", "2026-02-30"])
    );
    assert_snapshot!("checkpoint_record_no_summary", record(&["--state", "active", "--owner", "api"]));
    assert_eq!(project.json(&["checkpoint", "status"]).to_string(), shown.to_string());
}
