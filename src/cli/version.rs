//! `fairway version`.

use clap::Args;
use serde::Serialize;

use super::Session;
use crate::store;
use crate::ui::{Page, View};

/// Show the version of Fairway, and of the store's schema.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway version --json")]
pub struct VersionArgs {}

/// The versions that a bug report needs.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct Versions {
    /// Of Fairway.
    version: &'static str,
    /// Of the store.
    store_schema: usize,
    /// Of the envelope.
    envelope: &'static str,
}

impl View for Versions {
    fn show(&self, page: &mut Page) {
        page.line(format_args!(
            "fairway {} (store schema {}, {})",
            self.version, self.store_schema, self.envelope
        ));
    }
}

pub(super) fn run(session: &Session) {
    let version =
        Versions { version: env!("CARGO_PKG_VERSION"), store_schema: store::VERSION, envelope: "fairway/1" };
    session.ui.emit("version", &version);
}
