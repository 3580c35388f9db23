use super::*;

fn keys() -> Vec<StateKey> {
    ["status", "owner", "branch", "commit", "completed_at"]
        .map(|name| StateKey {
            names: if name == "status" { vec![name.into(), "state".into()] } else { vec![name.into()] },
            default: (name == "status").then(|| "todo".to_owned()),
        })
        .into()
}

fn change(task: &str, key: usize, value: &str) -> Change {
    Change { task: task.to_owned(), key, value: (value != "-").then(|| value.to_owned()) }
}

fn edited(text: &str, changes: &[Change]) -> String {
    let edited = edit("queue.yaml", text.as_bytes(), &keys(), changes).unwrap();
    String::from_utf8(edited.bytes).unwrap()
}

/// The same, with both texts of the lines that differ.
fn lines(text: &str, changes: &[Change]) -> (Vec<String>, Vec<String>) {
    let new = edited(text, changes);
    let only = |a: &str, b: &str| -> Vec<String> {
        let others: Vec<&str> = b.lines().collect();
        a.lines().filter(|line| !others.contains(line)).map(str::to_owned).collect()
    };
    (only(text, &new), only(&new, text))
}

const BLOCK: &str = "\
# top
version: 1
tasks:
  - id: A-1   # the first
    title: \"One\"
    status: 'todo'   # why
    notes: |
      status: todo

  # between
  - id: A-2
    title: Two
    status: in_progress
    owner: codex
    branch: agent/a  # kept
    completed_at: 2026-01-16
";

#[test]
fn without_a_difference_the_bytes_are_the_same() {
    assert_eq!(edited(BLOCK, &[]), BLOCK);
    let same =
        [change("A-1", 0, "todo"), change("A-2", 1, "codex"), change("A-2", 4, "2026-01-16T00:00:00Z")];
    assert_eq!(edited(BLOCK, &same), BLOCK);
    assert_eq!(edited(BLOCK, &[change("A-1", 1, "-"), change("A-1", 2, " ")]), BLOCK);
}

#[test]
fn a_claim_changes_and_adds_the_keys_of_its_task() {
    let claim = [change("A-1", 0, "in_progress"), change("A-1", 1, "codex"), change("A-1", 2, "agent/a")];
    let (old, new) = lines(BLOCK, &claim);
    assert_eq!(old, ["    status: 'todo'   # why"]);
    // The owner's line is there already, in another task.
    assert_eq!(new, ["    status: 'in_progress'   # why", "    branch: agent/a"]);
    let text = edited(BLOCK, &claim);
    assert!(text.contains("# why\n    owner: codex\n    branch: agent/a\n    notes: |\n"), "{text}");
}

#[test]
fn a_key_goes_with_its_line_and_leaves_a_comment_its_place() {
    let back =
        [change("A-2", 0, "todo"), change("A-2", 1, "-"), change("A-2", 2, "-"), change("A-2", 4, "-")];
    let (old, new) = lines(BLOCK, &back);
    assert_eq!(
        old,
        [
            "    status: in_progress",
            "    owner: codex",
            "    branch: agent/a  # kept",
            "    completed_at: 2026-01-16"
        ]
    );
    assert_eq!(new, ["    status: todo", "    branch:  # kept"]);
}

#[test]
fn a_file_without_a_last_line_break_keeps_none() {
    let text = "tasks:\n- id: A\n  title: t\n  status: done\n  owner: x";
    assert_eq!(edited(text, &[change("A", 1, "-")]), "tasks:\n- id: A\n  title: t\n  status: done");
    let added = edited(text, &[change("A", 2, "b")]);
    assert_eq!(added, format!("{text}\n  branch: b"));
}

#[test]
fn crlf_and_a_byte_order_mark_stay() {
    let text =
        "\u{FEFF}# \u{1F680}\r\ntasks:\r\n  - id: A\r\n    title: \"t\u{1F600}\"\r\n    status: todo\r\n";
    let new = edited(text, &[change("A", 0, "blocked"), change("A", 1, "\u{1F680} x")]);
    assert_eq!(new, text.replace("status: todo\r\n", "status: blocked\r\n    owner: \u{1F680} x\r\n"));
}

#[test]
fn between_braces_pairs_come_and_go_with_their_comma() {
    let text = "tasks: [{id: A, title: t, owner: x , status: todo}, {\"id\": \"B\", \"title\": \"t\", \"owner\": null}]\n";
    let new = edited(
        text,
        &[change("A", 1, "-"), change("A", 2, "a, b"), change("B", 1, "y"), change("B", 0, "done")],
    );
    assert_eq!(
        new,
        "tasks: [{id: A, title: t , status: todo, branch: 'a, b'}, {\"id\": \"B\", \"title\": \"t\", \"owner\": \"y\", \"status\": \"done\"}]\n"
    );
}

