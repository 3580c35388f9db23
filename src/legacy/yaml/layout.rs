//! Where the items of a list stand in the file: the bytes of their keys and values, for who edits them in place.
//!
//! libyaml's marks carry the offset in bytes, so a byte order mark, CRLF or an emoji needs no arithmetic here.

use std::ops::Range;

use libyaml_safer::{Event, EventData, MappingStyle, ScalarStyle, SequenceStyle};

use super::error::YamlError;
use super::events::{Events, mark};
use super::node::Mark;

/// An item of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemLayout {
    /// Where it begins.
    pub mark: Mark,
    /// Its pairs; none when it is not written as a mapping.
    pub mapping: Option<MappingLayout>,
}

/// A mapping as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingLayout {
    /// Whether it is written between braces, or in lines.
    pub flow: bool,
    /// The first byte, its properties included.
    pub start: usize,
    /// How many columns its keys are indented, when it is written in lines.
    pub indent: usize,
    /// Its pairs, in the order of the file.
    pub pairs: Vec<PairLayout>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairLayout {
    /// The text of the key; none when it is no scalar.
    pub name: Option<String>,
    /// Where the key stands.
    pub key: Piece,
    /// Where the value stands.
    pub value: Piece,
}

/// A node as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins, its properties included.
    pub mark: Mark,
    /// Its bytes, its properties included. Those of a collection or scalar in lines go on to what follows.
    pub span: Range<usize>,
    /// How it is written.
    pub style: Style,
    /// Whether an anchor or a tag stands before it.
    pub properties: bool,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes, or nothing at all.
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|` or `>`
    Lines,
    /// `*name`
    Alias,
    /// `[…]` or `{…}`
    FlowCollection,
    /// A sequence or mapping in lines.
    BlockCollection,
}

impl Piece {
    fn of(event: &Event, end: usize) -> Self {
        let (style, properties) = match &event.data {
            EventData::Scalar { anchor, tag, style, .. } => {
                let style = match style {
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Lines,
                    _ => Style::Plain,
                };
                (style, anchor.is_some() || tag.is_some())
            }
            EventData::SequenceStart { anchor, tag, style, .. } => {
                (collection(*style == SequenceStyle::Flow), anchor.is_some() || tag.is_some())
            }
            EventData::MappingStart { anchor, tag, style, .. } => {
                (collection(*style == MappingStyle::Flow), anchor.is_some() || tag.is_some())
            }
            _ => (Style::Alias, false),
        };
        Self { mark: mark(event.start_mark), span: offset(event.start_mark)..end, style, properties }
    }
}

fn collection(flow: bool) -> Style {
    if flow { Style::FlowCollection } else { Style::BlockCollection }
}

fn offset(at: libyaml_safer::Mark) -> usize {
    usize::try_from(at.index).unwrap_or(usize::MAX)
}

/// The items of the list that `wanted` names by their index, in order: those of the document when it is a sequence, those
/// under the last `list_key` when it is a mapping. None when no list is written there.
///
/// # Errors
/// When the file is no YAML.
pub fn layout(
    bytes: &[u8],
    list_key: &str,
    wanted: &dyn Fn(usize) -> bool,
) -> Result<Option<Vec<(usize, ItemLayout)>>, YamlError> {
    let mut events = Events::new(bytes);
    let Some(first) = events.open_document()? else { return Ok(None) };
    match first.data {
        EventData::SequenceStart { .. } => items(&mut events, wanted).map(Some),
        EventData::MappingStart { .. } => {
            let mut found = None;
            loop {
                let key = events.next()?;
                if matches!(key.data, EventData::MappingEnd) {
                    return Ok(found);
                }
                let named = text(&key).is_some_and(|text| text == list_key);
                skip(&mut events, &key)?;
                let value = events.next()?;
                match value.data {
                    EventData::SequenceStart { .. } if named => found = Some(items(&mut events, wanted)?),
                    _ => {
                        skip(&mut events, &value)?;
                        if named {
                            found = None;
                        }
                    }
                }
            }
        }
        _ => Ok(None),
    }
}

/// The items of a sequence that has just begun.
fn items(
    events: &mut Events<'_>,
    wanted: &dyn Fn(usize) -> bool,
) -> Result<Vec<(usize, ItemLayout)>, YamlError> {
    let mut found = Vec::new();
    for index in 0.. {
        let event = events.next()?;
        match event.data {
            EventData::SequenceEnd => break,
            EventData::MappingStart { .. } if wanted(index) => found.push((index, mapping(events, &event)?)),
            _ => {
                skip(events, &event)?;
                if wanted(index) {
                    found.push((index, ItemLayout { mark: mark(event.start_mark), mapping: None }));
                }
            }
        }
    }
    Ok(found)
}

/// A mapping that has just begun.
fn mapping(events: &mut Events<'_>, first: &Event) -> Result<ItemLayout, YamlError> {
    let flow = matches!(&first.data, EventData::MappingStart { style: MappingStyle::Flow, .. });
    let mut pairs: Vec<PairLayout> = Vec::new();
    loop {
        let key = events.next()?;
        if matches!(key.data, EventData::MappingEnd) {
            break;
        }
        let name = text(&key).map(str::to_owned);
        let key = Piece::of(&key, skip(events, &key)?);
        let value = events.next()?;
        let value = Piece::of(&value, skip(events, &value)?);
        pairs.push(PairLayout { name, key, value });
    }
    let mark = mark(first.start_mark);
    // A property may stand on the line above the first key.
    let indent = pairs.first().map_or(mark, |pair| pair.key.mark).column as usize - 1;
    let mapping = MappingLayout { flow, start: offset(first.start_mark), indent, pairs };
    Ok(ItemLayout { mark, mapping: Some(mapping) })
}

/// Reads to the end of a node that has just begun, and answers where that is.
fn skip(events: &mut Events<'_>, first: &Event) -> Result<usize, YamlError> {
    let step = |data: &EventData| match data {
        EventData::SequenceStart { .. } | EventData::MappingStart { .. } => 1_i64,
        EventData::SequenceEnd | EventData::MappingEnd => -1,
        _ => 0,
    };
    let (mut open, mut end) = (step(&first.data), first.end_mark);
    while open > 0 {
        let event = events.next()?;
        open += step(&event.data);
        end = event.end_mark;
    }
    Ok(offset(end))
}

fn text(event: &Event) -> Option<&str> {
    match &event.data {
        EventData::Scalar { value, .. } => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pair of the first item as it is written.
    fn written(text: &str) -> Vec<(&str, &str, Style)> {
        let items = layout(text.as_bytes(), "tasks", &|index| index == 0).unwrap().unwrap();
        let mapping = items[0].1.mapping.clone().unwrap();
        mapping
            .pairs
            .iter()
            .map(|pair| (&text[pair.key.span.clone()], &text[pair.value.span.clone()], pair.value.style))
            .collect()
    }

    #[test]
    fn spans_are_bytes_whatever_stands_before_them() {
        let text = "\u{FEFF}# \u{1F680} é\r\ntasks:\r\n  - id: Ä-1 # c\r\n    \"status\": &s 'to''do'\r\n    owner:\r\n    notes: [\u{1F600},\r\n      b]\r\n    x: *s\r\n";
        assert_eq!(
            written(text),
            [
                ("id", "Ä-1", Style::Plain),
                ("\"status\"", "&s 'to''do'", Style::Single),
                ("owner", "", Style::Plain),
                ("notes", "[\u{1F600},\r\n      b]", Style::FlowCollection),
                ("x", "*s", Style::Alias),
            ]
        );
    }

    #[test]
    fn a_plain_scalar_ends_with_its_last_letter() {
        assert_eq!(
            written("tasks: [{id: A  , status : two\n  lines ,\n 'k': \"v\"}]"),
            [
                ("id", "A", Style::Plain),
                ("status", "two\n  lines", Style::Plain),
                ("'k'", "\"v\"", Style::Double)
            ]
        );
    }

    #[test]
    fn the_last_list_counts_and_an_alias_is_none() {
        let find = |text: &str| layout(text.as_bytes(), "tasks", &|_| true).unwrap();
        let ids = |items: Vec<(usize, ItemLayout)>| items.len();
        assert_eq!(find("tasks: [{id: a}]\ntasks: [{id: b}, {id: c}]").map(ids), Some(2));
        assert_eq!(find("x: &x []\ntasks: *x"), None);
        assert_eq!(find("- {id: a}\n- b\n").map(ids), Some(2));
    }
}
