//! The one table that a run prints.

use std::fmt::Write;
use std::time::Duration;

use tabled::builder::Builder;
use tabled::settings::{Padding, Style};

use crate::measure::show;

/// One comparison.
pub(crate) struct Row {
    /// What was compared.
    pub(crate) what: String,
    /// What Fairway took.
    pub(crate) fairway: String,
    /// What the other side took.
    pub(crate) other: String,
    /// The first divided by the second, or whatever `limit` limits.
    pub(crate) ratio: f64,
    /// The most that `ratio` may be.
    pub(crate) limit: f64,
    /// How long the disk took to take a page in, meanwhile, where that is part of what was measured.
    pub(crate) disk: Option<Duration>,
    /// How both were measured.
    pub(crate) method: String,
}

/// The table, then how each line of it was measured.
pub(crate) fn render(rows: &[Row]) -> String {
    let mut builder = Builder::default();
    builder.push_record(["", "WHAT", "FAIRWAY", "AGAINST", "RATIO", "LIMIT", "", "DISK"]);
    for (number, row) in (1..).zip(rows) {
        let verdict = if row.ratio <= row.limit { "within" } else { "MISSED" };
        builder.push_record([
            format!("{number}"),
            row.what.clone(),
            row.fairway.clone(),
            row.other.clone(),
            format!("{:.3}", row.ratio),
            format!("{:.2}", row.limit),
            verdict.to_owned(),
            row.disk.map(show).unwrap_or_default(),
        ]);
    }
    let mut table = builder.build();
    table.with(Style::empty()).with(Padding::new(0, 2, 0, 0));
    let mut text = table.to_string();
    let within = rows.iter().filter(|row| row.ratio <= row.limit).count();
    let _ = write!(text, "\n\n{within} of {} are within their limits.\n\n", rows.len());
    let mut first = 1;
    for same in rows.chunk_by(|one, other| one.method == other.method) {
        let last = first + same.len() - 1;
        let numbers = if first == last { format!("{first}") } else { format!("{first}-{last}") };
        let _ = writeln!(text, "{numbers:4} {}", same[0].method);
        first = last + 1;
    }
    text
}
