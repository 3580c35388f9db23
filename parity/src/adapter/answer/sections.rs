//! Output that is several reports below headings, each read by a reader of its own.

use regex::Regex;
use serde_json::{Map, Value, json};

use crate::datafile::Table;

use super::readers::{ReadError, Reader};

/// What stands below one heading, or below each heading of one form.
#[derive(Debug, Clone)]
pub(super) struct Section {
    name: String,
    heading: Option<Regex>,
    reader: Reader,
}

impl Section {
    pub(super) fn parse(table: &Table<'_>) -> Self {
        Self {
            name: table.need_text("name"),
            heading: table.need("heading").and_then(|node| node.regex()),
            reader: Reader::parse(table),
        }
    }
}

/// Each section by its name. Where its heading has named groups there may be several: a list of `{ GROUP, body }`.
/// A section that is not there is an empty list. What stands above the first heading belongs to none.
pub(super) fn read(sections: &[Section], text: &str) -> Result<Value, ReadError> {
    let mut found: Map<String, Value> =
        sections.iter().map(|section| (section.name.clone(), json!([]))).collect();
    let mut open: Option<(&Section, Map<String, Value>, String)> = None;
    for line in text.lines() {
        let begins = sections.iter().find_map(|section| {
            let heading = section.heading.as_ref()?;
            Some((section, heading, heading.captures(line)?))
        });
        if let Some((section, heading, captures)) = begins {
            close(&mut found, open.take())?;
            let groups = heading.capture_names().flatten();
            let group = |name: &str| captures.name(name).map_or(Value::Null, |group| group.as_str().into());
            let groups = groups.map(|name| (name.to_owned(), group(name))).collect();
            open = Some((section, groups, String::new()));
        } else if let Some((_, _, body)) = &mut open {
            body.push_str(line);
            body.push('\n');
        }
    }
    close(&mut found, open)?;
    Ok(Value::Object(found))
}

fn close(
    found: &mut Map<String, Value>,
    open: Option<(&Section, Map<String, Value>, String)>,
) -> Result<(), ReadError> {
    let Some((section, mut groups, body)) = open else { return Ok(()) };
    let body = section.reader.read(&body)?;
    if groups.is_empty() {
        found.insert(section.name.clone(), body);
    } else if let Some(Value::Array(list)) = found.get_mut(&section.name) {
        groups.insert("body".to_owned(), body);
        list.push(Value::Object(groups));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datafile::{Source, read as read_toml};

    const TOML: &str = "
reader = 'sections'
sections = [
    { name = 'git', heading = '^== git ==$', reader = 'tsv', columns = ['code', 'subject'], skip = '^$' },
    { name = 'ready', heading = '^== ready (?P<role>.*) ==$', reader = 'lines', pattern = '^(?P<id>[A-Z-]+)$', skip = '^$' },
    { name = 'tracks', heading = '^== tracks ==$', reader = 'table' },
]";

    #[test]
    fn each_section_is_read_by_its_own_reader() {
        let reader = read_toml(&Source::new("a.toml", TOML), Reader::parse).unwrap();
        let text = "status\n\n== git ==\nDIRTY\tA\n\n== ready A ==\nA-ONE\nA-TWO\n== ready B ==\n";
        let ready =
            json!([{"role": "A", "body": [{"id": "A-ONE"}, {"id": "A-TWO"}]}, {"role": "B", "body": []}]);
        let expected = json!({ "git": [{"code": "DIRTY", "subject": "A"}], "ready": ready, "tracks": [] });
        assert_eq!(reader.read(text).unwrap(), expected);
        let strange = reader.read("== ready A ==\nnothing ready\n");
        assert!(matches!(strange, Err(ReadError::Line { line: 1, .. })), "{strange:?}");
    }
}
