//! The one envelope around every verb's JSON.

use serde::Serialize;

use super::Report;

const SCHEMA: &str = "fairway/1";

/// What succeeded, on stdout.
#[derive(Serialize)]
pub(super) struct Success<'a, T: Serialize> {
    schema: &'static str,
    command: &'a str,
    ok: bool,
    data: &'a T,
    warnings: &'a [String],
}

impl<'a, T: Serialize> Success<'a, T> {
    pub(super) fn new(command: &'a str, data: &'a T, warnings: &'a [String]) -> Self {
        Self { schema: SCHEMA, command, ok: true, data, warnings }
    }

    pub(super) fn to_text(&self) -> String {
        line(self)
    }
}

/// What failed, on stderr.
#[derive(Serialize)]
pub(super) struct Failure<'a> {
    schema: &'static str,
    command: &'a str,
    ok: bool,
    error: &'a Report,
}

impl<'a> Failure<'a> {
    pub(super) fn new(command: &'a str, error: &'a Report) -> Self {
        Self { schema: SCHEMA, command, ok: false, error }
    }

    pub(super) fn to_text(&self) -> String {
        line(self)
    }
}

/// One line, so that a stream of envelopes can be read line by line.
fn line(value: &impl Serialize) -> String {
    // Views hold texts, numbers and maps with text keys, which always serialise.
    serde_json::to_string(value).map(|text| text + "\n").unwrap_or_default()
}
