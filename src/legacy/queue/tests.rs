//! Every kind of problem, with its exact place.

use std::collections::BTreeMap;

use super::*;
use crate::legacy::queue::document::Seed;
use crate::model::Severity;
use crate::policy::definitions::{Check, Weight};

fn rules() -> ImportRules {
    ImportRules {
        roles: ["api", "web"].map(str::to_owned).to_vec(),
        statuses: ["todo", "in_progress", "blocked", "done"].map(str::to_owned).to_vec(),
        id_pattern: regex::Regex::new("^[A-Z][A-Z0-9-]*$").unwrap(),
        expected_version: None,
        aliases: [
            ("dependencies", "depends_on"),
            ("parent_id", "parent"),
            ("acceptance", "acceptance_checks"),
        ]
        .map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned()))
        .to_vec(),
        role_names: Vec::new(),
        weights: BTreeMap::new(),
    }
}

fn yaml(text: &str) -> QueueDocument {
    parse("q.yaml", text.as_bytes(), Format::Yaml, &rules())
}

/// Code, subject, line, column and width of a problem.
type Brief<'a> = (&'a str, &'a str, usize, usize, usize);

fn brief(document: &QueueDocument) -> Vec<Brief<'_>> {
    document
        .problems
        .iter()
        .map(|problem| {
            let place = problem.place.as_ref().expect("every problem of a file has a place");
            let subject = problem.subject.as_deref().unwrap_or("");
            (problem.code, subject, place.line, place.column, place.width)
        })
        .collect()
}

