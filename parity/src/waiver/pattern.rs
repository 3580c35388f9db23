//! Places and names in which a star stands for any text.

/// A text as a pattern that matches it and nothing else.
pub fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('*', "\\*")
}

/// Whether a text is what a pattern says: `*` stands for any text, `\*` for a star, `\\` for a backslash.
pub fn matches(pattern: &str, text: &str) -> bool {
    let parts = parts(pattern);
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return text.is_empty() };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    if parts.len() == 1 {
        return rest.is_empty();
    }
    for part in &parts[1..parts.len() - 1] {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last.as_str())
}

/// Whether a pattern matches more than one text.
pub fn is_open(pattern: &str) -> bool {
    parts(pattern).len() > 1
}

/// What stands between the stars.
fn parts(pattern: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '*' => parts.push(String::new()),
            '\\' => {
                let escaped = letters.next_if(|next| ['*', '\\'].contains(next));
                parts.last_mut().into_iter().for_each(|part| part.push(escaped.unwrap_or(letter)));
            }
            letter => parts.last_mut().into_iter().for_each(|part| part.push(letter)),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{escaped, is_open, matches};
    use proptest::prelude::*;

    #[test]
    fn a_star_stands_for_any_text_and_an_escaped_one_for_itself() {
        assert!(matches("step * · answer · /reason", "step 12 · answer · /reason"));
        assert!(matches("start · state · tasks[*].notes", "start · state · tasks[A-1].notes"));
        assert!(!matches("start · state · tasks[*].notes", "start · state · tasks[A-1].title"));
        assert!(!matches("step 1", "step 12"));
        assert!(matches(r"routes[app/\*]", "routes[app/*]"));
        assert!(!matches(r"routes[app/\*]", "routes[app/x]"));
        assert!(matches(r"routes[^\.github/]", r"routes[^\.github/]"), "other backslashes are themselves");
    }

    proptest! {
        #[test]
        fn an_escaped_text_matches_itself_alone(text in "[a-b*\\\\]{0,8}", other in "[a-b*\\\\]{0,8}") {
            prop_assert!(!is_open(&escaped(&text)));
            prop_assert!(matches(&escaped(&text), &text));
            prop_assert_eq!(matches(&escaped(&text), &other), text == other);
            prop_assert!(matches(&(escaped(&text) + "*"), &(text + &other)));
        }
    }
}