#[test]
fn another_name_of_a_key_is_kept() {
    let text = "tasks:\n- {id: A, title: t, state: todo}\n";
    assert_eq!(edited(text, &[change("A", 0, "done")]), text.replace("todo", "done"));
}

#[test]
fn who_shares_a_value_gets_one_of_his_own() {
    let text = "\
tasks:
- id: A
  title: t
  status: &s todo
- id: B
  title: t
  status: *s
- &base
  id: C
  title: t
  owner: x
- <<: *base
  id: D
";
    let edit = edit("q", text.as_bytes(), &keys(), &[change("A", 0, "done"), change("C", 1, "y")]).unwrap();
    let new = String::from_utf8(edit.bytes).unwrap();
    assert_eq!(
        new,
        text.replace("&s todo", "&s done")
            .replace("status: *s", "status: todo")
            .replace("owner: x", "owner: y")
            .replace("- <<: *base\n  id: D\n", "- <<: *base\n  id: D\n  owner: x\n")
    );
    let pinned: Vec<&str> =
        edit.edits.iter().filter(|edit| edit.pinned).map(|edit| edit.task.as_str()).collect();
    assert_eq!(pinned, ["B", "D"]);
}

#[test]
fn a_merged_value_is_taken_away_by_a_key_that_is_empty() {
    let text = "defaults: &d {owner: x}\ntasks:\n- <<: *d\n  id: A\n  title: t\n";
    assert_eq!(edited(text, &[change("A", 1, "-")]), format!("{text}  owner:\n"));
}

#[test]
fn what_cannot_be_edited_alone_is_refused_at_its_place() {
    let cases = [
        // Something that is no state takes the value.
        ("tasks:\n- id: A\n  title: t\n  status: &s todo\n- {id: B, title: *s}\n", 5, "through an anchor"),
        // The merge comes later and wins.
        (
            "d: &d {status: done}\ntasks:\n- id: A\n  title: t\n  status: todo\n  <<: *d\n",
            3,
            "a merge or a second key",
        ),
        ("tasks:\n- id: A\n  title: t\n  status:\n    - todo\n", 5, "in lines"),
        ("x: &x\n- {id: A, title: t}\ntasks: *x\n", 1, "is an alias"),
    ];
    for (text, line, words) in cases {
        let error = edit("q.yaml", text.as_bytes(), &keys(), &[change("A", 0, "blocked")]).unwrap_err();
        let problem = error.diagnostic().unwrap_or_else(|| panic!("{text}: {error}"));
        assert!(problem.message.contains(words), "{text}: {}", problem.message);
        assert_eq!(problem.place.as_ref().unwrap().line, line, "{text}");
    }
}

#[test]
fn a_task_that_is_not_there_once_is_refused() {
    for text in ["tasks:\n- {id: B, title: t}\n", "tasks:\n- {id: A}\n- {id: A}\n"] {
        let error = edit("q", text.as_bytes(), &keys(), &[change("A", 0, "done")]).unwrap_err();
        assert!(matches!(error, EditError::NoSuchTask { .. }), "{error}");
    }
}

#[test]
fn odd_forms_of_a_value_are_replaced_whole() {
    for (old, new) in [
        ("status: |\n    todo\n  owner: x\n", "status: done\n  owner: x\n"),
        ("status: >-\n    todo\n\n  # c\n  owner: x\n", "status: done\n\n  # c\n  owner: x\n"),
        ("? status\n  : todo\n", "? status\n  : done\n"),
        ("status: !!str todo\n", "status: !!str done\n"),
        ("status: !!str &a # c\n    todo\n", "status: !!str &a # c\n    done\n"),
        ("status: # c\n    \"to\\\n    do\"  # d\n", "status: # c\n    \"done\"  # d\n"),
        ("status:   \n  owner: x\n", "status: done   \n  owner: x\n"),
        ("status: ~\n", "status: done\n"),
        ("status: &e\n", "status: &e done\n"),
        ("status: todo\n  status: todo\n", "status: todo\n  status: done\n"),
    ] {
        let file = |body: &str| format!("tasks:\n- id: A\n  title: t\n  {body}- id: B\n  title: t\n");
        assert_eq!(edited(&file(old), &[change("A", 0, "done")]), file(new));
    }
}

#[test]
fn a_value_that_is_filled_and_a_key_after_it_keep_apart() {
    let text = "tasks:\n- owner:\n  id: A\n  title: t\n";
    let new = edited(text, &[change("A", 0, "done"), change("A", 1, "x")]);
    assert_eq!(new, "tasks:\n- owner: x\n  status: done\n  id: A\n  title: t\n");
}
