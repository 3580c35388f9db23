use proptest::prelude::*;

use super::{load, parse};
use crate::config::preset;
use crate::model::diagnostic::{Diagnostic, Severity};

/// Problems as `line:column+width code message (expected)`, one a line.
fn listed(problems: &[Diagnostic]) -> String {
    let line = |problem: &Diagnostic| {
        let place = problem.place.as_ref().expect("every problem in a text has a place");
        let expected =
            problem.expected.as_ref().map_or_else(String::new, |expected| format!(" ({expected})"));
        let weight = if problem.severity == Severity::Warning { "warning " } else { "" };
        let Diagnostic { code, message, .. } = problem;
        format!("{}:{}+{} {weight}{code}: {message}{expected}", place.line, place.column, place.width)
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn problems_of(text: &str) -> String {
    listed(&parse("c.toml", text).unwrap_err().problems)
}

#[test]
fn keys_and_types() {
    insta::assert_snapshot!(problems_of(
        r#"
main_branch = "main"
[fairway]
project_nam = "x"
main_branch = 3
queue_source = "yml:q.yaml"
task_id_pattern = "^[A-Z"
[gates]
require_evidence_before_done = "yes"
accepted_evidence_results = ["pass", "parital"]
zebra = true
[sessions]
stale_after = "soon"
default_backend = "tmucks"
[coordinator]
max_primary_tracks = -1
checkpoint_stale_after = 24
[worktrees]
naming = "{repo}-{rol}"
root = ""
[dashboard]
listen = "7878"
"#
    ));
}

#[test]
fn lists_and_tables() {
    insta::assert_snapshot!(problems_of(
        r#"
roles = "none"
[[review_routes]]
match = ["doc/**", "cmd/{a"]
[[review_routes]]
match = 7
reviewer = "x"
[states]
transitions = [["todo"], ["todo", "done"], "done"]
[task_priorities]
levels = [{ rank = 0 }, { rank = "1", label = "next" }]
[import]
unknown_role = "warn"
expected_version = 99999999999999999999
[legacy]
copy = "c"
"#
    ));
}

#[test]
fn contradictions() {
    insta::assert_snapshot!(problems_of(
        r#"
[claims]
owner = "provider"
[[roles]]
name = "A-backend"
[[roles]]
name = "B-ui"
provider = "claude"
branch = "agent/A-backend"
[[roles]]
name = "A-backend"
provider = "codex"
branch = "agent/A-backend"
[[roles]]
name = "two words"
provider = "codex"
[[review_routes]]
match = "doc/**"
reviewer = "B-iu"
[[review_routes]]
match = ["app/**", "doc/**"]
reviewer = "B-iu"
[states]
allowed = ["todo", "doing", "done", "todo"]
terminal = ["finished"]
transitions = [["*", "blockd"], ["doin", "done"]]
[task_kinds]
allowed = ["bug", "story"]
[task_priorities]
levels = [{ rank = 1, label = "a" }, { rank = 1, label = "b" }]
[gates]
require_evidence_before_done = true
accepted_evidence_results = []
[import]
refresh = "on-change"
"#
    ));
}

#[test]
fn syntax_is_judged_line_by_line_and_the_rest_as_well() {
    insta::assert_snapshot!(problems_of(
        r#"
[fairway]
main_branch = main
db_path = "x.db"
db_path = "y.db"
[gates
require_blocked_reason = true
[reviews]
reviewrs = "any"
[[roles]]
name = "unfinished
"#
    ));
}

#[test]
fn a_misspelt_section_does_not_make_its_users_wrong() {
    let text = "[[rolse]]\nname = \"a\"\n[[review_routes]]\nmatch = \"*\"\nreviewer = \"a\"\n";
    assert_eq!(problems_of(text), "1:3+5 unknown-key: unknown key `rolse` (did you mean `roles`?)");
}

#[test]
fn keys_of_the_prototype_that_meant_nothing_are_warnings() {
    let text = "[fairway]\nproject_name = \"x\"\n[coordinator]\nmax_review_tracks = 2\nmax_sidecar_tracks = \"many\"\n";
    let expected = "4:1+17 warning retired-key: `coordinator.max_review_tracks` has no effect (leave it out)\n\
                    5:1+18 warning retired-key: `coordinator.max_sidecar_tracks` has no effect (leave it out)";
    assert_eq!(listed(&parse("c.toml", text).unwrap().warnings), expected);
    let elsewhere = parse("c.toml", "[sessions]\nmax_review_tracks = 2\n");
    assert!(elsewhere.is_err(), "only where they were");
}

#[test]
fn warnings_alone_do_not_refuse() {
    let text = "[[roles]]\nname = \"a\"\nbranch = \"x\"\n[[roles]]\nname = \"b\"\nbranch = \"x\"\n";
    let loaded = parse("c.toml", text).unwrap();
    assert_eq!(loaded.config.roles.len(), 2);
    assert!(listed(&loaded.warnings).starts_with("6:10+3 warning shared-branch"));
}

#[test]
fn an_empty_file_is_a_configuration_without_roles() {
    let loaded = parse("c.toml", "").unwrap();
    assert_eq!((loaded.config, loaded.warnings), (crate::config::Config::default(), vec![]));
}

#[test]
fn a_file_that_cannot_be_read_is_one_problem() {
    let dir = tempfile::tempdir().unwrap();
    let missing = load(&dir.path().join("none.toml")).unwrap_err();
    assert_eq!((missing.problems.len(), missing.problems[0].code), (1, "unreadable"));

    let latin = dir.path().join("latin.toml");
    std::fs::write(&latin, b"[fairway]\nproject_name = \"gr\xfc\xdfe\"\n").unwrap();
    let errors = load(&latin).unwrap_err();
    assert!(listed(&errors.problems).starts_with("2:19+1 not-utf8"), "{}", listed(&errors.problems));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to a file, each problem shows a line that is in it, and the column is in that line.
    #[test]
    fn every_place_is_in_the_file(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, "[\\[\\]{}\"'=.,#a-zé\n\r 0-9]{0,3}"), 1..6)
    ) {
        let mut text = preset("gpuaas", "x").unwrap();
        for (at, cut, insert) in edits {
            let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let start = at.index(boundaries.len());
            let end = boundaries.get(start + cut).copied().unwrap_or(text.len());
            text.replace_range(boundaries[start]..end, &insert);
        }
        let problems = match parse("c.toml", &text) {
            Ok(loaded) => loaded.warnings,
            Err(errors) => errors.problems,
        };
        let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
        for problem in problems {
            let place = problem.place.unwrap();
            prop_assert_eq!(lines[place.line - 1], place.text.as_str());
            prop_assert!(place.column <= place.text.chars().count() + 1);
        }
    }
}
