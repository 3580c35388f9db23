//! The places at which a fault can be made, and what stands there then.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::language::Language;
use super::mutators::{Effect, Mutators};
use super::script::Script;
use crate::hex::sha256;

/// A script with one fault, or rather the one line of it that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mutant {
    /// The script, relative to the checkout.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The kind of fault.
    pub operator: String,
    /// What the line touches.
    pub effect: Effect,
    /// The line as it is.
    pub before: String,
    /// The line with the fault.
    pub after: String,
}

impl Mutant {
    /// The line as it is, as a digest that survives a shift of lines.
    pub fn line_digest(&self) -> String {
        let digest = sha256(self.before.trim());
        digest[..12].to_owned()
    }

    /// A name for files: it says the fault and the place, not the number of the line.
    pub fn id(&self) -> String {
        let digest = sha256(format!("{}\n{}\n{}\n{}", self.file, self.line, self.before, self.after));
        digest[..16].to_owned()
    }
}

/// Every mutant of the lines of a script that `ran`.
pub fn of_script(script: &Script, mutators: &Mutators, ran: impl Fn(usize) -> bool) -> Vec<Mutant> {
    let mut found = Vec::new();
    for (index, line) in script.lines.iter().enumerate() {
        if ran(index) {
            of_line(script, mutators, index, line, &mut found);
        }
    }
    found
}

fn of_line(script: &Script, mutators: &Mutators, index: usize, line: &str, found: &mut Vec<Mutant>) {
    let language = script.language_of(index);
    let code = code_of(line);
    let skipped = |(of, regex): &(Language, regex::Regex)| *of == language && regex.is_match(line);
    if code.trim().is_empty() || mutators.skip.iter().any(skipped) {
        return;
    }
    let effect = effect_of(script, mutators, index);
    let mut seen = BTreeSet::new();
    for operator in &mutators.operators {
        for (_, change) in operator.changes.iter().filter(|(of, _)| *of == language) {
            if change.unless.as_ref().is_some_and(|unless| unless.is_match(code)) {
                continue;
            }
            for captures in change.find.captures_iter(code) {
                let Some(whole) = captures.get(0) else { continue };
                let mut after = line[..whole.start()].to_owned();
                captures.expand(&change.with, &mut after);
                after.push_str(&line[whole.end()..]);
                // Two operators may make the same fault; it counts once.
                if after != line && seen.insert(after.clone()) {
                    found.push(Mutant {
                        file: script.path.clone(),
                        line: index + 1,
                        operator: operator.name.clone(),
                        effect,
                        before: line.to_owned(),
                        after,
                    });
                }
            }
        }
    }
}

/// What of a line is no comment: both languages begin one with `#`, here at the beginning or after a blank.
fn code_of(line: &str) -> &str {
    if line.trim_start().starts_with('#') {
        return "";
    }
    let mut quote = None;
    let mut before = ' ';
    for (at, letter) in line.char_indices() {
        match (quote, letter) {
            (None, '#') if before.is_whitespace() => return &line[..at],
            (None, '\'' | '"') if before != '\\' => quote = Some(letter),
            (Some(open), _) if letter == open && before != '\\' => quote = None,
            _ => {}
        }
        before = letter;
    }
    line
}

/// What the statement of a line touches: the line itself tells, or the one that opens the statement.
fn effect_of(script: &Script, mutators: &Mutators, index: usize) -> Effect {
    let language = script.language_of(index);
    let depth = |line: &str| line.len() - line.trim_start().len();
    let own = depth(&script.lines[index]);
    let opener = (0..index)
        .rev()
        .take(12)
        .find(|&above| !script.lines[above].trim().is_empty() && depth(&script.lines[above]) < own);
    // A line that opens a here-document does what stands in it.
    let document =
        Some(index + 1).filter(|&next| script.lines[index].contains("<<~") && next < script.lines.len());
    let places = std::iter::once(index).chain(document).chain(opener);
    for place in places {
        let line = &script.lines[place];
        let rule = mutators.effects.iter().find(|(of, regex, _)| *of == language && regex.is_match(line));
        if let Some((_, _, effect)) = rule {
            return *effect;
        }
    }
    Effect::Answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datafile::Source;
    use crate::grade::mutators::parse;

    const RULES: &str = r#"
schema = "fairway-mutators/1"
[[skip]]
language = "ruby"
match = '^\s*require '
[[effects]]
language = "ruby"
match = 'UPDATE|INSERT'
effect = "state"
[[operators]]
name = "flip"
summary = "turns a comparison round"
ruby = [{ match = ' == ', with = ' != ' }, { match = 'ORDER BY (\w+)', with = 'ORDER BY $1 DESC', unless = ' DESC' }]
[[operators]]
name = "flip-again"
summary = "makes the same fault"
ruby = [{ match = '==', with = '!=' }]
"#;

    fn mutants(text: &str) -> Vec<(usize, String, Effect)> {
        let mutators = parse(&Source::new("m.toml", RULES)).unwrap();
        let script = Script::new("q.rb", Language::Ruby, text);
        let all = of_script(&script, &mutators, |_| true);
        all.into_iter().map(|mutant| (mutant.line, mutant.after, mutant.effect)).collect()
    }

    #[test]
    fn every_match_is_a_mutant_once() {
        let found = mutants("x = a == b || c == d\n");
        assert_eq!(
            found,
            [
                (1, "x = a != b || c == d".to_owned(), Effect::Answer),
                (1, "x = a == b || c != d".to_owned(), Effect::Answer)
            ]
        );
    }

    #[test]
    fn comments_and_skipped_lines_are_no_places() {
        assert!(mutants("# a == b\nrequire 'a == b'\ny = 1 # if a == b\n").is_empty());
        assert_eq!(mutants("y = '#' == b # ==\n").len(), 1, "a number sign in quotes begins no comment");
        assert!(mutants("'SELECT x ORDER BY y DESC'\n").is_empty());
    }

    #[test]
    fn a_line_of_a_statement_touches_what_the_statement_does() {
        assert_eq!(mutants("run(<<~SQL) if a == b\n  UPDATE t\nSQL\n")[0].2, Effect::State);
        let found = mutants("db.execute(<<~SQL)\n  UPDATE t SET a = 1\n    WHERE b == 2\nSQL\nputs a == b\n");
        assert_eq!(
            found.iter().map(|(line, _, effect)| (*line, *effect)).collect::<Vec<_>>(),
            [(3, Effect::State), (5, Effect::Answer)]
        );
    }

    #[test]
    fn a_name_does_not_depend_on_other_lines_of_the_fault() {
        let mutators = parse(&Source::new("m.toml", RULES)).unwrap();
        let of = |text: &str| of_script(&Script::new("q.rb", Language::Ruby, text), &mutators, |_| true);
        let (one, two) = (of("a == b\n"), of("\na == b\n"));
        assert_eq!(one[0].line_digest(), two[0].line_digest());
        assert_ne!(one[0].id(), two[0].id());
    }
}
