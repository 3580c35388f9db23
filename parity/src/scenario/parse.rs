//! Reads a scenario file and checks it against the vocabulary.

use std::path::{Component, Path};

use crate::datafile::{self, Node, Problems, Source, Table, suggest};
use crate::observation::{Channel, Omission, Outcome};
use crate::operation::{Argument, ArgumentType, FieldType, Operation, OperationDefinition, Vocabulary};

use super::{Action, Edit, EditedFile, Scenario, Start};

/// The clock of a scenario that names none: that at which the standard copy was left.
const CLOCK: &str = "2026-02-27T16:00:00Z";
const ACTOR: &str = "operator@fairway";

impl Scenario {
    /// Reads a scenario that lies in the folder of its behaviour.
    ///
    /// # Errors
    /// Every problem in it.
    pub fn parse(
        source: &Source,
        folder: &str,
        name: &str,
        vocabulary: &Vocabulary,
    ) -> Result<Self, Problems> {
        datafile::read(source, |root| {
            if let Some(node) = root.need("behaviour").filter(|node| node.text() != folder) {
                let expected = format!("expected `{folder}`, the name of its folder");
                node.problem(format!("this scenario lies in the folder `{folder}`"), Some(expected));
            }
            let now = root.get("now").map_or_else(|| CLOCK.to_owned(), |node| time(&node));
            let actor = root.text("actor").unwrap_or_else(|| ACTOR.to_owned());
            let steps = root.need("steps").map(|node| node.list()).unwrap_or_default();
            if steps.is_empty() {
                root.problem("a scenario without steps shows nothing", None);
            }
            let defaults = Defaults { now: &now, actor: &actor, vocabulary };
            let steps = steps.iter().filter_map(|node| node.table(|table| step(table, &defaults)).flatten());
            let omit = root.get("omit").map(|node| node.list()).unwrap_or_default();
            Self {
                behaviour: folder.to_owned(),
                name: name.to_owned(),
                summary: root.need_text("summary"),
                start: start(root),
                omit: omit.iter().filter_map(|node| node.table(omission)).collect(),
                steps: steps.collect(),
                now: now.clone(),
                actor: actor.clone(),
            }
        })
    }
}

struct Defaults<'a> {
    now: &'a str,
    actor: &'a str,
    vocabulary: &'a Vocabulary,
}

fn start(root: &Table<'_>) -> Start {
    let kind = root.need("start");
    let queue = root.get("queue");
    let name = kind.map(|node| node.one_of("start", ["standard", "definitions"])).unwrap_or_default();
    match (name.as_str(), queue) {
        ("standard", Some(queue)) => {
            let expected = "`start = \"definitions\"` begins with a queue of your own".to_owned();
            queue.problem("the standard start has a queue already", Some(expected));
        }
        ("definitions", None) => {
            root.problem("`start = \"definitions\"` needs the text of a `queue`", None);
        }
        _ => {}
    }
    queue.map_or(Start::Standard, |node| Start::Queue(node.text()))
}

/// Outcome, answer and state are what a queue is about, so they cannot be left out.
fn omission(table: &Table<'_>) -> Omission {
    let channels = Channel::OPTIONAL;
    let name = table.need("channel").map(|node| node.one_of("channel", channels.map(Channel::name)));
    let channel = channels.into_iter().find(|channel| name.as_deref() == Some(channel.name()));
    let reason = table.need("reason");
    if let Some(blank) = reason.filter(|node| node.as_text().is_some_and(|text| text.trim().is_empty())) {
        blank.problem("a channel is left out for a reason", Some("say why it would show nothing".to_owned()));
    }
    let reason = reason.map(|node| node.text()).unwrap_or_default();
    Omission { channel: channel.unwrap_or(Channel::Files), reason }
}

fn time(node: &Node<'_>) -> String {
    let text = node.text();
    let read = FieldType::Time.canonical(&text.clone().into());
    if read.ok().and_then(|value| value.as_str().map(|read| read == text)) != Some(true) {
        node.problem("not a time", Some("expected YYYY-MM-DDTHH:MM:SSZ, as text".to_owned()));
    }
    text
}

