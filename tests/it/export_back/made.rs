//! Queue files as people write them: block and flow, comments, anchors and merges, CRLF, a byte order mark, tabs, long
//! lines, emoji. Every one is a queue that the legacy reads.

use std::fmt::Write as _;
use std::ops::Range;

use proptest::prelude::*;

/// A file, and the lines of each task.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) text: String,
    pub(crate) tasks: Vec<(String, Range<usize>)>,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.text)
    }
}

/// Files of up to eight tasks.
pub(crate) fn queues() -> impl Strategy<Value = Made> {
    proptest::collection::vec(any::<u32>(), 600).prop_map(|numbers| Writer::new(numbers).file())
}

struct Writer {
    numbers: Vec<u32>,
    next: usize,
    out: String,
    /// Anchors of a status, with the status.
    anchors: Vec<(String, &'static str)>,
}

const STATUSES: [&str; 4] = ["todo", "in_progress", "blocked", "done"];

impl Writer {
    fn new(numbers: Vec<u32>) -> Self {
        Self { numbers, next: 0, out: String::new(), anchors: Vec::new() }
    }

    /// A number below `limit`; small ones make simple files.
    fn roll(&mut self, limit: u32) -> u32 {
        let number = self.numbers.get(self.next).copied().unwrap_or_default();
        self.next += 1;
        number % limit
    }

    fn one_in(&mut self, limit: u32) -> bool {
        self.roll(limit) + 1 == limit
    }

    fn file(mut self) -> Made {
        let (mark, crlf) = (self.one_in(6), self.one_in(4));
        if mark {
            self.out.push('\u{FEFF}');
        }
        self.out.push_str("# The queue \u{1F680}\nversion: 1\n");
        self.out.push_str("updated_at: 2026-02-20T08:00:00Z\n");
        self.out.push_str("defaults: &d {track: main, owner: shared}\nlabels: &l [a, \"b, c\"]\n\n");
        let count = 1 + self.roll(8);
        let braces = self.one_in(6);
        let indent = if self.one_in(2) { "  " } else { "" };
        self.out.push_str(if braces { "tasks: [\n" } else { "tasks:\n" });
        let mut tasks = Vec::new();
        for number in 0..count {
            if self.one_in(3) {
                let _ = write!(self.out, "\n{indent}# --- part {number} é\n");
            }
            let id = format!("T-{number}");
            let first = self.out.matches('\n').count();
            match (braces, self.roll(5)) {
                (true, _) => {
                    self.out.push_str("  ");
                    self.flow(&id);
                    self.out.push_str(if number + 1 < count { ",\n" } else { "\n" });
                }
                (false, 4) => {
                    let _ = write!(self.out, "{indent}- ");
                    self.flow(&id);
                    self.out.push('\n');
                }
                _ => self.block(&id, indent),
            }
            tasks.push((id, first..self.out.matches('\n').count()));
        }
        if braces {
            self.out.push_str("]\n");
        }
        if self.one_in(3) {
            self.out.push_str("# the end\n");
        } else if self.one_in(3) && !self.out.ends_with("\n\n") {
            self.out.pop();
        }
        let text = if crlf { self.out.replace('\n', "\r\n") } else { self.out };
        Made { text, tasks }
    }

    fn block(&mut self, id: &str, indent: &str) {
        let mut fields = self.fields(id, false, &format!("{indent}    "));
        if self.one_in(4) {
            fields.insert(0, ("<<".to_owned(), "*d".to_owned()));
        }
        for (place, (key, value)) in fields.into_iter().enumerate() {
            if place > 0 && self.one_in(8) {
                let _ = writeln!(self.out, "{indent}  # about {key}: status: todo");
            }
            let lead = if place == 0 { "- " } else { "  " };
            let blank = if value.is_empty() { "" } else { " " };
            let key = if key != "<<" && self.one_in(6) { format!("\"{key}\"") } else { key };
            let _ = write!(self.out, "{indent}{lead}{key}:{blank}{value}");
            // Nothing may follow a scalar in lines, and a plain one of several lines ends with a comment.
            if !value.contains('\n') && self.one_in(5) {
                self.out.push_str("   # why \u{1F914}");
            }
            self.out.push('\n');
            if self.one_in(12) {
                self.out.push('\n');
            }
        }
    }

