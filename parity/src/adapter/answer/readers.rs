//! Turns what a command printed into raw JSON.

use regex::{Captures, Regex};
use serde_json::{Map, Value};

use crate::datafile::Table;

/// The form of an output.
#[derive(Debug, Clone)]
pub(super) enum Reader {
    /// JSON.
    Json,
    /// The named groups of one match over the whole text.
    Regex(Regex),
    /// The named groups of each line that matches, as a list. Other lines have to match `skip`.
    Lines {
        /// A line that counts.
        line: Regex,
        /// A line that does not.
        skip: Option<Regex>,
    },
    /// A table whose header says where each column begins; cells that are `-` are empty.
    Table,
    /// Fields between tabs, named in this order.
    Tsv(Vec<String>),
    /// A key, a colon and a value on each line.
    KeyValue,
    /// Nothing that could be read wrongly: an adapter with problems, which is refused as a whole.
    Nothing,
}

/// An output is not of the form that its reader expects.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no JSON.
    #[error("the output is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The expression does not match.
    #[error("the output does not match `{0}`")]
    NoMatch(String),
    /// A line is of no known form.
    #[error("line {line} of the output is of no known form: {text}")]
    Line {
        /// From 1.
        line: usize,
        /// The line.
        text: String,
    },
}

impl Reader {
    pub(super) fn parse(table: &Table<'_>) -> Self {
        let names = ["json", "regex", "lines", "table", "tsv", "key-value"];
        let name = table.need("reader").map(|node| node.one_of("reader", names));
        let pattern = || table.need("pattern").and_then(|node| node.regex());
        match name.as_deref() {
            Some("json") => Self::Json,
            Some("regex") => pattern().map_or(Self::Nothing, Self::Regex),
            Some("lines") => {
                let skip = table.get("skip").and_then(|node| node.regex());
                pattern().map_or(Self::Nothing, |line| Self::Lines { line, skip })
            }
            Some("table") => Self::Table,
            Some("tsv") => Self::Tsv(table.texts("columns")),
            Some("key-value") => Self::KeyValue,
            _ => Self::Nothing,
        }
    }

    /// Reads an output.
    ///
    /// # Errors
    /// It is not of this form.
    pub(super) fn read(&self, text: &str) -> Result<Value, ReadError> {
        match self {
            Self::Json => Ok(serde_json::from_str(text)?),
            Self::Regex(regex) => match regex.captures(text) {
                Some(captures) => Ok(groups(regex, &captures)),
                None => Err(ReadError::NoMatch(regex.to_string())),
            },
            Self::Lines { line, skip } => lines(text, |text| match line.captures(text) {
                Some(captures) => Some(Some(groups(line, &captures))),
                None => skip.as_ref().filter(|skip| skip.is_match(text)).map(|_| None),
            }),
            Self::Table => Ok(table(text)),
            Self::Tsv(columns) => lines(text, |text| {
                let cells: Vec<&str> = text.split('\t').collect();
                let row = columns.iter().cloned().zip(cells.iter().map(|cell| Value::from(*cell)));
                (cells.len() == columns.len()).then(|| Some(Value::Object(row.collect())))
            }),
            Self::KeyValue => {
                let pairs = lines(text, |text| {
                    let (key, value) = text.split_once(':')?;
                    Some(Some(Value::from(vec![key.trim(), value.trim()])))
                })?;
                let pairs = pairs.as_array().into_iter().flatten();
                Ok(pairs.filter_map(|pair| Some((pair[0].as_str()?.to_owned(), pair[1].clone()))).collect())
            }
            Self::Nothing => Err(ReadError::NoMatch(String::new())),
        }
    }
}

/// Reads line by line; a line that `read` has no answer for is an error, one that it answers with nothing is
/// passed over.
fn lines(text: &str, read: impl Fn(&str) -> Option<Option<Value>>) -> Result<Value, ReadError> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let value = read(line).ok_or_else(|| ReadError::Line { line: index + 1, text: line.to_owned() })?;
        found.extend(value);
    }
    Ok(Value::Array(found))
}

fn groups(regex: &Regex, captures: &Captures<'_>) -> Value {
    let names = regex.capture_names().flatten();
    let value = |name| captures.name(name).map_or(Value::Null, |group| Value::from(group.as_str()));
    Value::Object(names.map(|name| (name.to_owned(), value(name))).collect())
}

/// Columns begin where the words of the header do. A column aligned to the right reaches back to the end of
/// the one before, so a cell is the run of words that overlaps its heading.
fn table(text: &str) -> Value {
    let mut lines = text.lines();
    let headings = words(lines.next().unwrap_or_default());
    let rows = lines.filter(|line| !line.starts_with('(')).map(|line| {
        let mut row: Map<String, Value> =
            headings.iter().map(|(_, _, name)| (name.clone(), Value::Null)).collect();
        for (start, end, word) in words(line) {
            let over = headings.iter().rev().find(|(from, to, _)| start < *to && end > *from);
            let at_or_before = || headings.iter().rev().find(|(from, _, _)| *from <= start);
            let Some((_, _, name)) = over.or_else(at_or_before) else { continue };
            if word == "-" {
                continue;
            }
            let cell = match row.get(name).and_then(Value::as_str) {
                Some(before) => format!("{before} {word}"),
                None => word,
            };
            row.insert(name.clone(), Value::from(cell));
        }
        Value::Object(row)
    });
    rows.collect()
}

fn words(line: &str) -> Vec<(usize, usize, String)> {
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    for (at, letter) in line.chars().enumerate() {
        match found.last_mut() {
            _ if letter == ' ' => {}
            Some((_, end, word)) if *end == at => {
                word.push(letter);
                *end = at + 1;
            }
            _ => found.push((at, at + 1, letter.to_string())),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_table_is_read_by_its_header() {
        let text = "ID                           ROLE           PRI   SEQ KIND       TITLE\n\
                    A-PROV-QUOTA                 A-backend        1    20 feature    Quota, before use\n\
                    B-X                          B-ui             -     - -          Nodes\n";
        let rows = Reader::Table.read(text).unwrap();
        assert_eq!(rows[0]["PRI"], json!("1"));
        assert_eq!(rows[0]["SEQ"], json!("20"));
        assert_eq!(rows[0]["TITLE"], json!("Quota, before use"));
        assert_eq!(rows[1]["KIND"], Value::Null);
        assert_eq!(rows[1]["TITLE"], json!("Nodes"));
    }

    #[test]
    fn a_line_of_no_known_form_is_an_error() {
        let line = Regex::new(r"^ERROR (?P<task>\S+): (?P<message>.*)$").unwrap();
        let reader = Reader::Lines { line, skip: Some(Regex::new("^queue-validate: ").unwrap()) };
        let good = reader.read("ERROR A-1: missing title\nqueue-validate: 1 problem(s)\n").unwrap();
        assert_eq!(good, json!([{"task": "A-1", "message": "missing title"}]));
        assert!(matches!(reader.read("WARN A-1: x\n"), Err(ReadError::Line { line: 1, .. })));
    }

    #[test]
    fn tabs_and_keys() {
        let tsv = Reader::Tsv(vec!["reviewer".into(), "path".into()]);
        assert_eq!(tsv.read("C-ops\ta b\n").unwrap(), json!([{"reviewer": "C-ops", "path": "a b"}]));
        assert!(tsv.read("one\n").is_err());
        assert_eq!(
            Reader::KeyValue.read("id: A-1\nat: 10:30\n").unwrap(),
            json!({"id": "A-1", "at": "10:30"})
        );
    }
}
