//! Turns what a command printed into raw JSON.

use regex::{Captures, Regex};
use serde_json::{Map, Value};

use crate::datafile::Table;

use super::markdown;
use super::sections::{self, Section};

/// How an output is read.
#[derive(Debug, Clone)]
pub(in crate::adapter) struct Reader {
    form: Form,
    /// Lines that say nothing. Tables, tabs and keys pass over them first; of lines, those that have to match
    /// it do not count themselves.
    skip: Option<Regex>,
}

/// The form of an output.
#[derive(Debug, Clone)]
enum Form {
    /// JSON.
    Json,
    /// JSON on each line, as a list.
    JsonLines,
    /// The named groups of one match over the whole text.
    Regex(Regex),
    /// The named groups of each line that matches, as a list. Other lines have to match `skip`.
    Lines(Regex),
    /// A table whose header says where each column begins; cells that are `-` are empty.
    Table,
    /// Fields between tabs, named in this order.
    Tsv(Vec<String>),
    /// A key, a colon and a value on each line.
    KeyValue,
    /// A title, fields and sections.
    Markdown,
    /// Reports below headings, each of a form of its own.
    Sections(Vec<Section>),
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
    /// A document does not begin with a title.
    #[error("the document does not begin with a title (`# ...`): {0}")]
    NoTitle(String),
    /// A field or a section of a document is there twice.
    #[error("line {line} of the document says `{name}` again")]
    Again {
        /// From 1.
        line: usize,
        /// The field or section.
        name: String,
    },
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
    pub(in crate::adapter) fn parse(table: &Table<'_>) -> Self {
        let names =
            ["json", "json-lines", "regex", "lines", "table", "tsv", "key-value", "markdown", "sections"];
        let name = table.need("reader").map(|node| node.one_of("reader", names));
        let pattern = || table.need("pattern").and_then(|node| node.regex());
        let form = match name.as_deref() {
            Some("json") => Form::Json,
            Some("json-lines") => Form::JsonLines,
            Some("regex") => pattern().map_or(Form::Nothing, Form::Regex),
            Some("lines") => pattern().map_or(Form::Nothing, Form::Lines),
            Some("table") => Form::Table,
            Some("tsv") => Form::Tsv(table.texts("columns")),
            Some("key-value") => Form::KeyValue,
            Some("markdown") => Form::Markdown,
            Some("sections") => {
                let sections = table.need("sections").map(|node| node.list()).unwrap_or_default();
                Form::Sections(sections.iter().filter_map(|node| node.table(Section::parse)).collect())
            }
            _ => Form::Nothing,
        };
        let by_line =
            matches!(form, Form::Lines(_) | Form::JsonLines | Form::Table | Form::Tsv(_) | Form::KeyValue);
        // Elsewhere it would mean nothing, and is reported as an unknown key.
        let skip = if by_line { table.get("skip").and_then(|node| node.regex()) } else { None };
        Self { form, skip }
    }

    /// Reads an output.
    ///
    /// # Errors
    /// It is not of this form.
    pub(in crate::adapter) fn read(&self, text: &str) -> Result<Value, ReadError> {
        match &self.form {
            Form::Json => Ok(serde_json::from_str(text)?),
            Form::JsonLines => self.counting_lines(text, |text| serde_json::from_str(text).ok()),
            Form::Regex(regex) => match regex.captures(text) {
                Some(captures) => Ok(groups(regex, &captures)),
                None => Err(ReadError::NoMatch(regex.to_string())),
            },
            Form::Lines(line) => lines(text, |text| match line.captures(text) {
                Some(captures) => Some(Some(groups(line, &captures))),
                None => self.skips(text).then_some(None),
            }),
            Form::Table => Ok(table(text.lines().filter(|line| !self.skips(line)))),
            Form::Tsv(columns) => self.counting_lines(text, |text| {
                let cells: Vec<&str> = text.split('\t').collect();
                let row = columns.iter().cloned().zip(cells.iter().map(|cell| Value::from(*cell)));
                (cells.len() == columns.len()).then(|| Value::Object(row.collect()))
            }),
            Form::KeyValue => {
                let pairs = self.counting_lines(text, |text| {
                    let (key, value) = text.split_once(':')?;
                    Some(Value::from(vec![key.trim(), value.trim()]))
                })?;
                let pairs = pairs.as_array().into_iter().flatten();
                Ok(pairs.filter_map(|pair| Some((pair[0].as_str()?.to_owned(), pair[1].clone()))).collect())
            }
            Form::Markdown => markdown::read(text),
            Form::Sections(list) => sections::read(list, text),
            Form::Nothing => Err(ReadError::NoMatch(String::new())),
        }
    }

