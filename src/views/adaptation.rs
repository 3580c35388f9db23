//! A proposed adapter, and one that was held against a copy.

use std::path::PathBuf;

use fairway_parity::adapt::{Findings, Proposal};
use serde::Serialize;

use crate::ui::{Page, View};

/// The most decisions that are shown; JSON has all of them.
const DECISIONS: usize = 12;
/// The most answers that a decision shows.
const SEEN: usize = 8;
/// The longest of them.
const WIDTH: usize = 48;

/// A proposal, and where it was written.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Adaptation {
    /// What is proposed.
    #[serde(flatten)]
    #[schemars(with = "serde_json::Value")]
    pub proposal: Proposal,
    /// The file; none when the text is only printed.
    pub out: Option<PathBuf>,
}

impl View for Adaptation {
    fn show(&self, page: &mut Page) {
        let Proposal { adapter, marks, tried, decisions, original_untouched } = &self.proposal;
        if let Some(out) = &self.out {
            page.line(format_args!("wrote {}", out.display()));
        } else {
            page.line(adapter.trim_end());
            page.line("");
        }
        page.line(format_args!("{} lines sure, {} guessed, {} open", marks.sure, marks.guessed, marks.open));
        page.line("");
        page.line("Tried in a sandbox");
        for one in tried {
            if let Some(why) = &one.why_not {
                page.line(format_args!("  {}: not tried, since nothing would hold it: {why}", one.operation));
                continue;
            }
            let reader = one.reader.as_deref().unwrap_or("nothing that can be read");
            page.line(format_args!(
                "  {}: {}: {reader}, {} found",
                one.operation,
                one.command.join(" "),
                one.found
            ));
        }
        page.line("");
        page.line("To decide, the most valuable first");
        for (index, decision) in decisions.iter().take(DECISIONS).enumerate() {
            page.line(format_args!("{:>3}. {}: {}", index + 1, decision.about, decision.question));
            if !decision.seen.is_empty() {
                page.line(format_args!("     seen: {}", seen(&decision.seen)));
            }
        }
        if decisions.len() > DECISIONS {
            page.line(format_args!("     and {} more: see --json", decisions.len() - DECISIONS));
        }
        page.line("");
        page.line(if *original_untouched {
            "the original is untouched"
        } else {
            "the original moved meanwhile"
        });
    }
}

fn seen(all: &[String]) -> String {
    let short = |text: &String| -> String {
        let line = text.replace('\n', " ");
        if line.chars().count() <= WIDTH {
            line
        } else {
            line.chars().take(WIDTH - 3).collect::<String>() + "..."
        }
    };
    let mut shown: Vec<String> = all.iter().take(SEEN).map(short).collect();
    if all.len() > SEEN {
        shown.push(format!("{} more", all.len() - SEEN));
    }
    shown.join(", ")
}

/// What an adapter and a copy do not agree on.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct AdapterHeld(#[schemars(with = "serde_json::Value")] pub Findings);

impl View for AdapterHeld {
    fn show(&self, page: &mut Page) {
        let Findings { adapter, findings, read, original_untouched } = &self.0;
        for finding in findings {
            page.line(format_args!("{}  {}: {}", finding.kind, finding.about, finding.detail));
        }
        page.line(format_args!(
            "{adapter}: {} finding(s); answers read: {}",
            findings.len(),
            read.join(", ")
        ));
        if !original_untouched {
            page.line("the original moved meanwhile");
        }
    }
}
