//! Timestamps and dates: Psych's `parse_time`, and its `Date.strptime`.

use std::sync::LazyLock;

use regex::Regex;

use super::civil::{Date, Time, Zone, days_from_civil};
use super::error::Unplaced;

#[expect(clippy::expect_used, reason = "a constant pattern; the tests compile it")]
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([0-9]+):([0-9]+):([0-9]+)(?:\.([0-9]*))?(?-u:\s)*(Z|[-+][0-9]+(?::[0-9][0-9])?)?")
        .expect("a valid pattern")
});

/// A day that Ruby's calendar has.
pub(super) fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// A text that Psych's time pattern lets through. None where Ruby raises `ArgumentError`, which Psych turns into text.
///
/// # Errors
///
/// Where no space and no `T` parts date and clock but a tab does, Psych runs into nil.
pub(super) fn parse(text: &str) -> Result<Option<Time>, Unplaced> {
    let on_nil =
        |method| Unplaced::ruby("NoMethodError", format!("undefined method `{method}' for nil:NilClass"));
    let (date, clock) = text.split_once([' ', 't', 'T']).ok_or_else(|| on_nil("match"))?;
    let clock = CLOCK.captures(clock).ok_or_else(|| on_nil("[]"))?;
    let number = |at: usize| clock.get(at).and_then(|m| m.as_str().parse::<i64>().ok()).unwrap_or_default();
    let (hour, minute, second) = (number(1), number(2), number(3));
    let Some(days) = days(date) else { return Ok(None) };
    let past_midnight = hour == 24 && (minute > 0 || second > 0);
    if hour > 24 || minute > 59 || second > 60 || past_midnight {
        return Ok(None);
    }
    let zone = match clock.get(5).map(|m| m.as_str()) {
        None => Zone::Local,
        Some("Z") => Zone::Utc,
        Some(offset) => match offset_seconds(offset) {
            Some(seconds) => Zone::Offset(seconds),
            None => return Ok(None),
        },
    };
    let east = if let Zone::Offset(seconds) = zone { i64::from(seconds) } else { 0 };
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - east;
    let fraction = clock.get(4).map_or("", |fraction| fraction.as_str()).trim_end_matches('0').into();
    Ok(Some(Time { seconds, fraction, zone }))
}

/// The day of `Time.utc(year, month, day)`: February 31 runs into March, day 32 is out of range.
fn days(date: &str) -> Option<i64> {
    let (negative, date) = date.strip_prefix('-').map_or((false, date), |rest| (true, rest));
    // A tab may stand after the day when a space follows further on.
    let mut parts = date.split('-').map(|part| part.trim_end().parse::<i64>());
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let in_range = (1..=12).contains(&month) && (1..=31).contains(&day);
    let year = if negative { -year } else { year };
    in_range.then(|| days_from_civil(year, month, 1) + day - 1)
}

/// The zone as Psych takes it apart, `/^([+\-]?\d{1,2})\:?(\d{1,2})?$/`. A negative zero hour loses its sign.
fn offset_seconds(zone: &str) -> Option<i32> {
    let (sign, digits) = zone.split_at(1);
    let (hours, minutes) = digits.split_once(':').unwrap_or_else(|| digits.split_at(digits.len().min(2)));
    let hours: i32 = hours.parse().ok()?;
    let minutes: i32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    let seconds = hours * 3_600 + minutes * 60;
    let offset = if sign == "-" && hours > 0 { -seconds } else { seconds };
    (seconds < 86_400).then_some(offset)
}
