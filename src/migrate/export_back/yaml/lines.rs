//! Lines of a YAML file, as libyaml parts them.

pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// libyaml's line breaks.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The line break that stands at a place; empty at the end of the file.
pub(super) fn break_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    if rest.starts_with("\r\n") {
        return &rest[..2];
    }
    rest.chars().next().filter(|c| is_break(*c)).map_or("", |c| &rest[..c.len_utf8()])
}

/// The line break that ends at a place.
pub(super) fn break_before(text: &str, at: usize) -> &str {
    let head = &text[..at];
    if head.ends_with("\r\n") {
        return &head[at - 2..];
    }
    head.chars().next_back().filter(|c| is_break(*c)).map_or("", |c| &head[at - c.len_utf8()..])
}

/// The first line break of the file.
pub(super) fn usual_break(text: &str) -> &str {
    text.find(is_break).map_or("\n", |at| break_at(text, at))
}

/// Where the line of a place begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].char_indices().rev().find(|(_, c)| is_break(*c)).map_or(0, |(at, c)| at + c.len_utf8())
}

/// Where the line of a place ends, its break left out.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(is_break).map_or(text.len(), |found| at + found)
}
