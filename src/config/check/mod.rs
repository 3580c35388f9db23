//! What has to hold between parts of a configuration.
//!
//! A check runs only when the parts that it compares were read without a problem, so that one mistake is
//! reported once.

mod roles;
mod routes;
mod sessions;
mod tasks;

use super::reader::Reader;
use super::schema::Config;
use crate::model::diagnostic::{Diagnostic, closest};

/// Notes every contradiction in a configuration.
pub(super) fn check(config: &Config, reader: &mut Reader<'_>) {
    // Asked before the roles are judged: a role with an odd name is still one that a route can name.
    let roles_were_read = reader.intact("roles");
    roles::check(config, reader);
    routes::check(config, roles_were_read, reader);
    sessions::check(config, reader);
    tasks::check(config, reader);
}

/// Notes the entries of a list that have been there before.
fn no_repeats<'a>(
    reader: &mut Reader<'_>,
    entries: impl IntoIterator<Item = (String, &'a str)>,
    problem: impl Fn(&str, &str) -> Diagnostic,
) {
    let mut seen: Vec<(String, &str)> = Vec::new();
    for (path, word) in entries {
        match seen.iter().find(|(_, other)| *other == word) {
            Some((first, _)) => reader.note(&path, problem(word, first)),
            None => seen.push((path, word)),
        }
    }
}

/// What a word should have been, for a word that is not among the known ones.
fn expected_among(word: &str, known: &[&str], none: &str) -> String {
    let mut distinct: Vec<&str> = Vec::with_capacity(known.len());
    for candidate in known {
        if !distinct.contains(candidate) {
            distinct.push(candidate);
        }
    }
    match closest(word, distinct.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"? One of {}", distinct.join(", ")),
        None if distinct.is_empty() => none.to_owned(),
        None => format!("one of {}", distinct.join(", ")),
    }
}
