//! Dates and times as Ruby's `Date` and `Time` keep them, without a calendar library's limits: Psych makes any year
//! from -9999 to 10000.

/// A calendar day. Ruby's Date counts it in the Julian calendar before 1582-10-15 and in the Gregorian from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// The year, 0 to 9999.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
}

/// What a timestamp said about its zone. It changes how Ruby prints the time, not which moment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// `Z`
    Utc,
    /// No zone: read as UTC, shown in the zone of the machine.
    Local,
    /// A fixed offset in seconds, east positive.
    Offset(i32),
}

/// A moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// The decimal digits of the fraction of that second, without zeros at the end; Ruby keeps all of them.
    pub fraction: Box<str>,
    /// How the moment was written.
    pub zone: Zone,
}

impl Time {
    /// The fraction in nanoseconds, further digits cut off.
    pub fn nanoseconds(&self) -> u32 {
        let digits: String = self.fraction.chars().chain("000000000".chars()).take(9).collect();
        digits.parse().unwrap_or_default()
    }
}

/// Year, month and day of a proleptic Gregorian day counted from 1970-01-01.
pub(super) fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, small(month), small(day))
}

/// The proleptic Gregorian day of a date, counted from 1970-01-01. A day past the month's end runs into the next.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let from_march = (month + 9) % 12;
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn small(n: i64) -> u8 {
    u8::try_from(n).unwrap_or_default()
}

impl Date {
    /// The day, if Ruby's calendar has it: neither February 30 nor one of the ten days that the reform of October 1582
    /// left out.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Self { year, month, day };
        let leap = if date.is_julian() {
            year % 4 == 0
        } else {
            year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        };
        let last = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        let left_out = (year, month) == (1582, 10) && (5..15).contains(&day);
        ((1..=last).contains(&day) && !left_out).then_some(date)
    }

    fn is_julian(self) -> bool {
        (self.year, self.month, self.day) < (1582, 10, 15)
    }

    /// The chronological Julian day number, as Ruby's `Date#jd`.
    pub fn jd(self) -> i64 {
        let (year, month, day) = (i64::from(self.year), i64::from(self.month), i64::from(self.day));
        if self.is_julian() {
            let back = (14 - month) / 12;
            let year = year + 4_800 - back;
            day + (153 * (month + 12 * back - 3) + 2) / 5 + 365 * year + year.div_euclid(4) - 32_083
        } else {
            days_from_civil(year, month, day) + 2_440_588
        }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Date and time of day at an offset from UTC, as Ruby's `%Y-%m-%d`, and `%H:%M:%S`.
pub(super) fn clock_face(seconds: i64, offset: i32) -> (String, String) {
    let shown = seconds + i64::from(offset);
    let (year, month, day) = civil_from_days(shown.div_euclid(86_400));
    let second = shown.rem_euclid(86_400);
    let width = if year < 0 { 5 } else { 4 };
    (
        format!("{year:0width$}-{month:02}-{day:02}"),
        format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_run_both_ways() {
        for days in (-4_400_000..3_000_000).step_by(997) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month.into(), day.into()), days);
        }
        assert_eq!(civil_from_days(0), (1970, 1, 1));
    }

    #[test]
    fn the_calendar_changes_in_october_1582() {
        let jd = |y, m, d| Date::new(y, m, d).map(Date::jd);
        assert_eq!(jd(1582, 10, 4), Some(2_299_160));
        assert_eq!(jd(1582, 10, 10), None);
        assert_eq!(jd(1582, 10, 15), Some(2_299_161));
        assert_eq!(jd(1500, 2, 29), Some(2_268_992));
        assert_eq!(jd(0, 1, 1), Some(1_721_058));
        assert_eq!(jd(1900, 2, 29), None);
    }
}
