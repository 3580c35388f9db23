//! What a packet needs, and how the texts that it is given become lists.

use super::{Reason, Refusal};

/// Refuses a packet that lacks what it needs; everything that is missing is named at once, by its flag.
///
/// # Errors
/// A refusal of class `usage`.
pub fn complete(verb: &str, needed: &[(&str, bool)]) -> Result<(), Refusal> {
    let missing: Vec<&str> = needed.iter().filter(|(_, given)| !given).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("{verb} needs {}", missing.join(", "));
    Err(Refusal::new(Reason::Usage, message)
        .hint(format!("`fairway {verb} --help` says what each of them is")))
}

/// The items of a text: its lines, each split at semicolons, without the blanks around them; what is blank is no
/// item. A semicolon inside a command splits it too.
pub fn items(text: &str) -> Vec<String> {
    text.split(['\n', ';']).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_semicolons_part_items() {
        assert_eq!(items(" one; two\n\n three ;;\tfour\n"), ["one", "two", "three", "four"]);
        assert!(items(" ;\n").is_empty());
    }

    #[test]
    fn everything_that_is_missing_is_named() {
        let refusal =
            complete("packet context", &[("--goal", false), ("--owner", true), ("--acceptance", false)]);
        assert_eq!(refusal.unwrap_err().message, "packet context needs --goal, --acceptance");
    }
}
