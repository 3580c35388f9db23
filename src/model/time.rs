//! Moments, in the one fixed-width form that the store keeps: `2026-02-27T16:00:00.000Z`.
//!
//! Fixed width makes the order of the texts the order of the times.

use std::fmt;

use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use serde::{Serialize, Serializer};

/// The second with which the year 10000 begins, whose number is wider than others.
const YEAR_10000: i64 = 253_402_300_800;

/// A moment in UTC, to the millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The moment by the system's clock.
    pub fn now() -> Self {
        Self(jiff::Timestamp::now())
    }

    /// The moment so many seconds after 1970.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        jiff::Timestamp::from_second(seconds).ok().map(Self)
    }

    /// Reads an ISO 8601 time: a date and time with a zone, one without (taken as UTC), or a date alone (its
    /// midnight UTC). `None` when the text is none of these.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Some(Self(moment));
        }
        // Ruby writes `2026-01-12 09:00:00 +0000` and `... Z`, with a blank before the zone.
        if let Some((local, zone)) = text.rsplit_once(' ')
            && let Some(moment) = Self::with_zone(local, zone)
        {
            return Some(moment);
        }
        let local = text
            .parse::<civil::DateTime>()
            .ok()
            .or_else(|| text.parse::<civil::Date>().ok().map(|date| date.at(0, 0, 0, 0)))?;
        TimeZone::UTC.to_timestamp(local).ok().map(Self)
    }

    fn with_zone(local: &str, zone: &str) -> Option<Self> {
        let local = local.parse::<civil::DateTime>().ok()?;
        let offset = match zone {
            "Z" | "UTC" => Offset::UTC,
            _ => return format!("{}T{}{zone}", local.date(), local.time()).parse().ok().map(Self),
        };
        offset.to_timestamp(local).ok().map(Self)
    }

    /// Whether the store's form holds all of it: it has no part of a millisecond.
    pub fn fits_the_store(self) -> bool {
        self.0.subsec_nanosecond() % 1_000_000 == 0
    }

    /// The moment as the store keeps it.
    pub fn to_store(self) -> String {
        self.to_string()
    }

    /// Seconds from `earlier` to this moment; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0.as_second() - earlier.0.as_second()
    }

    /// The moment that was a span of time before this one.
    #[must_use]
    pub fn before(self, span: jiff::SignedDuration) -> Self {
        Self(self.0.saturating_sub(span).unwrap_or(jiff::Timestamp::MIN))
    }

    /// In a form of `strftime`; none when it is no form.
    pub fn to_form(self, form: &str) -> Option<String> {
        jiff::fmt::strtime::format(form, self.0).ok()
    }

    /// For people: to the second, `2026-02-27T16:00:00Z`.
    pub fn to_seconds(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if (jiff::Timestamp::UNIX_EPOCH.as_second()..YEAR_10000).contains(&self.0.as_second()) {
            return write!(f, "{:.3}", self.0);
        }
        let millis = self.0.as_millisecond().rem_euclid(1000);
        write!(f, "{}.{millis:03}Z", self.0.strftime("%Y-%m-%dT%H:%M:%S"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A stored time for people: to the second when it has the store's form, as it stands otherwise.
pub fn display(stored: &str) -> String {
    match stored.strip_suffix('Z').and_then(|head| head.rsplit_once('.')) {
        Some((seconds, millis)) if millis.len() == 3 => format!("{seconds}Z"),
        _ => stored.to_owned(),
    }
}

/// A stored time for a narrow table: to the minute, `2026-02-27 16:00` in UTC; as it stands when it has not the store's form.
pub fn to_minute(stored: &str) -> String {
    let shown = display(stored);
    match (shown.get(..10), shown.get(11..16), shown.len()) {
        (Some(date), Some(minute), 20) => format!("{date} {minute}"),
        _ => shown,
    }
}

/// A stored time for a narrow table: its date in UTC; as it stands when it has not the store's form.
pub fn to_date(stored: &str) -> String {
    let shown = display(stored);
    match (shown.get(..10), shown.len()) {
        (Some(date), 20) => date.to_owned(),
        _ => shown,
    }
}

/// A time read from elsewhere in the store's form, or the text itself when it is no time.
pub fn to_store_or_keep(text: &str) -> String {
    Timestamp::parse(text).map_or_else(|| text.to_owned(), Timestamp::to_store)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Timestamp;

    #[test]
    fn reads_the_forms_that_queues_carry() {
        for (text, expected) in [
            ("2026-01-12T09:00:00Z", "2026-01-12T09:00:00.000Z"),
            ("2026-01-12T09:00:00.25Z", "2026-01-12T09:00:00.250Z"),
            ("2026-01-12T11:00:00+02:00", "2026-01-12T09:00:00.000Z"),
            ("2026-01-12 09:00:00", "2026-01-12T09:00:00.000Z"),
            ("2026-01-12 09:00:00 Z", "2026-01-12T09:00:00.000Z"),
            ("2026-01-12 09:00:00.000000000 Z", "2026-01-12T09:00:00.000Z"),
            ("2026-01-12 10:00:00 +0100", "2026-01-12T09:00:00.000Z"),
            ("2026-01-16", "2026-01-16T00:00:00.000Z"),
        ] {
            assert_eq!(Timestamp::parse(text).map(|t| t.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "soon", "12:30", "2026-13-01", "yesterday 10:00"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_order_is_time_order(a in 0_i64..253_402_300_799_000, b in 0_i64..253_402_300_799_000) {
            let at = |ms| Timestamp(jiff::Timestamp::from_millisecond(ms).unwrap());
            prop_assert_eq!(a.cmp(&b), at(a).to_string().cmp(&at(b).to_string()));
            prop_assert_eq!(Timestamp::parse(&at(a).to_string()), Some(at(a)));
        }
    }
}
