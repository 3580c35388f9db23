//! The help by group, completions in a real shell, and the documents that are made of the command line.

use insta::assert_snapshot;

use crate::support::Project;

#[test]
fn the_help_lists_verbs_by_what_they_are_for() {
    let project = Project::repository();
    assert_snapshot!("help", project.run(&["--help"]));
    assert_eq!(project.run(&["help"]).stdout, project.run(&["--help"]).stdout);
    assert_snapshot!("help_verb", project.run(&["record", "handoff", "--help"]));
    assert_snapshot!("help_short", project.run(&["claim", "-h"]));
}

#[test]
fn the_version_is_told_where_it_is_usually_asked_for() {
    let project = Project::repository();
    let version = concat!("fairway ", env!("CARGO_PKG_VERSION"), "\n");
    for flag in ["--version", "-V"] {
        assert_eq!(project.ok(&[flag]), version);
    }
    let verb = project.ok(&["version"]);
    assert!(verb.starts_with(version.trim_end()), "{verb}");
}

#[test]
fn bash_completes_verbs_flags_and_values() {
    let project = Project::repository();
    let complete = |words: &[&str]| {
        let script = "source <(\"$1\" completions bash); shift; COMP_WORDS=(fairway \"$@\"); COMP_CWORD=$#; \
                      _fairway fairway \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"; echo \"${COMPREPLY[*]}\"";
        let output = project
            .command("bash", &project.root())
            .args(["-c", script, "bash", env!("CARGO_BIN_EXE_fairway")])
            .args(words)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let missing = |words: &[&str], wanted: &[&str]| {
        let there = complete(words);
        let left = wanted.iter().filter(|word| !there.iter().any(|found| found == *word));
        left.map(|word| (*word).to_owned()).collect::<Vec<_>>()
    };
    let none = Vec::<String>::new();
    assert_eq!(missing(&["s"], &["set-status", "spawn", "status-report"]), none);
    assert_eq!(missing(&["db", ""], &["check", "backup", "export", "migrate", "compat"]), none);
    assert_eq!(
        missing(&["spawn", "--"], &["--child", "--sibling", "--root", "--parent", "--from-task"]),
        none
    );
    assert_eq!(complete(&["ref"]), none);
    assert_eq!(missing(&["db", "export", "--format", ""], &["json", "yaml"]), none);
    assert_eq!(missing(&["db", "compat", "--backend", ""], &["postgres"]), none);
}

#[test]
fn the_reference_is_written_where_it_is_asked_for() {
    let project = Project::repository();
    project.ok(&["reference", "--out", "docs"]);
    let page = std::fs::read_to_string(project.root().join("docs/cli-reference.md")).unwrap();
    assert!(page.contains("### `fairway db check`"));
    assert!(project.root().join("docs/schemas/data/claim.schema.json").exists());
    project.write("file", "");
    assert_snapshot!("reference_unwritable", project.run(&["reference", "--out", "file"]));
}

/// What verbs answer is of the form that is published. The schemas are plain enough to be followed by hand.
#[test]
fn answers_have_the_fields_that_their_schemas_ask_for() {
    let project = Project::initialised();
    project.ok(&["add", "API-1", "--title", "T", "--role", "api"]);
    project.ok(&["add", "API-2", "--title", "T", "--role", "api", "--parent", "API-1"]);
    for (verb, words) in [
        ("claim", vec!["claim", "API-2", "--as", "api"]),
        ("set-status", vec!["set-status", "API-2", "blocked", "--reason", "why"]),
        ("ready", vec!["ready", "--explain"]),
        ("tree", vec!["tree", "API-1"]),
        ("task-detail", vec!["task-detail", "API-2"]),
        ("db-check", vec!["db", "check"]),
        ("status-report", vec!["status-report"]),
        ("health-report", vec!["health-report"]),
        ("version", vec!["version"]),
    ] {
        let path = format!("{}/docs/schemas/data/{verb}.schema.json", env!("CARGO_MANIFEST_DIR"));
        let schema: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let answer = project.json(&words);
        let properties = schema["properties"].as_object().unwrap();
        let required = schema["required"].as_array().into_iter().flatten().filter_map(|name| name.as_str());
        for name in required {
            assert!(answer.get(name).is_some(), "{verb}: no `{name}` in {answer}");
        }
        for name in answer.as_object().unwrap().keys() {
            assert!(properties.contains_key(name), "{verb}: `{name}` is not in the schema");
        }
    }
}
