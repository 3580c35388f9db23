//! Numbers as Ruby's `Integer()`, `Float()`, `String#to_i` and `String#to_f` read them.

use num_bigint::BigInt;

use super::error::Unplaced;
use super::node::Value;

/// A plain decimal that fits a word, which most numbers are: what the patterns would say, without them.
pub(super) fn plain_decimal(text: &str) -> Option<Value> {
    let plain = text.len() <= 18
        && text.bytes().all(|b| b.is_ascii_digit())
        && (!text.starts_with('0') || text.len() == 1);
    if plain { text.parse().ok().map(Value::Int) } else { None }
}

/// `Integer(text.delete(',_'))` for a text that Psych's integer pattern lets through.
pub(super) fn integer(text: &str) -> Result<Value, Unplaced> {
    let clean = text.replace([',', '_'], "");
    let (negative, digits) = match clean.as_bytes().first() {
        Some(b'-') => (true, &clean[1..]),
        Some(b'+') => (false, &clean[1..]),
        _ => (false, clean.as_str()),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'b', ..] => (2, &digits[2..]),
        [b'0', b'x', ..] => (16, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    let magnitude = BigInt::parse_bytes(digits.as_bytes(), radix)
        .ok_or_else(|| Unplaced::ruby("ArgumentError", format!("invalid value for Integer(): {clean:?}")))?;
    Ok(whole(&if negative { -magnitude } else { magnitude }))
}

/// `12:30:45` in base 60. The first part always weighs 3600: `12:30` is 45000.
pub(super) fn sexagesimal(text: &str) -> Value {
    let total: BigInt = text.split(':').zip([3_600, 60, 1]).map(|(part, weight)| to_i(part) * weight).sum();
    whole(&total)
}

/// The same with a fraction in its last part, summed up as Ruby does: from the left, in floating point.
pub(super) fn sexagesimal_float(text: &str) -> Value {
    Value::Float(
        text.split(':').zip([3_600.0, 60.0, 1.0]).fold(0.0, |sum, (part, weight)| sum + to_f(part) * weight),
    )
}

/// `Float(..)` for a text that Psych's float pattern lets through; none for a bare dot, which stays text.
pub(super) fn float(text: &str) -> Result<Option<Value>, Unplaced> {
    let clean = text.replace([',', '_'], "");
    let (mantissa, exponent) = match clean.find(['e', 'E']) {
        Some(at) => clean.split_at(at),
        None => (clean.as_str(), ""),
    };
    if exponent.is_empty() && matches!(text, "." | "+." | "-.") {
        return Ok(None);
    }
    let mantissa = mantissa.strip_suffix('.').unwrap_or(mantissa);
    if !mantissa.ends_with(|c: char| c.is_ascii_digit()) {
        return Err(no_float(&format!("{mantissa}{exponent}")));
    }
    Ok(format!("{mantissa}{exponent}").parse().ok().map(Value::Float))
}

/// `Float(text)` for any text: what `!!float` does with one that is no number by Psych's rules.
pub(super) fn float_literal(text: &str) -> Result<f64, Unplaced> {
    let trimmed = text.trim_matches([' ', '\t', '\n', '\r', '\x0B', '\x0C']);
    let (negative, body) = match trimmed.as_bytes().first() {
        Some(b'-') => (true, &trimmed[1..]),
        Some(b'+') => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    let magnitude = match body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")) {
        Some(digits) => hexadecimal(digits),
        None => decimal(body),
    };
    let magnitude = magnitude.ok_or_else(|| no_float(text))?;
    Ok(if negative { -magnitude } else { magnitude })
}

fn no_float(text: &str) -> Unplaced {
    Unplaced::ruby("ArgumentError", format!("invalid value for Float(): {text:?}"))
}

/// Digits with single underscores between them, without those.
fn digits(text: &str, is_digit: fn(&char) -> bool) -> Option<String> {
    let pieces: Vec<&str> = text.split('_').collect();
    let whole = pieces.iter().all(|piece| !piece.is_empty() && piece.chars().all(|c| is_digit(&c)));
    whole.then(|| pieces.concat())
}

fn decimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (before, after) = match mantissa.split_once('.') {
        Some((before, after)) => (before, Some(after)),
        None => (mantissa, None),
    };
    let mut clean = match (before, after) {
        ("", Some(_)) => "0".to_owned(),
        _ => digits(before, char::is_ascii_digit)?,
    };
    if let Some(after) = after {
        clean = format!("{clean}.{}", digits(after, char::is_ascii_digit)?);
    }
    if let Some(exponent) = exponent {
        let (sign, power) = match exponent.as_bytes().first() {
            Some(b'-') => ("-", &exponent[1..]),
            Some(b'+') => ("", &exponent[1..]),
            _ => ("", exponent),
        };
        clean = format!("{clean}e{sign}{}", digits(power, char::is_ascii_digit)?);
    }
    clean.parse().ok()
}

