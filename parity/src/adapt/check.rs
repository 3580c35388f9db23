//! Holds an adapter against a legacy copy: what it speaks of and is not there any more, what is there and it does not
//! speak of, and what it cannot read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::facts::{Facts, files};
use super::knowledge::Knowledge;
use super::trials::{PATIENCE, Trials};
use super::{ACTOR, AdaptError, NOW};
use crate::adapter::{Adapter, Ask, Placeholders, StateSource};
use crate::datafile::Source;
use crate::library::Library;
use crate::operation::{Argument, Operation};
use crate::sandbox::{Aside, Base, Layout, Original, workplace};
use crate::system::{CommandLine, Setting, System, state_of};

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// What sort of thing it is: `file-vanished`, `field-appeared`, `field-vanished`, `target-vanished`,
    /// `verb-vanished`, `table-appeared`, `column-appeared`, `state-unreadable`, `output-unreadable`, `output-untried`.
    pub kind: &'static str,
    /// The part of the adapter, or of the copy, that it is about.
    pub about: String,
    /// What was found.
    pub detail: String,
}

/// Everything that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// The adapter.
    pub adapter: String,
    /// The findings.
    pub findings: Vec<Finding>,
    /// The operations whose answers were read.
    pub read: Vec<String>,
    /// Whether the original is as it was.
    pub original_untouched: bool,
}

/// Holds `adapter` against the copy `dir`. `keeper` is a program that carries the keeper of sandboxes; without one no
/// answer is asked for, and that is a finding.
///
/// # Errors
/// The copy cannot be read or copied.
pub fn check(
    dir: &Path,
    adapter: &Adapter,
    library: &Library,
    own: Option<Source>,
    keeper: Option<&Path>,
) -> Result<Findings, AdaptError> {
    let known = Knowledge::read(own)?;
    let database = adapter.files.database.as_ref().filter(|path| dir.join(path).exists()).map(Into::into);
    let original = Original::open(dir, &Layout { database, private: Vec::new() })?;
    let before = original.fingerprint()?;
    let work = workplace(&original)?;
    let base = Base::copy(&original, work.path())?;
    let found = files::walk(base.checkout())?;
    let facts = Facts::gather(base.checkout(), found, base.snapshot(), &known)?;
    let mut checked = Checked {
        adapter,
        facts: &facts,
        checkout: base.checkout(),
        findings: BTreeSet::new(),
        gone: BTreeMap::new(),
    };
    checked.files();
    checked.fields()?;
    for ask in &adapter.operations {
        checked.command(ask);
    }
    for (path, operations) in std::mem::take(&mut checked.gone) {
        checked.add(
            "file-vanished",
            &path,
            format!("{} operation(s) ask it: {}", operations.len(), operations.join(", ")),
        );
    }
    checked.columns();
    let state = state_of(base.checkout(), base.snapshot(), adapter, &library.schema);
    let task = match &state {
        Ok(state) => state.sections.get("tasks").and_then(|rows| rows.keys().next()).map(ToString::to_string),
        Err(error) => {
            checked.add("state-unreadable", "state", error.to_string());
            None
        }
    };
    let trials = Trials::new(&original, &base, work.path(), keeper)?;
    let mut read = Vec::new();
    for name in known.operations.iter().filter(|known| known.probe).map(|known| known.name.as_str()) {
        if let Some(ask) = adapter.ask(name) {
            match trials.sandbox(name)? {
                Ok(sandbox) => read.extend(checked.answer(ask, library, sandbox, task.as_deref())?),
                Err(why) => checked.add("output-untried", &format!("operations.{name}"), why),
            }
        }
    }
    let findings = checked.findings.into_iter().collect();
    let original_untouched = before.differences(&original.fingerprint()?).is_empty();
    Ok(Findings { adapter: adapter.name.clone(), findings, read, original_untouched })
}

struct Checked<'a> {
    adapter: &'a Adapter,
    facts: &'a Facts,
    checkout: &'a Path,
    findings: BTreeSet<Finding>,
    /// Scripts that are not there, with the operations that name them.
    gone: BTreeMap<String, Vec<String>>,
}

