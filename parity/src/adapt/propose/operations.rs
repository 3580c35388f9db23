//! How each operation is asked and read.

use serde::Serialize;
use serde_json::Value;

use super::answers::{Sentence, nothing};
use super::{Places, Sources, Values, part, state};
use crate::adapt::AdaptError;
use crate::adapt::commands::Command;
use crate::adapt::draft::{Draft, Mark, list, text};
use crate::adapt::facts::text::{Kind, Said};
use crate::adapt::facts::{Style, database};
use crate::adapt::knowledge::KnownOperation;
use crate::adapt::probe::{Probe, Shown};
use crate::operation::{ArgumentType, Field, FieldType, OperationDefinition};

/// How many tasks are shown before one has enough records to see the form of each.
const TASKS: usize = 3;

/// A verb that was tried in a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// The operation that it may be.
    pub operation: String,
    /// The words of the command.
    pub command: Vec<String>,
    /// The reader that reads it; none when none does.
    pub reader: Option<String>,
    /// How many rows or fields it showed.
    pub found: usize,
    /// Why it was not run at all: nothing is that cannot be held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
}

pub(crate) fn write(
    sources: &Sources<'_>,
    values: &Values,
    probe: &mut Probe<'_>,
    draft: &mut Draft,
) -> Result<Vec<Tried>, AdaptError> {
    part(draft, "operations");
    let mut tried = Vec::new();
    for known in &sources.known.operations {
        let Some(definition) = sources.vocabulary.get(&known.name) else { continue };
        if let Some(command) = Command::find(sources.facts, &known.name, &known.verbs) {
            let one = Asking { sources, values, known, definition, command };
            tried.extend(one.write(probe, draft)?);
        } else {
            draft.plain(&format!("# [operations.{}] # open\n", known.name));
            let question = format!("which verb is `{}`, {}?", known.name, first_small(&definition.summary));
            draft.decide(known.value, &format!("operations.{}", known.name), question, unused(sources));
        }
    }
    rest(sources, draft);
    Ok(tried)
}

/// What the vocabulary has and nothing is known of here.
fn rest(sources: &Sources<'_>, draft: &mut Draft) {
    let names: Vec<String> = sources
        .vocabulary
        .names()
        .filter(|name| sources.known.operation(name).is_none())
        .map(str::to_owned)
        .collect();
    let question = format!(
        "{} more operations of the vocabulary are not proposed; add those that the queue has",
        names.len()
    );
    draft.decide(1, "operations", question, names);
}

fn first_small(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The verbs that no operation has.
fn unused(sources: &Sources<'_>) -> Vec<String> {
    let all = sources.facts.scripts.iter().flat_map(|script| &script.verbs).map(|(verb, _)| verb.clone());
    let targets = sources.facts.targets.iter().map(|target| format!("make {}", target.name));
    let taken: Vec<String> = sources
        .known
        .operations
        .iter()
        .filter_map(|known| Command::find(sources.facts, &known.name, &known.verbs))
        .flat_map(|command| {
            [command.verb, command.target.map(|name| format!("make {name}")).unwrap_or_default()]
        })
        .collect();
    let mut free: Vec<String> = all.chain(targets).filter(|verb| !taken.contains(verb)).collect();
    free.sort();
    free.dedup();
    free
}

struct Asking<'a> {
    sources: &'a Sources<'a>,
    values: &'a Values,
    known: &'a KnownOperation,
    definition: &'a OperationDefinition,
    command: Command<'a>,
}

