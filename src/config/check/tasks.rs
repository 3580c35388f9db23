//! States, kinds, priorities, gates and the queue source: words that have to be among others.

use super::{expected_among, no_repeats};
use crate::config::reader::Reader;
use crate::config::schema::{Config, Refresh, States, Transition};
use crate::config::value::QueueSource;
use crate::model::diagnostic::Diagnostic;

/// The states that verbs of Fairway itself put a task into.
const NEEDED_STATES: [&str; 2] = ["todo", "in_progress"];

pub(super) fn check(config: &Config, reader: &mut Reader<'_>) {
    if reader.intact("states") {
        check_states(&config.states, reader);
    }
    if reader.intact("task_kinds") {
        check_kinds(config, reader);
    }
    if reader.intact("task_priorities") {
        check_priorities(config, reader);
    }
    let gates = &config.gates;
    if gates.require_evidence_before_done && gates.accepted_evidence_results.is_empty() {
        let message = "no evidence is accepted, but done requires evidence: no task could be done";
        let problem = Diagnostic::error("no-accepted-evidence", message);
        reader.note("gates.accepted_evidence_results", problem.expecting("such as [\"pass\"]"));
    }
    if config.import.refresh == Refresh::OnChange && config.fairway.queue_source == QueueSource::Inline {
        let message = "nothing can change: `fairway.queue_source` names no file";
        let problem = Diagnostic::warning("nothing-to-refresh", message);
        reader.note("import.refresh", problem.expecting("queue_source = \"yaml:<path>\""));
    }
}

fn check_states(states: &States, reader: &mut Reader<'_>) {
    let allowed: Vec<&str> = states.allowed.iter().map(String::as_str).collect();
    let listed = allowed.iter().enumerate();
    no_repeats(
        reader,
        listed.map(|(index, state)| (format!("states.allowed[{index}]"), *state)),
        |state, _| Diagnostic::error("duplicate-state", format!("the state {state:?} is listed twice")),
    );
    for needed in NEEDED_STATES.into_iter().filter(|needed| !allowed.contains(needed)) {
        let message = format!("`states.allowed` lacks {needed:?}");
        let expected = "a task starts as \"todo\", and a claim makes it \"in_progress\"";
        reader.note("states.allowed", Diagnostic::error("missing-state", message).expecting(expected));
    }
    if states.terminal.is_empty() {
        let message = "`states.terminal` is empty: no task would ever be finished";
        reader
            .note("states.terminal", Diagnostic::error("no-terminal-state", message).expecting("[\"done\"]"));
    }
    for (index, state) in states.terminal.iter().enumerate() {
        known_state(reader, &allowed, state, &format!("states.terminal[{index}]"));
    }
    for (index, Transition { from, to }) in states.transitions.iter().enumerate() {
        for (side, state) in [from, to].into_iter().enumerate() {
            if state != Transition::ANY {
                known_state(reader, &allowed, state, &format!("states.transitions[{index}][{side}]"));
            }
        }
    }
}

fn known_state(reader: &mut Reader<'_>, allowed: &[&str], state: &str, path: &str) {
    if !allowed.contains(&state) {
        let message = format!("the state {state:?} is not in `states.allowed`");
        let expected = expected_among(state, allowed, "a state that is allowed");
        reader.note(path, Diagnostic::error("unknown-state", message).expecting(expected));
    }
}

/// The default kind may stay unwritten: then the file's own list decides, and the problem is shown there.
fn check_kinds(config: &Config, reader: &mut Reader<'_>) {
    let kinds = &config.task_kinds;
    if kinds.allowed.is_empty() || kinds.allowed.contains(&kinds.default) {
        return;
    }
    let path = if reader.has("task_kinds.default") { "task_kinds.default" } else { "task_kinds.allowed" };
    let allowed: Vec<&str> = kinds.allowed.iter().map(String::as_str).collect();
    let message = format!("the default kind {:?} is not in `task_kinds.allowed`", kinds.default);
    let expected = expected_among(&kinds.default, &allowed, "a kind that is allowed");
    reader.note(path, Diagnostic::error("unknown-kind", message).expecting(expected));
}

fn check_priorities(config: &Config, reader: &mut Reader<'_>) {
    let levels = &config.task_priorities.levels;
    for (index, level) in levels.iter().enumerate() {
        if levels[..index].iter().any(|other| other.rank == level.rank) {
            let message = format!("the rank {} has a name already", level.rank);
            let problem = Diagnostic::error("duplicate-rank", message);
            reader.note(
                &format!("task_priorities.levels[{index}].rank"),
                problem.expecting("one name for each rank"),
            );
        }
    }
}