    fn skips(&self, line: &str) -> bool {
        self.skip.as_ref().is_some_and(|skip| skip.is_match(line))
    }

    /// Reads the lines that are not skipped, each of which has to be of a known form.
    fn counting_lines(&self, text: &str, read: impl Fn(&str) -> Option<Value>) -> Result<Value, ReadError> {
        lines(text, |line| if self.skips(line) { Some(None) } else { read(line).map(Some) })
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
fn table<'t>(mut lines: impl Iterator<Item = &'t str>) -> Value {
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
    use crate::datafile::{Source, read};
    use serde_json::json;

    fn reader(toml: &str) -> Reader {
        read(&Source::new("a.toml", toml), Reader::parse).unwrap()
    }

    #[test]
    fn a_table_is_read_by_its_header() {
        let text = "ID                           ROLE           PRI   SEQ KIND       TITLE\n\
                    A-PROV-QUOTA                 A-backend        1    20 feature    Quota, before use\n\
                    B-X                          B-ui             -     - -          Nodes\n";
        let rows = reader("reader = 'table'\nskip = '^#'").read(&format!("# ready\n{text}")).unwrap();
        assert_eq!(rows[0]["PRI"], json!("1"));
        assert_eq!(rows[0]["SEQ"], json!("20"));
        assert_eq!(rows[0]["TITLE"], json!("Quota, before use"));
        assert_eq!(rows[1]["KIND"], Value::Null);
        assert_eq!(rows[1]["TITLE"], json!("Nodes"));
    }

    #[test]
    fn a_line_of_no_known_form_is_an_error() {
        let reader = reader(
            "reader = 'lines'\npattern = '^ERROR (?P<task>\\S+): (?P<message>.*)$'\nskip = '^queue-validate: '",
        );
        let good = reader.read("ERROR A-1: missing title\nqueue-validate: 1 problem(s)\n").unwrap();
        assert_eq!(good, json!([{"task": "A-1", "message": "missing title"}]));
        assert!(matches!(reader.read("WARN A-1: x\n"), Err(ReadError::Line { line: 1, .. })));
    }

    #[test]
    fn json_on_each_line() {
        let reader = reader("reader = 'json-lines'\nskip = '^$'");
        assert_eq!(reader.read("{\"a\":1}\n\n[2]\n").unwrap(), json!([{"a": 1}, [2]]));
        assert!(matches!(reader.read("{\"a\":1}\n{\"a\":\n"), Err(ReadError::Line { line: 2, .. })));
    }

    #[test]
    fn tabs_and_keys() {
        let tsv = reader("reader = 'tsv'\ncolumns = ['reviewer', 'path']\nskip = '^REVIEWER\t|^$'");
        let routes = json!([{"reviewer": "C-ops", "path": "a b"}]);
        assert_eq!(tsv.read("REVIEWER\tPATH\nC-ops\ta b\n\n").unwrap(), routes);
        assert!(matches!(tsv.read("REVIEWER\tPATH\none\n"), Err(ReadError::Line { line: 2, .. })));
        let keys = reader("reader = 'key-value'\nskip = '^=+$'");
        assert_eq!(keys.read("id: A-1\n====\nat: 10:30\n").unwrap(), json!({"id": "A-1", "at": "10:30"}));
        assert!(reader("reader = 'key-value'").read("====\n").is_err());
    }
}