/// `1.8p3` after `0x`. Ruby wants the exponent; a mantissa beyond 128 bits is refused only here.
fn hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, power) = text.split_once(['p', 'P'])?;
    let (before, after) = mantissa.split_once('.').map_or((mantissa, None), |(b, a)| (b, Some(a)));
    let mut clean = digits(before, char::is_ascii_hexdigit)?;
    if let Some(after) = after {
        let fits = !after.is_empty() && after.chars().all(|c| c.is_ascii_hexdigit());
        clean.push_str(fits.then_some(after)?);
    }
    let (sign, power) = match power.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, power.strip_prefix('+').unwrap_or(power)),
    };
    // Past any exponent that a Float can hold, all are alike.
    let power = digits(power, char::is_ascii_digit)?.parse::<i32>().unwrap_or(9_999).min(9_999);
    let scale = sign * power - 4 * i32::try_from(after.unwrap_or_default().len()).ok()?;
    let value = u128::from_str_radix(&clean, 16).ok()?;
    #[expect(clippy::cast_precision_loss, reason = "Ruby rounds to a Float here too")]
    let value = value as f64;
    Some(value * 2.0_f64.powi(scale))
}

/// `String#to_i`: the digits that the text begins with, single underscores allowed between them.
fn to_i(text: &str) -> BigInt {
    leading_digits(text, true).parse().unwrap_or_default()
}

/// `String#to_f` of digits, underscores and at most one dot.
fn to_f(text: &str) -> f64 {
    let (before, after) = text.split_once('.').unwrap_or((text, ""));
    let whole = leading_digits(before, true);
    // A stray underscore ends the number before its fraction.
    let stopped = before.trim_start_matches(['+', '-']).replace('_', "").len()
        != whole.trim_start_matches('-').len()
        || before.ends_with('_');
    let fraction = if stopped { String::new() } else { leading_digits(after, false) };
    format!("{whole}.{fraction}0").parse().unwrap_or_default()
}

fn leading_digits(text: &str, signed: bool) -> String {
    let mut clean = String::new();
    let mut rest = text;
    if signed {
        if let Some(after) = rest.strip_prefix('-') {
            clean.push('-');
            rest = after;
        }
        rest = rest.strip_prefix('+').unwrap_or(rest);
    }
    let mut after_digit = false;
    for c in rest.chars() {
        match c {
            '0'..='9' => clean.push(c),
            '_' if after_digit => {}
            _ => break,
        }
        after_digit = c != '_';
    }
    clean
}

fn whole(value: &BigInt) -> Value {
    i64::try_from(value).map_or_else(|_| Value::BigInt(value.to_string().into()), Value::Int)
}

/// `Float(value)`: what `!!float` makes of the value that its text stands for.
pub(super) fn to_float(value: Value) -> Result<f64, Unplaced> {
    let unfit = |what| Err(Unplaced::ruby("TypeError", format!("can't convert {what} into Float")));
    match value {
        Value::Float(float) => Ok(float),
        #[expect(clippy::cast_precision_loss, reason = "Ruby rounds to a Float here too")]
        Value::Int(int) => Ok(int as f64),
        Value::BigInt(int) => float_literal(&int),
        Value::Str(text) => float_literal(&text),
        Value::Time(time) => float_literal(&format!("{}.{}0", time.seconds, time.fraction)),
        Value::Null => unfit("nil"),
        Value::Bool(true) => unfit("true"),
        Value::Bool(false) => unfit("false"),
        other => unfit(other.class_name()),
    }
}
