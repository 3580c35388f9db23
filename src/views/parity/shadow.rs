//! Calls of the scripts that Fairway did too.

use fairway_parity::ledger::ShadowedCall;
use serde::Serialize;

use crate::ui::{Page, Table, View};

/// Calls of the scripts for real, and what came of doing them with Fairway.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ShadowedCalls {
    /// The calls, the latest last.
    pub calls: Vec<ShadowedCall>,
}

impl View for ShadowedCalls {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["began", "verdict", "command", "why"]).elastic(&[2, 3]);
        for call in &self.calls {
            let why = call.why.as_deref().or(call.places.first().map(String::as_str));
            table.row([Some(&call.began), Some(call.verdict.name()), Some(&call.words.join(" ")), why]);
        }
        page.table(table, "no call of the scripts was shadowed yet");
    }
}
