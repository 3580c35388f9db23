//! The texts that a script prints or refuses with, and the holes in them that it fills when it runs.

use std::sync::LazyLock;

use regex::Regex;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// What stands there.
    Text(String),
    /// What is filled in: the names that its expression mentions.
    Hole(Vec<String>),
}

/// What becomes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It is printed.
    Printed,
    /// It refuses.
    Refuses,
    /// It is put together with others, or is no sentence at all.
    Other,
}

/// A text that a script says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// Its line, from 0.
    pub(crate) line: usize,
    /// What becomes of it.
    pub(crate) kind: Kind,
    /// Its parts.
    pub(crate) parts: Vec<Part>,
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|_| regex("$^"))
}

static REFUSES: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b(raise|fail|die|abort|warn|say|croak|stderr|fatal)\b|>&2"));
static PRINTS: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(puts|print|printf|echo|say)\b"));
/// What is filled in may hold quoted texts and blocks of its own.
static QUOTED: LazyLock<Regex> =
    LazyLock::new(|| regex(r#""((?:[^"\\#]|\\.|#\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|#)*)"|'([^']*)'"#));
static HOLE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"#\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}|\$\{([^}]*)\}|\$([A-Za-z_]\w*)|\{([a-z_][\w.\[\]']*)\}",
    )
});
static NAME: LazyLock<Regex> = LazyLock::new(|| regex(r"[A-Za-z_]\w*"));

/// The texts of a script, in the order of its lines.
pub(crate) fn said(text: &str) -> Vec<Said> {
    let mut found = Vec::new();
    for (line, words) in text.lines().enumerate() {
        let code = words.trim_start();
        if code.starts_with('#') {
            continue;
        }
        let refuses = REFUSES.find(code);
        let kind = match refuses {
            Some(_) => Kind::Refuses,
            None if PRINTS.is_match(code) => Kind::Printed,
            None => Kind::Other,
        };
        // What a refusal says stands after its word; before it may be anything.
        let after = refuses.filter(|word| word.as_str() != ">&2").map_or(0, |word| word.end());
        let quoted = QUOTED.captures_iter(&code[after..]).map(|quoted| {
            let plain = quoted.get(2).map(|text| vec![Part::Text(text.as_str().to_owned())]);
            plain.unwrap_or_else(|| parts(&quoted[1]))
        });
        // The longest: others are names and modes.
        if let Some(parts) = quoted.max_by_key(|parts| length(parts)).filter(|parts| length(parts) > 0) {
            found.push(Said { line, kind, parts });
        }
    }
    found
}

fn length(parts: &[Part]) -> usize {
    let of = |part: &Part| match part {
        Part::Text(text) => text.chars().filter(|letter| letter.is_alphabetic()).count(),
        Part::Hole(_) => 2,
    };
    parts.iter().map(of).sum()
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    let push = |text: &str, parts: &mut Vec<Part>| {
        if !text.is_empty() {
            parts.push(Part::Text(text.replace("\\\"", "\"").replace("\\n", "\n").replace("\\t", "\t")));
        }
    };
    for hole in HOLE.captures_iter(text) {
        let Some(whole) = hole.get(0) else { continue };
        push(&text[at..whole.start()], &mut parts);
        let inner = (1..5).find_map(|group| hole.get(group)).map_or("", |found| found.as_str());
        let names: Vec<String> = NAME.find_iter(inner).map(|name| name.as_str().to_owned()).collect();
        parts.push(Part::Hole(names));
        at = whole.end();
    }
    push(&text[at..], &mut parts);
    parts
}

impl Said {
    /// Its words, with a letter in each hole.
    pub(crate) fn plain(&self) -> String {
        let word = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Hole(_) => "X".to_owned(),
        };
        self.parts.iter().map(word).collect()
    }

    /// An expression that it matches, whatever is filled in.
    pub(crate) fn pattern(&self) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => regex::escape(text).replace('\n', "\\n").replace("\\-", "-"),
            Part::Hole(_) => "[\\s\\S]*".to_owned(),
        };
        self.parts.iter().map(part).collect()
    }

    /// Whether it says enough to be told from others.
    pub(crate) fn tells(&self) -> bool {
        let letters = |part: &Part| match part {
            Part::Text(text) => text.chars().filter(|letter| letter.is_alphabetic()).count(),
            Part::Hole(_) => 0,
        };
        self.parts.iter().map(letters).sum::<usize>() >= 6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_may_hold_texts_and_blocks() {
        let text =
            r##"raise Error, "#{id} waits for #{open.map { |dep, is| "#{dep} (#{is})" }.join(', ')}""##;
        let found = said(text);
        assert_eq!(found[0].plain(), "X waits for X");
        assert_eq!(said("puts \"card # #{number} is done\"")[0].plain(), "card # X is done");
    }

    #[test]
    fn holes_are_seen_in_ruby_and_in_shell() {
        let text = "puts \"claimed #{id} role=#{role.name}\"\n# puts \"no\"\nfail 3 \"$task is held by ${WHO:-x}\"\nx = \"quiet\"\n";
        let found = said(text);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].plain(), "claimed X role=X");
        assert_eq!(found[0].parts[3], Part::Hole(vec!["role".into(), "name".into()]));
        let kinds: Vec<Kind> = found.iter().map(|said| said.kind).collect();
        assert_eq!(kinds, [Kind::Printed, Kind::Refuses, Kind::Other]);
        assert_eq!(found[1].pattern(), "[\\s\\S]* is held by [\\s\\S]*");
    }
}