#[test]
fn each_problem_of_a_task_points_at_its_place() {
    let cases: &[(&str, Brief<'_>)] = &[
        ("- title: T\n  role: api", ("missing-id", "task[0]", 1, 3, 8)),
        ("- {id: '  ', title: T, role: api}", ("missing-id", "task[0]", 1, 8, 4)),
        ("- id: a-1\n  title: T\n  role: api", ("bad-id", "a-1", 1, 7, 3)),
        ("- {id: NO, title: T, role: api}", ("bad-id", "false", 1, 8, 2)),
        ("- id: A\n  role: api", ("missing-title", "A", 1, 3, 5)),
        ("- id: A\n  title: ' '\n  role: api", ("missing-title", "A", 2, 10, 3)),
        ("- id: A\n  title: T", ("missing-role", "A", 1, 3, 5)),
        ("- id: A\n  title: T\n  role: \"apy\"  # x", ("unknown-role", "A", 3, 9, 5)),
        (
            "- {id: A, title: T, role: api}\n- id: B\n  title: T\n  role: [api]",
            ("unknown-role", "B", 4, 9, 5),
        ),
        ("- id: A\n  title: T\n  role: api\n  status: Done", ("unknown-status", "A", 4, 11, 4)),
        ("- id: A\n  title: T\n  role: api\n  priority: '1'", ("wrong-type", "A", 4, 13, 3)),
        ("- id: A\n  title: T\n  role: api\n  sequence: 1.5", ("wrong-type", "A", 4, 13, 3)),
        ("- id: A\n  title: T\n  role: api\n  depends_on: A", ("wrong-type", "A", 4, 15, 1)),
        ("- id: A\n  title: T\n  role: api\n  acceptance: one", ("wrong-type", "A", 4, 15, 3)),
        ("- id: A\n  title: [é]\n  role: api", ("wrong-type", "A", 2, 10, 3)),
        ("- id: A\n  title: T\n  role: api\n  notes:\n    a: b", ("wrong-type", "A", 5, 5, 4)),
        ("- id: A\n  title: T\n  role: api\n  score: .nan", ("wrong-type", "A", 4, 10, 4)),
        ("- id: A\n  title: T\n  role: api\n  completed_at: soon", ("unparsed-time", "A", 4, 17, 4)),
        ("- id: A\n  title: T\n  id: A\n  role: api", ("duplicate-key", "A", 3, 3, 2)),
        ("- id: A\n  title: T\n  role: api\n  x: {a: 1, a: 2}", ("duplicate-key", "A", 4, 13, 1)),
        ("- id: A\n  title: T\n  role: api\n  depends_on: [A]", ("self-dependency", "A", 4, 16, 1)),
        ("- id: A\n  title: T\n  role: api\n  depends_on: [B]", ("unknown-dependency", "A", 4, 16, 1)),
        ("- id: A\n  title: T\n  role: api\n  depends_on:\n  - ~", ("unknown-dependency", "A", 5, 5, 1)),
        ("- id: A\n  title: T\n  role: api\n  parent: ELSEWHERE", ("unknown-parent", "A", 4, 11, 9)),
        ("- id: A\n  title: T\n  role: api\n  parent: A", ("parent-cycle", "A", 4, 11, 1)),
        ("- text", ("not-a-mapping", "task[0]", 1, 3, 4)),
    ];
    for (text, expected) in cases {
        assert_eq!(brief(&yaml(text)), [*expected], "{text}");
    }
}

#[test]
fn problems_of_two_tasks_point_at_the_later_one() {
    let task = |id: &str, rest: &str| format!("- id: {id}\n  title: T\n  role: api\n{rest}");
    let twice = task("A", "") + &task("A", "");
    assert_eq!(brief(&yaml(&twice)), [("duplicate-id", "A", 4, 7, 1)]);
    assert_eq!(yaml(&twice).problems[0].message, "duplicate id (first at task[0])");

    let circle = task("A", "  depends_on: [B]\n") + &task("B", "  depends_on: [A]\n");
    let document = yaml(&circle);
    assert_eq!(brief(&document), [("dependency-cycle", "A", 8, 16, 1)]);
    assert_eq!(document.problems[0].message, "dependency cycle: A -> B -> A");
    assert_eq!(document.problems[0].detail.as_ref().unwrap()["path"], serde_json::json!(["A", "B", "A"]));

    let parents = task("A", "  parent: B\n") + &task("B", "  parent_id: A\n");
    assert_eq!(brief(&yaml(&parents)), [("parent-cycle", "A", 8, 14, 1)]);
}

#[test]
fn problems_of_the_file_as_a_whole() {
    let versioned = ImportRules { expected_version: Some(1), ..rules() };
    let versioned = |text: &str| parse("q.yaml", text.as_bytes(), Format::Yaml, &versioned);
    let cases = [
        (versioned("version: 2\ntasks: []"), ("bad-version", "", 1, 10, 1)),
        (versioned("tasks: []"), ("bad-version", "", 1, 1, 9)),
        (versioned("- {id: a}"), ("not-a-mapping", "", 1, 1, 9)),
        (versioned("version: 1\ntasks: x"), ("not-a-list", "", 2, 8, 1)),
        (yaml("version: 1"), ("not-a-list", "", 1, 1, 10)),
        (yaml("just text"), ("not-a-mapping", "", 1, 1, 9)),
        (yaml(""), ("not-a-mapping", "", 1, 1, 1)),
        (yaml("tasks: []\nx: 1\nx: 2"), ("duplicate-key", "", 3, 1, 1)),
        (parse("q.yaml", b"tasks:\n- id: \xff", Format::Yaml, &rules()), ("not-utf8", "", 2, 7, 1)),
    ];
    for (document, expected) in cases {
        assert_eq!(brief(&document), [expected]);
    }
    assert!(brief(&versioned("version: 1.0\ntasks: []")).is_empty(), "as Ruby compares");
    let truncated = yaml("tasks:\n- id: A\n  title: \"open");
    assert_eq!((truncated.problems.len(), truncated.problems[0].code), (1, "yaml-syntax"));
    assert!(truncated.tasks.is_empty());
}

#[test]
fn json_points_into_the_file_too() {
    let json = |text: &str| parse("q.json", text.as_bytes(), Format::Json, &rules());
    let document =
        json("{\"tasks\": [\n  {\"id\": \"A\", \"é\": 1, \"title\": 5, \"role\": \"apy\"}\n], \"x\": 1}");
    assert_eq!(brief(&document), [("unknown-role", "A", 2, 43, 5)]);
    assert_eq!((&*document.tasks[0].title, &*document.tasks[0].extra), ("5", "{\"é\":1}"));
    assert_eq!(document.envelope["x"], 1);

    assert_eq!(brief(&json("[{\"id\": \"A\",}]")), [("json-syntax", "", 1, 13, 2)]);
    assert_eq!(brief(&json("// no\n[]")), [("json-syntax", "", 1, 1, 5)]);
    assert_eq!(brief(&json("[1]")), [("not-a-mapping", "task[0]", 1, 2, 2)]);
    assert_eq!(
        brief(&json("[{\"id\":\"A\",\"title\":\"T\",\"role\":\"api\",\"id\":\"A\"}]")),
        [("duplicate-key", "A", 1, 37, 4)]
    );
    assert!(brief(&json("\u{feff}[]")).is_empty());

    let twice =
        json(r#" {"tasks": [1], "a": 1, "t\u0061sks": [{"id": "A", "title": "T", "role": "api"}], "a": 2}"#);
    assert_eq!(brief(&twice), [("duplicate-key", "", 1, 83, 3), ("duplicate-key", "", 1, 3, 7)]);
    assert_eq!((twice.tasks.len(), &twice.envelope["a"]), (1, &serde_json::json!(2)));
    assert_eq!(brief(&json("{\"tasks\": {}}")), [("not-a-list", "", 1, 11, 3)]);
    assert_eq!(brief(&json("{}")), [("not-a-list", "", 1, 1, 2)]);
    assert_eq!(brief(&json(" 7")), [("not-a-mapping", "", 1, 2, 1)]);
}

#[test]
fn a_warning_keeps_what_it_is_about() {
    let mut rules = rules();
    for check in [Check::WrongType, Check::UnknownStatus, Check::MissingTitle] {
        rules.weights.insert(check, Weight::Warning);
    }
    let text = "- id: A\n  role: api\n  priority: high\n  status: odd\n  kind: [x]";
    let document = parse("q.yaml", text.as_bytes(), Format::Yaml, &rules);
    assert!(document.problems.iter().all(|problem| problem.severity == Severity::Warning));
    assert_eq!(document.problems.len(), 4);
    let task = &document.tasks[0];
    assert_eq!((task.priority, &task.kind, &*task.title), (None, &None, "A"));
    assert_eq!(&*task.extra, r#"{"status":"odd","priority":"high","kind":["x"]}"#);
    assert_eq!(task.seed, None);
}

#[test]
fn fields_are_kept_as_ruby_reads_them() {
    let text = "\
- id: 1
  title: No
  role: api
  dependencies: [B, B]
  acceptance: [yes, 010, ~]
  owner: 12:30
  completed_at: 2026-01-16
  commit: 0123456
  when: 2026-05-29
  depends: {a: [1, ~]}
- {id: B, title: T, role: web, notes: '', kind: ''}
";
    let mut rules = rules();
    rules.weights.insert(Check::BadId, Weight::Ignore);
    let document = parse("q.yaml", text.as_bytes(), Format::Yaml, &rules);
    assert_eq!(brief(&document), []);
    let task = &document.tasks[0];
    assert_eq!((&*task.id, &*task.title, &*task.depends_on), ("1", "false", &[1_u32][..]));
    assert_eq!(&*task.acceptance_checks, r#"["true","8",""]"#);
    assert_eq!(&*task.extra, r#"{"when":"2026-05-29T00:00:00Z","depends":{"a":[1,null]}}"#);
    let seed = Seed {
        owner: Some("45000".into()),
        commit: Some("42798".into()),
        completed_at: Some("2026-01-16T00:00:00.000Z".into()),
        ..Seed::default()
    };
    assert_eq!(task.seed.as_deref(), Some(&seed));
    assert_eq!((&document.tasks[1].notes, &document.tasks[1].kind), (&None, &None));
    let unknown: Vec<_> = document.unknown_fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(unknown, ["when", "depends"]);
}