fn step(table: &Table<'_>, defaults: &Defaults<'_>) -> Option<Action> {
    let kinds = ["operation", "write_queue", "patch_queue", "write_file", "remove_file", "git"];
    let given: Vec<&str> = kinds.into_iter().filter(|kind| table.has(kind)).collect();
    if given.len() != 1 {
        table
            .problem("a step does one thing", Some(format!("expected exactly one of: {}", kinds.join(", "))));
    }
    let role = table.text("in");
    let action = match given.first().copied() {
        Some("operation") => ask(table, role, defaults)?,
        Some("write_queue") => {
            let edit = Edit::Write(table.need_text("write_queue"));
            Action::Edit { file: EditedFile::Queue, edit, role }
        }
        Some("patch_queue") => {
            let edit = table.get("patch_queue").and_then(|node| node.table(patch))?;
            Action::Edit { file: EditedFile::Queue, edit, role }
        }
        Some("write_file") => {
            let (file, edit) = table.get("write_file").and_then(|node| node.table(write))?;
            Action::Edit { file, edit, role }
        }
        Some("remove_file") => {
            let file = table.get("remove_file").map(|node| inner_path(&node))?;
            Action::Edit { file, edit: Edit::Remove, role }
        }
        _ => Action::Git { arguments: table.texts("git"), role },
    };
    for kind in kinds {
        table.get(kind);
    }
    Some(action)
}

fn patch(table: &Table<'_>) -> Edit {
    Edit::Patch { find: table.need_text("find"), replace: table.need_text("replace") }
}

fn write(table: &Table<'_>) -> (EditedFile, Edit) {
    let file = table.need("path").map_or(EditedFile::Queue, |node| inner_path(&node));
    (file, Edit::Write(table.need_text("text")))
}

/// A path inside of the checkout, and not inside of its git folder: steps change that through git.
fn inner_path(node: &Node<'_>) -> EditedFile {
    let text = node.text();
    let mut parts = Path::new(&text).components();
    let plain = !text.is_empty() && parts.all(|part| matches!(part, Component::Normal(_)));
    if !plain || Path::new(&text).starts_with(".git") {
        node.problem(
            "not a path inside of the checkout",
            Some("expected a path such as `doc/notes.md`, and not one in `.git`".to_owned()),
        );
    }
    EditedFile::Path(text)
}

fn ask(table: &Table<'_>, role: Option<String>, defaults: &Defaults<'_>) -> Option<Action> {
    let node = table.get("operation")?;
    let name = node.one_of("operation", defaults.vocabulary.names());
    let arguments = table.get("args").and_then(|node| node.as_table());
    let via = table.text("via");
    let now = table.get("now").map_or_else(|| defaults.now.to_owned(), |node| time(&node));
    let actor = table.text("actor").unwrap_or_else(|| defaults.actor.to_owned());
    let expect = table.get("expect").map(|node| node.one_of("outcome", Outcome::classes()));
    let definition = defaults.vocabulary.get(&name)?;
    let arguments = arguments.map(|table| self::arguments(&table, definition)).unwrap_or_default();
    let operation = Operation { name, arguments, role, via, now, actor };
    Some(Action::Ask { operation, expect: expect.unwrap_or_else(|| "ok".to_owned()) })
}

fn arguments(table: &Table<'_>, definition: &OperationDefinition) -> Vec<(String, Argument)> {
    let known: Vec<&str> = definition.arguments.iter().map(|(name, _)| name.as_str()).collect();
    let mut arguments = Vec::new();
    for (name, node) in table.entries() {
        if let Some((_, kind)) = definition.arguments.iter().find(|(known, _)| *known == name) {
            arguments.push((name, argument(&node, *kind)));
        } else {
            let message = format!("`{}` has no argument `{name}`", definition.name);
            table.key_problem(&name, message, Some(suggest(&name, &known)));
        }
    }
    arguments
}

