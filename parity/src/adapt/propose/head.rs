//! The first parts of an adapter: what it requires, where things are, the environment, the setup.

use std::collections::BTreeSet;

use super::Sources;
use crate::adapt::commands::Command;
use crate::adapt::draft::{Draft, Mark, list, text};
use crate::adapt::facts::{Facts, QueueFile, Script};
use crate::adapt::knowledge::Fit;

pub(crate) fn write(sources: &Sources<'_>, draft: &mut Draft) {
    let (facts, known) = (sources.facts, sources.known);
    let scripts = involved(sources);
    draft.plain("# Proposed by `fairway parity adapt`. The word after each line says how sure it is: `sure` was seen under the");
    draft.plain(
        "# vocabulary's own name, `guessed` goes by another one or was worked out, `open` was not found.",
    );
    draft.plain("\nschema = \"fairway-adapter/1\"");
    draft.plain(&format!("name = {}", text(sources.name)));
    draft.plain("summary = \"proposed from a copy\"\n\n[requires]");
    if facts.database.is_some() {
        draft.line("database = true", Mark::Sure);
    }
    let makefile = sources.original.checkout().join("Makefile").is_file();
    let mut files: Vec<String> = scripts.iter().map(|script| script.path.clone()).collect();
    files.extend(makefile.then(|| "Makefile".to_owned()));
    draft.line(&format!("files = {}", list(&files)), Mark::Guessed);
    draft.plain("programs = [");
    for program in programs(&scripts, makefile) {
        draft.line(
            &format!(
                "    {{ name = {}, install = {} }},",
                text(&program),
                text(&format!("install {program}"))
            ),
            Mark::Guessed,
        );
    }
    draft.plain("]\n\n[files]");
    places(sources, &scripts, draft);
    environment(facts, sources, draft);
    let first = known.setups.first().map_or("init", String::as_str);
    if let Some(command) = Command::find(facts, first, &known.setups) {
        draft.plain("\n[[setup]]\nwhen = \"definitions\"");
        draft.line(&format!("argv = {}", list(&command.argv)), Mark::Guessed);
    }
}

/// The scripts that carry out an operation, and those behind them.
pub(super) fn involved<'a>(sources: &Sources<'a>) -> Vec<&'a Script> {
    let facts = sources.facts;
    let commands =
        sources.known.operations.iter().filter_map(|known| Command::find(facts, &known.name, &known.verbs));
    let paths: BTreeSet<&str> = commands
        .flat_map(|command| facts.behind(command.script))
        .map(|script| script.path.as_str())
        .collect();
    facts.scripts.iter().filter(|script| paths.contains(script.path.as_str())).collect()
}

fn programs(scripts: &[&Script], makefile: bool) -> Vec<String> {
    let mut found: BTreeSet<String> = BTreeSet::from(["git".to_owned()]);
    found.extend(makefile.then(|| "make".to_owned()));
    for line in scripts.iter().filter_map(|script| script.text.lines().next()?.strip_prefix("#!")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let program = words.iter().rev().find(|word| !word.starts_with('-'));
        found.extend(program.and_then(|word| word.rsplit('/').next()).map(str::to_owned));
    }
    found.into_iter().collect()
}

fn places(sources: &Sources<'_>, scripts: &[&Script], draft: &mut Draft) {
    let facts = sources.facts;
    if let Some(queue) = &facts.queue {
        draft.line(&format!("queue = {}", text(&queue.path)), Mark::Guessed);
        draft.line(&format!("queue_fields = {}", list(&queue.fields)), Mark::Sure);
        renamed(sources, queue, draft);
    } else {
        draft.line("queue = \"the/queue.yaml\"", Mark::Open);
        draft.decide(98, "files.queue", "which file defines the tasks?".to_owned(), Vec::new());
    }
    if let Some(database) = &facts.database {
        draft.line(&format!("database = {}", text(database)), Mark::Sure);
    }
    let mut private: BTreeSet<String> = BTreeSet::new();
    for script in scripts {
        let folder = script.path.rsplit_once('/').map_or(script.path.as_str(), |(folder, _)| folder);
        private.insert(folder.to_owned());
    }
    let of_store = facts.database.iter().chain(facts.row_files.iter().map(|file| &file.path));
    private.extend(
        of_store.filter_map(|path| Some(path.rsplit_once('/')?.0.to_owned())).filter(|path| path != ".git"),
    );
    let private: Vec<String> = private.into_iter().collect();
    draft.line(&format!("private = {}", list(&private)), Mark::Guessed);
    worktree(sources, draft);
}

