//! Words as a shell reads them back.

/// A word, in quotes where it needs them.
pub fn quoted(word: &str) -> String {
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    match word.split_once('=') {
        // `NAME=value` stays one to the eye.
        Some((name, value)) if !name.is_empty() && name.chars().all(is_plain) => {
            format!("{name}={}", in_quotes(value))
        }
        _ => in_quotes(word),
    }
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_-./=:,@%+".contains(letter)
}

fn in_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_so_that_a_shell_reads_them_back() {
        assert_eq!(quoted("TASK=API-1"), "TASK=API-1");
        assert_eq!(quoted("REASON=it's late"), "REASON='it'\\''s late'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("$(x)"), "'$(x)'");
    }
}
