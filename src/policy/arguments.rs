//! Arguments that scripts pass as text.

use std::str::FromStr;

use super::{Reason, Refusal};

/// A whole number, written in digits alone; blanks around it do not count, and one that no machine counts to is the
/// largest there is.
///
/// # Errors
/// A refusal of class `usage` that names the flag.
pub fn whole_number(flag: &str, text: &str) -> Result<u64, Refusal> {
    let digits = text.trim();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let refusal = Refusal::new(Reason::Usage, format!("{flag} takes a whole number, got `{text}`"));
        return Err(refusal.hint("digits alone, such as 90"));
    }
    Ok(digits.parse().unwrap_or(u64::MAX))
}

/// Reads one of the values that there are, where that comes after other checks.
///
/// # Errors
/// A refusal of class `usage` that names them.
pub fn one_of<T: FromStr<Err = String>>(flag: &str, text: &str) -> Result<T, Refusal> {
    let refused = |hint| Refusal::new(Reason::Usage, format!("unknown value `{text}` for {flag}")).hint(hint);
    text.parse().map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::{one_of, whole_number};
    use crate::model::SessionStatus;

    #[test]
    fn digits_alone_make_a_number() {
        for (text, number) in [("0", 0), (" 90 ", 90), ("007", 7), ("99999999999999999999", u64::MAX)] {
            assert_eq!(whole_number("--limit", text).unwrap(), number, "{text}");
        }
        for text in ["", " ", "-1", "+3", "1.5", "0x10", "1 2", "two"] {
            assert!(whole_number("--limit", text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_that_there_is_not_is_refused_with_those_that_there_are() {
        assert_eq!(one_of("--status", "stale"), Ok(SessionStatus::Stale));
        let refusal = one_of::<SessionStatus>("--status", "over").unwrap_err();
        assert!(format!("{refusal:?}").contains("expected one of starting, running"), "{refusal:?}");
    }
}