/// The fields of the queue file that Fairway has to be told the names of.
fn renamed(sources: &Sources<'_>, queue: &QueueFile, draft: &mut Draft) {
    let tasks = sources.schema.get("tasks").map(|section| section.columns.as_slice()).unwrap_or_default();
    let other = |name: &str| {
        let (found, fit) = sources.known.names.pick(name, &queue.fields)?;
        (fit != Fit::Exact).then(|| format!("{found} = \"{name}\""))
    };
    let names: Vec<String> = tasks.iter().filter_map(|field| other(&field.name)).collect();
    if !names.is_empty() {
        let question =
            "the queue file has other names; tell Fairway, as `[import] field_names` of its configuration"
                .to_owned();
        draft.decide(88, "files.queue", question, names);
    }
}

/// The name of a role's worktree, or of its branch, with the role left out of it.
fn worktree(sources: &Sources<'_>, draft: &mut Draft) {
    let worktrees = sources.original.worktrees();
    if worktrees.is_empty() {
        return;
    }
    let column = |table: &&crate::adapt::facts::database::Table| {
        let name = sources.known.names.pick("role", &table.columns)?.0.to_owned();
        Some(table.samples(&name).to_vec())
    };
    let roles: BTreeSet<String> =
        sources.facts.tables.iter().filter_map(|table| column(&table)).flatten().collect();
    let named = |name: &str| {
        let role = roles.iter().find(|role| name.ends_with(role.as_str()))?;
        Some(format!("{}{{role}}", name.strip_suffix(role.as_str())?))
    };
    let folders =
        worktrees.iter().filter_map(|worktree| named(&worktree.path.file_name()?.to_string_lossy()));
    let templates: BTreeSet<String> = folders.collect();
    if let Some(template) = templates.first() {
        draft.line(&format!("role_worktree = {}", text(template)), Mark::Guessed);
    } else {
        let seen = worktrees.iter().filter_map(|worktree| worktree.branch.clone()).collect();
        draft.decide(60, "files.role_worktree", "which worktree is a role's?".to_owned(), seen);
    }
}

/// The variable that carries the clock, and the one that says who acts.
pub(crate) fn variables(facts: &Facts, endings: &[String]) -> Vec<String> {
    let last = |name: &str| name.rsplit('_').next().map(str::to_owned);
    let all: BTreeSet<&String> = facts.scripts.iter().flat_map(|script| &script.variables).collect();
    let fits = |name: &&&String| {
        endings.iter().any(|ending| last(name).as_deref() == Some(ending) || **name == ending)
    };
    let mut found: Vec<String> = all.iter().filter(fits).map(|name| (**name).clone()).collect();
    // One with a word before it belongs to the queue; `NOW` alone is often a variable of the script's own.
    found.sort_by_key(|name| (!name.contains('_'), name.clone()));
    found
}

fn environment(facts: &Facts, sources: &Sources<'_>, draft: &mut Draft) {
    draft.plain("\n[environment]\nsearch_path = \"inherit\"");
    let clocks = variables(facts, &sources.known.clocks);
    if let Some(clock) = clocks.first() {
        draft.line(&format!("clock = {{ variable = {} }}", text(clock)), Mark::Guessed);
    } else {
        draft.line("clock = { variable = \"FAKETIME\", format = \"@%Y-%m-%d %H:%M:%S\" }", Mark::Open);
        let question = "no variable sets the clock; preload libfaketime, or name the variable".to_owned();
        draft.decide(92, "environment.clock", question, Vec::new());
    }
    draft.plain("\n[environment.variables]");
    let actors = variables(facts, &sources.known.actors);
    if let Some(actor) = actors.first() {
        draft.line(&format!("{actor} = \"{{actor}}\""), Mark::Guessed);
    } else {
        draft.line("USER = \"{actor}\"", Mark::Open);
        draft.decide(55, "environment.variables", "which variable says who acts?".to_owned(), Vec::new());
    }
}
