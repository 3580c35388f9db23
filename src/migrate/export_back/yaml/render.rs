//! A text as a YAML scalar of one line: as it was written before where that still reads as the text, quoted otherwise.

use std::fmt::Write as _;

use crate::legacy::yaml::ruby_text::text;
use crate::legacy::yaml::{Style, Value, load};

/// Where the scalar goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// Between braces.
    pub(super) flow: bool,
    /// How the value there was written; plain where there was none.
    pub(super) style: Style,
    /// The class of the value there; none where there was none.
    pub(super) class: Option<&'static str>,
    /// Whether the keys around it are written as JSON writes them.
    pub(super) json: bool,
}

/// The scalar that Ruby reads as `value`; none when there is none.
pub(super) fn scalar(value: &str, spot: Spot) -> Option<String> {
    let text = spot.class.is_none_or(|class| matches!(class, "String" | "NilClass"));
    let styles: &[Style] = match spot.style {
        Style::Double => &[Style::Double],
        Style::Single => &[Style::Single, Style::Double],
        _ if spot.json && text => &[Style::Double],
        _ if spot.json => &[Style::Plain, Style::Double],
        _ => &[Style::Plain, Style::Single, Style::Double],
    };
    styles.iter().find_map(|style| {
        let written = match style {
            Style::Double => double(value),
            Style::Single => format!("'{}'", value.replace('\'', "''")),
            _ => value.to_owned(),
        };
        reads_as(&written, value, spot).then_some(written)
    })
}

/// Whether Ruby reads the scalar as the text, or as what it read before: a time stays a time, a number a number.
fn reads_as(written: &str, value: &str, spot: Spot) -> bool {
    let document =
        if spot.flow { format!("{{k: {written}, l: 1}}\n") } else { format!("k: {written}\nl: 1\n") };
    let Ok(node) = load(document.as_bytes()) else { return false };
    let Value::Map(mapping) = node.value else { return false };
    let [(key, found), (last, _)] = mapping.entries.as_slice() else { return false };
    if key.value.as_str() != Some("k") || last.value.as_str() != Some("l") {
        return false;
    }
    match &found.value {
        Value::Str(read) => **read == *value,
        other => {
            let same = spot.class.is_some_and(|class| family(class) == family(other.class_name()));
            same && text(other).is_some_and(|read| read == value)
        }
    }
}

/// Classes that stand for one kind of value.
fn family(class: &str) -> &str {
    match class {
        "Date" => "Time",
        "TrueClass" => "FalseClass",
        other => other,
    }
}

/// Between double quotes, with escapes for what a line cannot hold.
fn double(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\n' => write!(out, "\\n"),
            '\t' => write!(out, "\\t"),
            '\r' => write!(out, "\\r"),
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' => write!(out, "\\u{:04X}", u32::from(c)),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {
                write!(out, "\\u{:04X}", u32::from(c))
            }
            c => write!(out, "{c}"),
        };
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(value: &str, style: Style, class: Option<&'static str>) -> String {
        scalar(value, Spot { flow: false, style, class, json: false }).unwrap()
    }

    #[test]
    fn the_style_stays_where_the_value_allows_it() {
        let text = Some("String");
        assert_eq!(render("in_progress", Style::Plain, text), "in_progress");
        assert_eq!(render("it's", Style::Single, text), "'it''s'");
        assert_eq!(render("a\nb", Style::Single, text), "\"a\\nb\"");
        assert_eq!(render("x", Style::Double, text), "\"x\"");
        assert_eq!(render("x", Style::Lines, text), "x");
    }

    #[test]
    fn what_plain_text_would_not_mean_is_quoted() {
        let quoted =
            ["yes", "12", "1e3", "~", "", " a", "a: b", "a #b", "*x", "[a", "12:30", ":sym", "2026-02-27"];
        for value in quoted {
            let written = render(value, Style::Plain, Some("String"));
            assert!(written == format!("'{value}'") || value == "1e3" && written == "1e3", "{written}");
        }
    }

    #[test]
    fn a_time_stays_a_time_and_text_that_looks_like_one_stays_text() {
        let time = "2026-02-27T16:00:00Z";
        assert_eq!(render(time, Style::Plain, Some("Date")), time);
        assert_eq!(render(time, Style::Plain, None), format!("'{time}'"));
        assert_eq!(render("1234567", Style::Plain, Some("Integer")), "1234567");
        assert_eq!(render("1234567", Style::Plain, Some("String")), "'1234567'");
        assert_eq!(render("0123456", Style::Plain, Some("Integer")), "'0123456'");
    }

    #[test]
    fn between_braces_more_is_quoted() {
        let spot = Spot { flow: true, style: Style::Plain, class: Some("String"), json: false };
        assert_eq!(scalar("a, b", spot).unwrap(), "'a, b'");
        assert_eq!(scalar("a", Spot { json: true, ..spot }).unwrap(), "\"a\"");
    }
}
