//! A span of time, such as `12h`.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::fmt::friendly::{Designator, SpanParser, SpanPrinter};

use super::text::{Malformed, text_value};

/// A span of time, more than nothing, written as `12h`, `30m`, `90s` or `1h30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeSpan(SignedDuration);

const EXPECTED: &str = "hours, minutes and seconds, such as 12h, 30m, 90s or 1h30m";

impl TimeSpan {
    /// A span of whole hours.
    pub const fn hours(hours: u32) -> Self {
        Self(SignedDuration::from_hours(hours as i64))
    }

    /// The span, for arithmetic with times.
    pub fn duration(self) -> SignedDuration {
        self.0
    }

    pub(in crate::config) fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = |why| Malformed::new("bad-duration", format!("is {text:?}, {why}"), EXPECTED);
        let span =
            SpanParser::new().parse_duration(text).map_err(|_| malformed("which is not a span of time"))?;
        if span.is_positive() { Ok(Self(span)) } else { Err(malformed("which is no time at all")) }
    }
}

/// As an argument: in the words of the configuration.
impl FromStr for TimeSpan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
            .map_err(|malformed| format!("it {}; expected {}", malformed.message, malformed.expected))
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printer = SpanPrinter::new().designator(Designator::Compact);
        f.write_str(&printer.duration_to_string(&self.0).replace(' ', ""))
    }
}

text_value!(TimeSpan, "a span of time in quotes, such as \"12h\"", { "title": "span of time", "type": "string", "pattern": "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$", "minLength": 2 });

#[cfg(test)]
mod tests {
    use super::TimeSpan;

    #[test]
    fn reads_the_usual_forms_and_writes_them_back() {
        for (text, seconds) in [("12h", 43_200), ("30m", 1_800), ("90s", 90), ("1h30m", 5_400)] {
            let span = TimeSpan::parse(text).unwrap();
            assert_eq!(span.duration().as_secs(), seconds);
            assert_eq!(TimeSpan::parse(&span.to_string()), Ok(span), "{text} came back as {span}");
        }
    }

    #[test]
    fn refuses_what_is_no_span() {
        for text in ["12", "soon", "-5m", "0s", "1d", "12h ago", ""] {
            assert!(TimeSpan::parse(text).is_err(), "{text:?} was accepted");
        }
    }
}