impl Checked<'_> {
    fn add(&mut self, kind: &'static str, about: &str, detail: String) {
        self.findings.insert(Finding { kind, about: about.to_owned(), detail });
    }

    fn files(&mut self) {
        let files = &self.adapter.files;
        let required = self.adapter.requires.files.iter().chain(&files.queue);
        let database = files.database.iter().filter(|_| self.adapter.requires.database);
        for path in required.chain(database) {
            if !self.checkout.join(path).exists() {
                self.add("file-vanished", path, "it is not in the copy".to_owned());
            }
        }
    }

    /// The fields of the queue file, where the adapter lists them.
    fn fields(&mut self) -> Result<(), AdaptError> {
        let files = &self.adapter.files;
        let (Some(path), Some(listed)) = (&files.queue, &files.queue_fields) else { return Ok(()) };
        if !self.checkout.join(path).is_file() {
            return Ok(());
        }
        let there = files::fields(self.checkout, path)?.unwrap_or_default();
        for field in there.iter().filter(|field| !listed.contains(field)) {
            self.add("field-appeared", &format!("{path}.{field}"), "the adapter does not list it".to_owned());
        }
        for field in listed.iter().filter(|field| !there.contains(field)) {
            self.add("field-vanished", &format!("{path}.{field}"), "no task has it".to_owned());
        }
        Ok(())
    }

    /// The scripts, verbs and targets that an operation names.
    fn command(&mut self, ask: &Ask) {
        let about = format!("operations.{}", ask.operation);
        let words = |argv: &[crate::adapter::Template]| -> Vec<String> {
            argv.iter().filter_map(|word| word.fill(&Placeholders::default()).ok()).collect()
        };
        let argv = words(&ask.argv);
        let Some(program) = argv.first().filter(|program| program.contains('/')) else {
            return self.via(ask, &about);
        };
        let path = program.trim_start_matches("./");
        if !self.checkout.join(path).exists() {
            self.gone.entry(path.to_owned()).or_default().push(ask.operation.clone());
        } else if let Some(script) = self.facts.scripts.iter().find(|script| script.path == path) {
            let verb = argv.get(1).filter(|word| !word.contains(['=', '{', '/']) && !word.starts_with('-'));
            let said = |verb: &str| self.facts.behind(script).any(|script| mentions(&script.text, verb));
            if let Some(verb) = verb.filter(|verb| !said(verb)) {
                self.add("verb-vanished", &about, format!("{path} does not mention the verb `{verb}`"));
            }
        }
        self.via(ask, &about);
    }

    fn via(&mut self, ask: &Ask, about: &str) {
        for via in &ask.via {
            let words: Vec<String> =
                via.argv.iter().filter_map(|word| word.fill(&Placeholders::default()).ok()).collect();
            if words.first().map(String::as_str) != Some("make") {
                continue;
            }
            let target = words[1..].iter().find(|word| !word.starts_with('-') && !word.contains('='));
            let known = |name: &str| self.facts.targets.iter().any(|target| target.name == name);
            if let Some(target) = target.filter(|target| !known(target)) {
                self.add("target-vanished", about, format!("the Makefile has no target `{target}`"));
            }
        }
    }

    /// Tables and columns that no query speaks of, and that are not known to be of no matter.
    fn columns(&mut self) {
        let queries: Vec<&str> = self
            .adapter
            .state
            .iter()
            .filter_map(|section| match &section.source {
                StateSource::Query(sql) => Some(sql.as_str()),
                StateSource::File(_) => None,
            })
            .collect();
        let aside = |name: &str| self.adapter.ignored.iter().any(|known| known == name);
        let mut new = Vec::new();
        for table in &self.facts.tables {
            let about: Vec<&&str> = queries.iter().filter(|sql| mentions(sql, &table.name)).collect();
            if about.is_empty() && !aside(&table.name) {
                new.push((
                    "table-appeared",
                    table.name.clone(),
                    format!("{} row(s), and no query reads it", table.rows),
                ));
            }
            for column in table.columns.iter().filter(|_| !about.is_empty()) {
                let name = format!("{}.{column}", table.name);
                if !about.iter().any(|sql| mentions(sql, column)) && !aside(&name) {
                    new.push(("column-appeared", name, "no query reads it".to_owned()));
                }
            }
        }
        for section in &self.adapter.state {
            let StateSource::File(file) = &section.source else { continue };
            let rows = self.facts.row_files.iter().find(|rows| rows.path == file.path);
            for field in rows.into_iter().flat_map(|rows| &rows.fields).filter(|field| !file.reads(field)) {
                let name = format!("{}.{field}", file.path);
                if !aside(&name) {
                    new.push(("column-appeared", name, "nothing reads it".to_owned()));
                }
            }
        }
        for (kind, about, detail) in new {
            self.add(kind, &about, detail);
        }
    }

    /// Asks an operation that changes nothing, and reads its answer.
    fn answer(
        &mut self,
        ask: &Ask,
        library: &Library,
        sandbox: crate::sandbox::Sandbox,
        task: Option<&str>,
    ) -> Result<Option<String>, AdaptError> {
        let needs_task = ask.arguments.iter().any(|(name, _)| name == "task");
        let arguments = match (needs_task, task) {
            (true, None) => return Ok(None),
            (true, Some(task)) => vec![("task".to_owned(), Argument::Text(task.to_owned()))],
            (false, _) => Vec::new(),
        };
        let setting = Setting {
            program: None,
            queue: self.adapter.files.queue.clone().unwrap_or_default(),
            role_worktree: None,
            aside: Aside::default(),
            snapshot: None,
            config: None,
            timeout: PATIENCE,
        };
        let operation = Operation {
            name: ask.operation.clone(),
            arguments,
            role: None,
            via: None,
            now: NOW.to_owned(),
            actor: ACTOR.to_owned(),
        };
        let about = format!("operations.{}", ask.operation);
        let mut system = CommandLine::new(self.adapter, &library.schema, &setting, sandbox)?;
        match system.perform(&operation) {
            Ok(performed) if performed.outcome.is_done() => return Ok(Some(ask.operation.clone())),
            Ok(performed) => {
                self.add("output-unreadable", &about, format!("it answers {}", performed.outcome));
            }
            Err(error) => self.add("output-unreadable", &about, error.to_string()),
        }
        Ok(None)
    }
}

/// Whether a text mentions a word as a whole.
fn mentions(text: &str, word: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_word_is_mentioned_as_a_whole() {
        assert!(mentions("SELECT id, title FROM tasks", "title"));
        assert!(!mentions("SELECT id, subtitle FROM tasks", "title"));
        assert!(!mentions("task-detail)", "task"));
        assert!(mentions("x=\"ready\"", "ready"));
    }
}
