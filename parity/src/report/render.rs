//! The templates, and the words that they are filled with.

use std::path::Path;

use jiff::Timestamp;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use crate::verdict::{Counts, Verdict};

use super::RunResult;
use super::cards::visible;

/// By the name that decides how values are escaped, and that templates call each other by.
const TEMPLATES: [(&str, &str); 5] = [
    ("report.html", include_str!("templates/report.html.j2")),
    ("parts.html", include_str!("templates/parts.html.j2")),
    ("report.css", include_str!("templates/report.css")),
    ("report.md", include_str!("templates/report.md.j2")),
    ("case.md", include_str!("templates/case.md.j2")),
];

/// Fills a template. In HTML every value is escaped, and control characters are written out everywhere.
pub(super) fn render(name: &str, context: &impl Serialize) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_auto_escape_callback(|name| {
        if Path::new(name).extension().is_some_and(|ending| ending == "html") {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    environment.set_formatter(|out, state, value| {
        match value.as_str().filter(|text| !value.is_safe() && *text != visible(text)) {
            Some(text) => minijinja::escape_formatter(out, state, &Value::from(visible(text))),
            None => minijinja::escape_formatter(out, state, value),
        }
    });
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.add_filter("seconds", seconds);
    environment.add_filter("count", counted);
    environment.add_filter("day", day);
    environment.add_filter("size", size);
    environment.add_filter("truncated", |text: String, letters: usize| {
        text.chars().take(letters).collect::<String>()
    });
    environment.add_filter("fenced", fenced);
    environment.add_filter("cell", cell);
    environment.add_filter("code", code);
    environment.add_filter("listed", listed);
    for (name, text) in TEMPLATES {
        environment.add_template(name, text)?;
    }
    environment.get_template(name)?.render(context)
}

/// What a run comes to, in a sentence.
pub fn headline(run: &RunResult) -> String {
    let Counts { mismatched, unstable, errored, .. } = run.counts;
    let one = run.scenarios.len() == 1;
    let all = counted(run.scenarios.len(), "scenario");
    let subject = if one { "The only scenario".to_owned() } else { format!("All {all}") };
    let verb =
        |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
    let parts: Vec<String> = [
        (mismatched, verb(mismatched, "differs", "differ")),
        (unstable, verb(unstable, "is unstable", "are unstable")),
        (errored, verb(errored, "could not be judged", "could not be judged")),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(_, text)| text)
    .collect();
    let unused = run.unused_waivers.len();
    let unused = verb(unused, "waiver accepts nothing", "waivers accept nothing");
    match (run.verdict, parts.is_empty(), run.unused_waivers.is_empty()) {
        (Verdict::Matched, ..) => format!("{subject} {}", if one { "matches" } else { "match" }),
        (Verdict::Waived, ..) if one => "The only scenario differs where a waiver accepts it".to_owned(),
        (Verdict::Waived, ..) => format!("{subject} match, {} with a waiver", run.counts.waived),
        (_, true, _) => unused,
        (_, false, true) => format!("Of {all}, {}", parts.join(", ")),
        (_, false, false) => format!("Of {all}, {}; {unused}", parts.join(", ")),
    }
}

/// A number of things.
pub(super) fn counted(count: usize, name: &str) -> String {
    if count == 1 { format!("1 {name}") } else { format!("{} {name}s", thousands(count)) }
}

/// A number with its thousands apart.
pub(super) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time as people say it.
pub fn seconds(seconds: f64) -> String {
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round();
    if whole < 60.0 {
        return format!("{whole:.0} s");
    }
    format!("{:.0} min {:02.0} s", (whole / 60.0).floor(), whole % 60.0)
}

/// A number of bytes as people say it.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..1_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// A timestamp to read; a text that is none stays as it is.
pub(super) fn day(text: &str) -> String {
    let time: Option<Timestamp> = text.parse().ok();
    time.map_or_else(|| text.to_owned(), |time| time.strftime("%-d %B %Y, %H:%M UTC").to_string())
}

/// A block of code in Markdown that its content cannot close.
fn fenced(text: &str, language: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_end_matches('\n'))
}

/// A piece of code in a line of Markdown.
fn code(text: &str) -> String {
    let tick = "`".repeat(longest_run(text) + 1);
    if longest_run(text) == 0 { format!("{tick}{text}{tick}") } else { format!("{tick} {text} {tick}") }
}

fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}

/// Text in a line of Markdown: nothing in it is markup.
fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '@' => {
                safe.push('\\');
                safe.push(letter);
            }
            letter => safe.push(letter),
        }
    }
    safe
}

/// The places of a step as lines.
fn listed(step: &Value) -> Result<String, minijinja::Error> {
    let mut lines = vec![step.get_attr("at")?.to_string()];
    for one in step.get_attr("places")?.try_iter()? {
        let text = |name: &str| one.get_attr(name).map(|value| value.to_string());
        let waiver = one.get_attr("waiver")?;
        let accepted = if waiver.is_none() { String::new() } else { format!("  (waived: {waiver})") };
        lines.push(format!("{}: {} -> {}{accepted}", text("place")?, text("reference")?, text("candidate")?));
    }
    let more = step.get_attr("more_places")?.as_usize().unwrap_or_default();
    if more > 0 {
        lines.push(format!("and {}", counted(more, "more place")));
    }
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_written_as_people_write_them() {
        assert_eq!([counted(1, "step"), counted(2500, "step")], ["1 step", "2,500 steps"]);
        assert_eq!(
            [0.04, 9.94, 9.96, 59.6, 252.2].map(seconds),
            ["0.0 s", "9.9 s", "10 s", "1 min 00 s", "4 min 12 s"]
        );
        assert_eq!([900, 45_678, 12_345_678].map(size), ["900 B", "45 kB", "12.3 MB"]);
        assert_eq!(day("2026-02-03T04:05:06Z"), "3 February 2026, 04:05 UTC");
        assert_eq!(day("yesterday"), "yesterday");
    }

    #[test]
    fn nothing_leaves_a_block_or_a_line_of_markdown() {
        assert_eq!(fenced("a\n```\nb\n", "diff"), "````diff\na\n```\nb\n````");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(cell("a | <b>\n[x](y) @z"), "a \\| &lt;b&gt; \\[x\\](y) \\@z");
    }
}
