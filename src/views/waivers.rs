//! A waiver that was written.

use std::path::PathBuf;

use serde::Serialize;

use crate::ui::{Page, View};

/// A waiver, and the file that it was added to.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct WaiverWritten {
    /// Its name.
    pub id: String,
    /// The behaviour.
    pub behaviour: String,
    /// The scenario.
    pub scenario: String,
    /// The channel.
    pub channel: String,
    /// The place, as it was written: an escaped star is a star.
    pub place: String,
    /// What differs there.
    pub differs: String,
    /// How many open differences of the run it accepts.
    pub accepts: usize,
    /// How many of that scenario it leaves open.
    pub open: usize,
    /// The file.
    pub file: PathBuf,
}

impl View for WaiverWritten {
    fn show(&self, page: &mut Page) {
        let Self { id, behaviour, scenario, place, accepts, open, file, .. } = self;
        page.line(format_args!("waived `{id}`: {behaviour}/{scenario}, {place}"));
        page.line(format_args!("{accepts} of the differences in that run accepted, {open} still open"));
        page.line(format_args!("written to {}", file.display()));
    }
}
