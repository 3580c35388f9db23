//! Session backends: no two alike, commands that are some, placeholders that exist, a default that can be launched.

use super::{expected_among, no_repeats};
use crate::config::reader::Reader;
use crate::config::schema::{Config, PLACEHOLDERS, VARIABLES};
use crate::model::diagnostic::Diagnostic;

pub(super) fn check(config: &Config, reader: &mut Reader<'_>) {
    if !reader.intact("session_backends") {
        return;
    }
    let names = config.session_backends.iter().enumerate();
    no_repeats(
        reader,
        names.map(|(index, backend)| (format!("session_backends[{index}].name"), backend.name.as_str())),
        |name, first| {
            let message = format!("the backend {name:?} is there already, as `{first}`");
            Diagnostic::error("duplicate-backend", message).expecting("one [[session_backends]] for each")
        },
    );
    for (index, backend) in config.session_backends.iter().enumerate() {
        for (key, command) in backend.commands() {
            let path = format!("session_backends[{index}].{key}");
            if command.is_empty() {
                let message = format!("`{path}` is no command");
                reader.note(
                    &path,
                    Diagnostic::error("empty-command", message).expecting("a program and its words"),
                );
            }
            for word in command {
                check_placeholders(word, &path, &PLACEHOLDERS, reader);
            }
        }
    }
    check_default(config, reader);
    check_environment(config, reader);
}

fn check_environment(config: &Config, reader: &mut Reader<'_>) {
    for (index, pair) in config.sessions.environment.iter().enumerate() {
        let path = format!("sessions.environment[{index}]");
        match pair.split_once('=') {
            Some((name, value)) if !name.is_empty() => check_placeholders(value, &path, &VARIABLES, reader),
            _ => {
                let message = format!("`{path}` is no variable");
                let problem = Diagnostic::error("bad-variable", message);
                reader.note(&path, problem.expecting("a name and a value, such as \"AGENT_ROLE={role}\""));
            }
        }
    }
}

fn check_placeholders(word: &str, path: &str, known: &[&str], reader: &mut Reader<'_>) {
    for (at, _) in word.match_indices('{') {
        // `#{...}` is a format of tmux.
        if word[..at].ends_with('#') {
            continue;
        }
        let Some((name, _)) = word[at + 1..].split_once('}') else { continue };
        let looks_like_one =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if looks_like_one && !known.contains(&name) {
            let message = format!("`{path}` has an unknown placeholder {{{name}}}");
            let expected = expected_among(name, known, "");
            reader.note(path, Diagnostic::error("unknown-placeholder", message).expecting(expected));
        }
    }
}

fn check_default(config: &Config, reader: &mut Reader<'_>) {
    if !reader.intact("sessions.default_backend") {
        return;
    }
    let name = config.sessions.default_backend.as_str();
    let launched: Vec<String> =
        config.backends().filter(|one| !one.is_recorded_only()).map(|one| one.name).collect();
    if launched.iter().any(|known| known == name) {
        return;
    }
    let known: Vec<&str> = launched.iter().map(String::as_str).collect();
    let message = format!("`sessions.default_backend` cannot be {name:?}");
    let problem = Diagnostic::error("unknown-value", message).expecting(expected_among(name, &known, ""));
    reader.note("sessions.default_backend", problem);
}