/// Text is taken for a whole number too: a scenario may show that a malformed one is refused.
fn argument(node: &Node<'_>, kind: ArgumentType) -> Argument {
    match kind {
        ArgumentType::Boolean => Argument::Flag(node.boolean()),
        ArgumentType::List => Argument::List(node.texts()),
        ArgumentType::Integer if node.as_text().is_none() => Argument::Text(node.integer().to_string()),
        ArgumentType::Integer | ArgumentType::Text => Argument::Text(node.text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let text =
            "[records]\n[operations.claim]\nkind = \"proved\"\nsummary = \"s\"\narguments.task = \"text\"\n";
        Vocabulary::parse(&Source::new("vocabulary.toml", text)).unwrap()
    }

    fn parse(text: &str) -> Result<Scenario, Problems> {
        Scenario::parse(&Source::new("s.toml", text), "claim", "s", &vocabulary())
    }

    #[test]
    fn a_step_expects_success_unless_it_says_otherwise() {
        let head = "behaviour = \"claim\"\nsummary = \"s\"\nstart = \"standard\"\n";
        let scenario = parse(&format!("{head}[[steps]]\noperation = \"claim\"\nargs = {{ task = \"A\" }}\n"));
        let Action::Ask { expect, operation } = &scenario.unwrap().steps[0] else { panic!("no operation") };
        assert_eq!(expect, "ok");
        assert_eq!(operation.now, CLOCK);
    }

    #[test]
    fn files_are_written_and_removed_inside_of_a_checkout_only() {
        let head = "behaviour = \"claim\"\nsummary = \"s\"\nstart = \"standard\"\n";
        let steps = "[[steps]]\nwrite_file = { path = \"doc/x.md\", text = \"hi\\n\" }\nin = \"B-ui\"\n\
                     [[steps]]\nremove_file = \"doc/x.md\"\n";
        let scenario = parse(&format!("{head}{steps}")).unwrap();
        let file = EditedFile::Path("doc/x.md".into());
        let written =
            Action::Edit { file: file.clone(), edit: Edit::Write("hi\n".into()), role: Some("B-ui".into()) };
        assert_eq!(scenario.steps, [written, Action::Edit { file, edit: Edit::Remove, role: None }]);
        for path in ["../x", "/etc/passwd", ".git/config", ""] {
            let text = format!("{head}[[steps]]\nremove_file = \"{path}\"\n");
            assert!(parse(&text).unwrap_err().to_string().contains("not a path inside"), "{path}");
        }
    }

    #[test]
    fn a_channel_is_left_out_by_name_and_for_a_reason() {
        let head = "behaviour = \"claim\"\nsummary = \"s\"\nstart = \"standard\"\n";
        let with = |omit: &str| parse(&format!("{head}[[omit]]\n{omit}[[steps]]\ngit = [\"status\"]\n"));
        let scenario = with("channel = \"git\"\nreason = \"only one side has a remote\"\n").unwrap();
        assert!(scenario.omits(Channel::Git) && !scenario.omits(Channel::Files));
        let wrong = [
            ("channel = \"state\"\nreason = \"r\"\n", (5, 11), "unknown channel `state`"),
            ("channel = \"git\"\n", (4, 1), "`reason` is missing"),
            ("channel = \"git\"\nreason = \" \"\n", (6, 10), "a channel is left out for a reason"),
            ("reason = \"r\"\n", (4, 1), "`channel` is missing"),
        ];
        for (text, place, message) in wrong {
            let problems = with(text).unwrap_err();
            let first = &problems.all()[0];
            assert_eq!((first.line, first.column), place, "{problems}");
            assert_eq!(first.message, message, "{problems}");
        }
    }

    #[test]
    fn every_mistake_is_named() {
        let text = "behaviour = \"claim\"\nsummary = \"s\"\nstart = \"standart\"\nnow = \"yesterday\"\n\
                    [[steps]]\noperation = \"clam\"\n[[steps]]\noperation = \"claim\"\nargs = { tsk = \"A\" }\n\
                    expect = \"hold\"\n[[steps]]\ngit = [\"log\"]\nwrite_queue = \"\"\n";
        let problems = parse(text).unwrap_err().to_string();
        for part in
            ["standart", "not a time", "did you mean `claim`", "no argument `tsk`", "`held`", "one thing"]
        {
            assert!(problems.contains(part), "{part} is missing in\n{problems}");
        }
    }
}
