//! A proposed adapter, and one that was held against a copy.

use std::path::PathBuf;

use fairway_parity::adapt::{Findings, Proposal, Seen};
use serde::Serialize;

use crate::ui::{Page, View};

/// The most decisions that are shown; JSON has all of them.
const DECISIONS: usize = 12;
/// The most answers that a decision shows.
const SEEN: usize = 8;
/// The longest of them.
const WIDTH: usize = 48;
/// How many targets, scripts or tables are shown; JSON has all of them.
const OF_A_SORT: usize = 12;
/// How many lines are shown of how a script is called.
const USAGE: usize = 3;
/// The longest row that is shown.
const ROW: usize = 160;

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
        let Proposal { adapter, marks, seen, tried, decisions, original_untouched } = &self.proposal;
        if let Some(out) = &self.out {
            page.line(format_args!("wrote {}", out.display()));
        } else {
            page.line(adapter.trim_end());
            page.line("");
        }
        page.line(format_args!("{} lines sure, {} guessed, {} open", marks.sure, marks.guessed, marks.open));
        page.line("");
        show_seen(seen, page);
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
                page.line(format_args!("     seen: {}", answers(&decision.seen)));
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

/// What the copy shows of itself, a few lines of each sort.
fn show_seen(seen: &Seen, page: &mut Page) {
    page.line("Seen in the copy");
    let targets = seen.targets.iter().map(|target| {
        let variables: Vec<&str> = target.variables.iter().map(String::as_str).collect();
        vec![format!("  make {}: {}: {}", target.name, target.command, or_none(&variables.join(", ")))]
    });
    few(targets, "targets", page);
    let scripts = seen.scripts.iter().map(|script| {
        let verbs: Vec<&str> = script.verbs.iter().map(String::as_str).collect();
        let mut lines = vec![format!("  {}: {}", script.path, or_none(&verbs.join(", ")))];
        lines.extend(script.usage.iter().take(USAGE).map(|line| format!("    {line}")));
        lines
    });
    few(scripts, "scripts", page);
    let files = seen.queue.iter().chain(&seen.row_files);
    let files = files.map(|file| vec![format!("  {}: {}", file.path, file.fields.join(", "))]);
    few(files.collect::<Vec<_>>().into_iter(), "files", page);
    let tables = seen.tables.iter().map(|table| {
        let columns = table.columns.join(", ");
        let mut lines = vec![format!("  table {}, {} row(s): {columns}", table.name, table.rows)];
        let row = table.examples.first().map(|row| serde_json::Value::Object(row.clone()).to_string());
        lines.extend(row.map(|row| format!("    {}", short(&row, ROW))));
        lines
    });
    few(tables, "tables", page);
}

/// The first things of a sort, and how many there are besides.
fn few(things: impl ExactSizeIterator<Item = Vec<String>>, sort: &str, page: &mut Page) {
    let all = things.len();
    for line in things.take(OF_A_SORT).flatten() {
        page.line(line);
    }
    if all > OF_A_SORT {
        page.line(format_args!("  and {} more {sort}: see --json", all - OF_A_SORT));
    }
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

/// A text on one line, cut where it is too long.
fn short(text: &str, width: usize) -> String {
    let line = text.replace('\n', " ");
    if line.chars().count() <= width {
        line
    } else {
        line.chars().take(width - 3).collect::<String>() + "..."
    }
}

fn answers(all: &[String]) -> String {
    let mut shown: Vec<String> = all.iter().take(SEEN).map(|text| short(text, WIDTH)).collect();
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