    fn flow(&mut self, id: &str) {
        let json = self.one_in(3);
        let fields = self.fields(id, true, "      ");
        let lines = self.one_in(3);
        self.out.push('{');
        for (place, (key, value)) in fields.into_iter().enumerate() {
            if place > 0 {
                let comma = if self.one_in(4) { " , " } else { ", " };
                self.out.push_str(comma);
                if lines {
                    let comment = if self.one_in(4) { "# then" } else { "" };
                    let _ = write!(self.out, "{comment}\n      ");
                }
            }
            let key = if json { format!("\"{key}\"") } else { key };
            let _ = write!(self.out, "{key}: {value}");
        }
        let end = if self.one_in(4) { " }" } else { "}" };
        self.out.push_str(end);
    }

    /// A task's fields in some order.
    fn fields(&mut self, id: &str, flow: bool, deep: &str) -> Vec<(String, String)> {
        let mut fields = vec![
            ("id".to_owned(), id.to_owned()),
            ("title".to_owned(), self.words(flow, deep)),
            ("role".to_owned(), "api".to_owned()),
        ];
        for name in ["notes", "x_one", "x_two"] {
            if self.one_in(2) {
                let value = if name == "notes" { self.words(flow, deep) } else { self.anything(flow, deep) };
                fields.push((name.to_owned(), value));
            }
        }
        if self.roll(4) > 0 {
            let status = self.status(id, flow, deep);
            fields.push(("status".to_owned(), status));
        }
        for name in ["owner", "branch", "commit", "completed_at"] {
            if self.one_in(2) {
                let value = self.state(name, flow);
                fields.push((name.to_owned(), value));
            }
        }
        for place in (1..fields.len()).rev() {
            let other = self.roll(u32::try_from(place + 1).unwrap()) as usize;
            fields.swap(place, other);
        }
        fields
    }

    fn status(&mut self, id: &str, flow: bool, deep: &str) -> String {
        let status = STATUSES[self.roll(4) as usize];
        match self.roll(9) {
            2 => format!("'{status}'"),
            3 => format!("\"{status}\""),
            4 if !flow => format!(">-\n{deep}{status}"),
            5 => {
                let name = format!("s{id}").replace('-', "");
                self.anchors.push((name.clone(), status));
                format!("&{name} {status}")
            }
            6 => match self.anchors.last() {
                Some((name, _)) => format!("*{name} "),
                None => status.to_owned(),
            },
            7 => format!("!!str {status}"),
            8 if !flow => String::new(),
            _ => status.to_owned(),
        }
    }

    fn state(&mut self, name: &str, flow: bool) -> String {
        let forms: &[&str] = match name {
            "owner" => &["codex", "'codex'", "\"\u{1F916} bot\"", "~", "12"],
            "branch" => &["agent/api", "\"agent/api\"", "'agent/a'", "null"],
            "commit" => &["1234567", "\"0123456\"", "cfd4f7bb4d", "'12e4567'"],
            _ => &[
                "2026-01-16",
                "2026-01-14T16:05:00Z",
                "\"2026-01-14T16:05:00Z\"",
                "2026-01-14 16:05:00 +01:00",
                "soon",
            ],
        };
        let form = forms[self.roll(u32::try_from(forms.len()).unwrap()) as usize];
        if form == "~" && !flow && self.one_in(2) { String::new() } else { form.to_owned() }
    }

    fn words(&mut self, flow: bool, deep: &str) -> String {
        match self.roll(10) {
            0 => "Plain words é \u{1F600}".to_owned(),
            1 => "'it''s one: #2, [x]'".to_owned(),
            2 => "\"a \\\"b\\\"\ttab \\u00e9\"".to_owned(),
            3 => format!("long{}", " word\u{1F409}".repeat(700)),
            4 => format!("two\n{deep}lines"),
            5 => format!("\"two \\\n{deep}lines\""),
            6 if !flow => format!("|\n{deep}status: todo\n{deep}\tmore # no comment"),
            7 if !flow => format!(">-\n{deep}folded\n\n{deep}text"),
            8 => "'one\ttab'".to_owned(),
            _ => "Words".to_owned(),
        }
    }

    fn anything(&mut self, flow: bool, deep: &str) -> String {
        match self.roll(8) {
            0 => "[a, {b: 1}, \"c]\"]".to_owned(),
            1 if !flow => format!("\n{deep}- status: todo\n{deep}- [x]"),
            2 if !flow => format!("\n{deep}status: done # inner\n{deep}owner:\n{deep}  - x"),
            3 => "*l".to_owned(),
            4 => format!("{{status: \"}}\",\n{deep}owner: x}}"),
            5 => "2026-02-27".to_owned(),
            6 => "yes".to_owned(),
            _ => self.words(flow, deep),
        }
    }
}
