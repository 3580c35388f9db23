//! Exports and backups: both forms and shapes, and what happens when a file is in the way.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Project;

fn queue() -> Project {
    let project = Project::initialised();
    project.ok(&[
        "add",
        "API-1",
        "--title",
        "no",
        "--role",
        "api",
        "--notes",
        "0123\n- 12:30\n\ttab \u{1f600}\n",
    ]);
    project.ok(&["add", "API-2", "--title", "Ü: # no comment", "--role", "api", "--dependencies", "API-1"]);
    project.ok(&["set-status", "API-1", "blocked", "--reason", "yes"]);
    project
}

fn file(project: &Project, name: &str) -> String {
    std::fs::read_to_string(project.root().join(name)).unwrap()
}

#[test]
fn yaml_and_json_say_the_same() {
    let project = queue();
    for shape in ["table", "task"] {
        project.ok(&["db", "export", "--by", shape, "q.json"]);
        project.ok(&["db", "export", "--by", shape, "q.yaml"]);
        let json: Value = serde_json::from_str(&file(&project, "q.json")).unwrap();
        let yaml: Value = serde_yaml::from_str(&file(&project, "q.yaml")).unwrap();
        assert_eq!(json, yaml);
        let same = "require 'yaml'; require 'json'; \
                    exit YAML.safe_load(File.read('q.yaml')) == JSON.parse(File.read('q.json'))";
        let ruby = project.command("ruby", &project.root()).args(["-e", same]).status().unwrap();
        assert!(ruby.success(), "Ruby reads something else");
        assert_eq!(
            project.ok(&["db", "export", "--by", shape, "--format", "yaml"]),
            file(&project, "q.yaml")
        );
        assert_eq!(project.json(&["db", "export", "--by", shape]), json);
    }
}

#[test]
fn by_task_a_task_is_one_object() {
    let project = queue();
    assert_snapshot!("export_by_task", project.run(&["db", "export", "--by", "task", "--format", "yaml"]));
}

#[test]
fn an_export_replaces_its_file_as_a_whole_or_not_at_all() {
    let project = queue();
    project.write("q.json", "old");
    assert_snapshot!("export_written", project.run(&["db", "export", "q.json"]));
    assert!(file(&project, "q.json").starts_with('{'));
    assert_snapshot!("export_no_folder", project.run(&["db", "export", "none/q.json"]));
    assert_snapshot!("export_yaml_envelope", project.run(&["db", "export", "--format", "yaml", "--json"]));
    assert_snapshot!("export_bad_format", project.run(&["db", "export", "--format", "toml"]));
    let left: Vec<_> =
        std::fs::read_dir(project.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("fairway-")), "{left:?}");
}

#[test]
fn a_backup_that_cannot_be_made_leaves_nothing() {
    let project = queue();
    assert_snapshot!(
        "backup",
        project.run(&["db", "backup", "copies/one.db"]).to_string().replace(
            &std::fs::metadata(project.root().join("copies/one.db")).unwrap().len().to_string(),
            "[SIZE]"
        )
    );
    project.write("in-the-way", "a file");
    assert_snapshot!("backup_unwritable", project.run(&["db", "backup", "in-the-way/one.db"]));
    let first = project.run(&["db", "backup"]);
    assert_eq!(first.code, 0, "{first}");
    assert_snapshot!("backup_same_second", project.run(&["db", "backup"]));
    assert_eq!(project.json(&["--db", "copies/one.db", "db", "check"])["findings"], serde_json::json!([]));
    let files: Vec<_> = std::fs::read_dir(project.root().join("copies"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(files, ["one.db"]);
}