impl Asking<'_> {
    fn write(&self, probe: &mut Probe<'_>, draft: &mut Draft) -> Result<Option<Tried>, AdaptError> {
        let name = &self.known.name;
        let (shown, tried) = self.probe(probe)?;
        draft.plain(&format!("[operations.{name}]"));
        let format = shown.as_ref().map(|shown| shown.format.clone()).unwrap_or_default();
        let argv = [self.command.argv.clone(), format.clone()].concat();
        draft.line(&format!("argv = {}", list(&argv)), self.command.mark());
        if let Some(target) = &self.command.target {
            let words = ["make", "-s", "--no-print-directory", target].map(str::to_owned);
            let argv = list(&[words.to_vec(), format].concat());
            let via = format!(
                "via.make = {{ argv = {argv}, escape = {{ \"$\" = \"$$\" }}, exit = '^make: \\*\\*\\* \\[.*\\] Error (\\d+)$' }}"
            );
            draft.line(&via, Mark::Sure);
        }
        self.arguments(draft);
        let Some(FieldType::Record(fields)) = &self.definition.answer else {
            draft.plain("");
            return Ok(tried);
        };
        draft.plain(&format!("[[operations.{name}.answers]]"));
        draft.line("stream = \"stdout\"", Mark::Guessed);
        match &shown {
            Some(shown) => self.shown(shown, fields, draft),
            None => self.said(fields, draft),
        }
        draft.plain("");
        Ok(tried)
    }

    fn arguments(&self, draft: &mut Draft) {
        let name = &self.known.name;
        draft.plain(&format!("[operations.{name}.arguments]"));
        let mut open = Vec::new();
        for (argument, kind) in &self.definition.arguments {
            let boolean = *kind == ArgumentType::Boolean;
            match self.command.argument(self.sources.facts, self.known, argument, boolean) {
                Some((words, mark)) => {
                    let words = match self.values.of_argument(argument) {
                        Some(values) => format!(
                            "{{ words = {}, values = {} }}",
                            list(&words),
                            text(&format!("{values}-here"))
                        ),
                        None => list(&words),
                    };
                    draft.line(&format!("{argument} = {words}"), mark);
                }
                // The task that a verb is about is often its first word.
                None if argument == "task" => draft.line("task = [\"{}\"]", Mark::Guessed),
                None => {
                    draft.plain(&format!("# {argument} = [\"...\"] # open"));
                    open.push(argument.clone());
                }
            }
        }
        if !open.is_empty() {
            let question = format!("how are {} given to `{}`?", open.join(", "), self.command.argv.join(" "));
            let seen = match self.command.script.style {
                Style::KeyValue => self.command.script.variables.iter().cloned().collect(),
                Style::Flags => self.command.script.flags.iter().map(|(flag, _)| flag.clone()).collect(),
            };
            draft.decide(self.known.value / 3, &format!("operations.{name}.arguments"), question, seen);
        }
    }

    /// Tries the verb, where that changes nothing.
    fn probe(&self, probe: &mut Probe<'_>) -> Result<(Option<Shown>, Option<Tried>), AdaptError> {
        if !self.known.probe {
            return Ok((None, None));
        }
        let mut all: Option<Shown> = None;
        for arguments in self.samples()? {
            let formats = all.as_ref().map(|shown| vec![shown.format.clone()]);
            let formats = formats.unwrap_or_else(|| self.sources.known.formats.clone());
            let Some(shown) = probe.show(&self.command, &arguments, &formats)? else { continue };
            match &mut all {
                Some(all) => merge(&mut all.raw, shown.raw),
                None => all = Some(shown),
            }
        }
        let found = all.as_ref().map_or(0, |shown| match &shown.raw {
            Value::Array(rows) => rows.len(),
            Value::Object(fields) => fields.len(),
            _ => 0,
        });
        let format = all.as_ref().map(|shown| shown.format.clone()).unwrap_or_default();
        let command = [self.command.argv.clone(), format].concat();
        let reader = all.as_ref().map(|shown| shown.reader.to_owned());
        let why_not = probe.why_not.clone();
        Ok((all, Some(Tried { operation: self.known.name.clone(), command, reader, found, why_not })))
    }

    /// The arguments of each try: none, or a few tasks that have records.
    fn samples(&self) -> Result<Vec<Vec<String>>, AdaptError> {
        let needs_task = self.definition.arguments.iter().any(|(name, _)| name == "task");
        if !needs_task {
            return Ok(vec![Vec::new()]);
        }
        let words = self.command.argument(self.sources.facts, self.known, "task", false);
        let words = words.map_or_else(|| vec!["{}".to_owned()], |(words, _)| words);
        let Some(path) = &self.sources.facts.snapshot else { return Ok(Vec::new()) };
        let mut tasks: Vec<String> = Vec::new();
        for table in self.sources.facts.tables.iter().filter(|table| table.rows > 0) {
            let column = ["task_id", "task"]
                .iter()
                .find_map(|name| table.columns.iter().find(|column| column == name));
            let column = column.or_else(|| {
                let (name, _) = self.sources.known.names.pick("task", &table.columns)?;
                table.columns.iter().find(|column| *column == name)
            });
            let Some(column) = column else { continue };
            tasks.extend(database::first(path, &table.name, column, TASKS).map_err(AdaptError::Database)?);
        }
        tasks.sort();
        tasks.dedup();
        let filled = |task: &String| words.iter().map(|word| word.replace("{}", task)).collect();
        Ok(tasks.iter().map(filled).collect())
    }

    fn shown(&self, shown: &Shown, fields: &[Field], draft: &mut Draft) {
        draft.line(&format!("reader = {}", text(shown.reader)), Mark::Sure);
        if !shown.columns.is_empty() {
            draft.line(&format!("columns = {}", list(&shown.columns)), Mark::Open);
            let question = format!("what do the cells of `{}` say?", self.command.argv.join(" "));
            draft.decide(
                self.known.value - 1,
                &format!("operations.{}.answers", self.known.name),
                question,
                shown.columns.clone(),
            );
        }
        let before = draft.marks.open;
        let columns = |section: &str| state::columns_of(self.sources, section);
        let places = Places {
            names: &self.sources.known.names,
            values: self.values,
            defaults: &self.known.defaults,
            columns: &columns,
        };
        places.write(
            draft,
            &format!("operations.{}.answers.fields", self.known.name),
            fields,
            &shown.raw,
            false,
        );
        let open = draft.marks.open - before;
        if open > 0 {
            let question =
                format!("{open} fields of the answer of `{}` were not found", self.command.argv.join(" "));
            draft.decide(
                self.known.value / 2,
                &format!("operations.{}.answers", self.known.name),
                question,
                keys(&shown.raw),
            );
        }
    }

    /// The texts where the verb is carried out.
    fn near(&self) -> impl Iterator<Item = &Said> {
        let regions = self.sources.facts.behind(self.command.script).filter_map(|script| {
            let region = script.region(&self.command.verb)?;
            Some(script.said.iter().filter(move |said| region.contains(&said.line)))
        });
        regions.flatten()
    }

    /// Reads what the script says once it is done.
    fn said(&self, fields: &[Field], draft: &mut Draft) {
        draft.line("reader = \"regex\"", Mark::Guessed);
        let sentence = Sentence::best(self.near(), fields, self.sources.known);
        let (pattern, found) = match &sentence {
            Some(sentence) => (sentence.pattern.as_str(), sentence.found.as_slice()),
            None => ("\\A[\\s\\S]*\\z", [].as_slice()),
        };
        draft.line(
            &format!("pattern = {}", text(pattern)),
            if sentence.is_some() { Mark::Guessed } else { Mark::Open },
        );
        draft.plain(&format!("[operations.{}.answers.fields]", self.known.name));
        let mut open = Vec::new();
        for field in fields {
            if found.contains(&field.name) {
                let at = text(&format!("/{}", field.name));
                let place = match self.values.of(&field.name) {
                    Some(values) => format!("{{ at = {at}, values = {} }}", text(values)),
                    None => at,
                };
                draft.line(&format!("{} = {place}", field.name), Mark::Guessed);
            } else {
                draft.line(&format!("{} = {}", field.name, nothing(&field.kind)), Mark::Open);
                open.push(field.name.clone());
            }
        }
        if !open.is_empty() {
            let question = format!("where does `{}` say {}?", self.command.argv.join(" "), open.join(", "));
            let near = self.near().filter(|said| said.kind == Kind::Printed);
            let seen = near.map(Said::plain).collect();
            draft.decide(
                self.known.value / 2,
                &format!("operations.{}.answers", self.known.name),
                question,
                seen,
            );
        }
    }
}

/// Adds the rows of one answer to another's lists.
fn merge(all: &mut Value, one: Value) {
    match (all, one) {
        (Value::Array(all), Value::Array(one)) => all.extend(one),
        (Value::Object(all), Value::Object(one)) => {
            for (key, value) in one {
                match all.get_mut(&key) {
                    Some(known) => merge(known, value),
                    None => drop(all.insert(key, value)),
                }
            }
        }
        _ => {}
    }
}

fn keys(raw: &Value) -> Vec<String> {
    let row = raw.as_array().and_then(|rows| rows.first()).unwrap_or(raw);
    row.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default()
}
