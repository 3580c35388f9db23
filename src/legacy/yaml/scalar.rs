//! What an unquoted scalar means: Psych's `ScalarScanner#tokenize`, rule by rule and in its order.
//!
//! The patterns are Psych's, so that each can be held against its source.

use std::sync::LazyLock;

use regex::Regex;

use super::error::Unplaced;
use super::node::Value;
use super::{number, time};

/// The value of an unquoted scalar.
pub(super) fn tokenize(text: String) -> Result<Value, Unplaced> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    if reads_as_words(&text) {
        return Ok(word(&text).unwrap_or_else(|| Value::Str(text.into())));
    }
    if let Some(int) = number::plain_decimal(&text) {
        return Ok(int);
    }
    Ok(special(&text)?.unwrap_or_else(|| Value::Str(text.into())))
}

/// Psych's first test, `/^[^\d.:-]?[[:alpha:]_\s!@#$%\^&*(){}<>|/\\~;=]+/`, or a line break. It sees the first two
/// characters. A letter beyond ASCII is left to the later tests: none of them takes one, so it is text either way.
fn reads_as_words(text: &str) -> bool {
    let word =
        |byte: u8| byte.is_ascii_alphabetic() || b"_ \t\r\x0B\x0C!@#$%^&*(){}<>|/\\~;=".contains(&byte);
    let mut chars = text.chars();
    let first = chars.next().unwrap_or_default();
    let second = chars.next().unwrap_or_default();
    let ascii = |c: char| u8::try_from(c).ok().filter(u8::is_ascii);
    ascii(first).is_some_and(word)
        || !(first.is_ascii_digit() || ".:-".contains(first)) && ascii(second).is_some_and(word)
        || text.contains('\n')
}

/// nil, true or false. Psych's patterns look at each line (`^`, `$`) of at most five characters in all.
fn word(text: &str) -> Option<Value> {
    if text.chars().count() > 5 || begins_otherwise(text) {
        return None;
    }
    let lines: Vec<String> = text.split('\n').map(fold).collect();
    let last = lines.len() - 1;
    // `/^[^ytonf~]/i`: the negated class takes a line break as well, so an empty line counts unless it is the last.
    let other = |(at, line): (usize, &String)| match line.chars().next() {
        Some(c) => !"ytonf~".contains(c),
        None => at < last,
    };
    if lines.iter().enumerate().any(other) {
        return None;
    }
    let any = |words: &[&str]| lines.iter().any(|line| words.contains(&line.as_str()));
    if text == "~" || any(&["null"]) {
        Some(Value::Null)
    } else if any(&["yes", "true", "on"]) {
        Some(Value::Bool(true))
    } else if any(&["no", "false", "off"]) {
        Some(Value::Bool(false))
    } else {
        None
    }
}

/// Whether text of one line begins with a letter that none of the words begins with; most do.
fn begins_otherwise(text: &str) -> bool {
    let other = |first: &u8| first.is_ascii() && !b"ytonf~".contains(&first.to_ascii_lowercase());
    text.as_bytes().first().is_some_and(other) && !text.contains('\n')
}

/// Case folding as far as Psych's words reach: the long s and the ff ligature fold to letters in them.
fn fold(line: &str) -> String {
    line.to_ascii_lowercase().replace('ſ', "s").replace('ﬀ', "ff")
}

fn pattern(source: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "the patterns are constants; every one is compiled by the tests")]
    Regex::new(source).expect("a valid pattern")
}

static TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^-?[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|(?-u:\s)+)[0-9]{1,2}:[0-9][0-9]:[0-9][0-9](?:\.[0-9]*)?(?:(?-u:\s)*(?:Z|[-+][0-9]{1,2}:?(?:[0-9][0-9])?))?$",
    )
});
static DATE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^([0-9]{4})-(1[012]|0[0-9]|[0-9])-([12][0-9]|3[01]|0[0-9]|[0-9])$"));
static INFINITE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:\+?|(-))\.(?i:inf)$"));
static SIXTIES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}(\.[0-9_]*)?$"));
static FLOAT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][-+][0-9]+)?$"));
static INTEGER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:[-+]?0b[01_,]+|[-+]?0[0-7_,]+|[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)|[-+]?0x[0-9a-fA-F_,]+)$",
    )
});

/// Everything that is neither a word nor plain text.
fn special(text: &str) -> Result<Option<Value>, Unplaced> {
    if TIME.is_match(text) {
        return Ok(time::parse(text)?.map(|time| Value::Time(Box::new(time))));
    }
    if let Some(date) = DATE.captures(text) {
        return Ok(time::date(&date[1], &date[2], &date[3]).map(Value::Date));
    }
    if let Some(sign) = INFINITE.captures(text) {
        let infinity = if sign.get(1).is_some() { f64::NEG_INFINITY } else { f64::INFINITY };
        return Ok(Some(Value::Float(infinity)));
    }
    if text.eq_ignore_ascii_case(".nan") {
        return Ok(Some(Value::Float(f64::NAN)));
    }
    if text.len() > 1 && text.starts_with(':') {
        return Err(Unplaced::disallowed("Symbol"));
    }
    if let Some(sixties) = SIXTIES.captures(text) {
        let float = sixties.get(1).is_some();
        return Ok(Some(if float { number::sexagesimal_float(text) } else { number::sexagesimal(text) }));
    }
    if FLOAT.is_match(text) {
        return number::float(text);
    }
    if INTEGER.is_match(text) {
        return number::integer(text).map(Some);
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Value {
        tokenize(text.to_owned()).unwrap()
    }

    #[test]
    fn words_numbers_and_text() {
        assert_eq!(read(""), Value::Null);
        assert_eq!(read("~"), Value::Null);
        assert_eq!(read("Yes"), Value::Bool(true));
        assert_eq!(read("oﬀ"), Value::Bool(false));
        assert_eq!(read("y"), Value::Str("y".into()));
        assert_eq!(read("12:30"), Value::Int(45_000));
        assert_eq!(read("1_000"), Value::Int(1_000));
        assert_eq!(read("0o17"), Value::Str("0o17".into()));
        assert_eq!(read("017"), Value::Int(15));
        assert_eq!(read("08"), Value::Str("08".into()));
        assert_eq!(read("1."), Value::Float(1.0));
        assert_eq!(read("-.INF"), Value::Float(f64::NEG_INFINITY));
        assert_eq!(read("1582-10-10"), Value::Str("1582-10-10".into()));
        assert_eq!(read("n\n\nno"), Value::Str("n\n\nno".into()));
        assert_eq!(read("n\nno"), Value::Bool(false));
    }

    #[test]
    fn symbols_are_refused() {
        assert!(tokenize(":todo".to_owned()).is_err());
        assert_eq!(read(":"), Value::Str(":".into()));
    }
}
