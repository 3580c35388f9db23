//! A script of the reference: its lines, in which language each of them is, and which line decides whether one runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use super::language::Language;
use crate::adapter::Adapter;

/// A program in another program, such as Ruby in a here-document of a shell script. Lines count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Its language.
    pub language: Language,
    /// Its first line.
    pub first: usize,
    /// The line after its last.
    pub end: usize,
}

/// A script. Lines count from 0.
#[derive(Debug, Clone)]
pub struct Script {
    /// Relative to the checkout.
    pub path: String,
    /// The language of the file.
    pub language: Language,
    /// Its lines, without their ends.
    pub lines: Vec<String>,
    /// Programs of another language in it.
    pub regions: Vec<Region>,
}

impl Script {
    /// A script from its text.
    pub fn new(path: impl Into<String>, language: Language, text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let regions = if language == Language::Shell { regions(&lines) } else { Vec::new() };
        Self { path: path.into(), language, lines, regions }
    }

    /// The scripts that belong to the reference: what its adapter requires or calls its own, in a known language.
    pub fn all_of(adapter: &Adapter, checkout: &Path) -> Vec<Self> {
        let mut found = BTreeMap::new();
        for place in adapter.requires.files.iter().chain(&adapter.files.private) {
            for entry in WalkDir::new(checkout.join(place)).sort_by_file_name().into_iter().flatten() {
                let Ok(path) = entry.path().strip_prefix(checkout) else { continue };
                // What lies in git's folder is data.
                let of_git = path.components().any(|part| part.as_os_str() == ".git");
                if of_git || !entry.file_type().is_file() {
                    continue;
                }
                let Ok(text) = fs::read_to_string(entry.path()) else { continue };
                let path_text = path.to_string_lossy().into_owned();
                if let Some(language) = Language::of(path, &text) {
                    found.insert(path_text.clone(), Self::new(path_text, language, &text));
                }
            }
        }
        found.into_values().collect()
    }

    /// The language of a line.
    pub fn language_of(&self, line: usize) -> Language {
        self.region_of(line).map_or(self.language, |region| region.language)
    }

    fn region_of(&self, line: usize) -> Option<&Region> {
        self.regions.iter().find(|region| (region.first..region.end).contains(&line))
    }

    /// The line whose run decides whether `line` ran: itself where runs of it are counted, else the nearest one above
    /// that is counted and stands no further to the right. Such is the opening line of a statement over several lines,
    /// and the `if` of an `else`. `None` at the top of a program, which runs whenever the program does.
    pub fn governor(&self, line: usize, counted: impl Fn(usize) -> bool) -> Option<usize> {
        if counted(line) {
            return Some(line);
        }
        let first = self.region_of(line).map_or(0, |region| region.first);
        let depth = indent(&self.lines[line]);
        (first..line).rev().find(|&above| counted(above) && indent(&self.lines[above]) <= depth)
    }

    /// The text with another line in the place of one.
    pub fn with(&self, line: usize, text: &str) -> String {
        let mut all = String::new();
        for (index, old) in self.lines.iter().enumerate() {
            all.push_str(if index == line { text } else { old });
            all.push('\n');
        }
        all
    }

    /// Whether every program in the script is one, with another line in the place of one.
    ///
    /// # Errors
    /// There is no interpreter.
    pub fn parses_with(&self, line: usize, text: &str) -> std::io::Result<bool> {
        let whole = self.with(line, text);
        if let Some(region) = self.region_of(line) {
            let part: Vec<&str> = whole.lines().skip(region.first).take(region.end - region.first).collect();
            if !region.language.parses(&(part.join("\n") + "\n"))? {
                return Ok(false);
            }
        }
        self.language.parses(&whole)
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The here-documents that a shell script feeds to an interpreter.
fn regions(lines: &[String]) -> Vec<Region> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let word = lines[at]
            .split_once("<<")
            .map(|(command, word)| (command, word.trim_matches(['\'', '"', '-', ' '])));
        let end = word.and_then(|(_, word)| {
            let ends = |line: &String| !word.is_empty() && line.trim_start_matches('\t') == word;
            lines[at + 1..].iter().position(ends).map(|offset| at + 1 + offset)
        });
        let (Some((command, _)), Some(end)) = (word, end) else {
            at += 1;
            continue;
        };
        if command.split_whitespace().any(|word| word == "ruby") {
            found.push(Region { language: Language::Ruby, first: at + 1, end });
        }
        at = end + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKS: &str = "#!/usr/bin/env bash\nset -e\nexec ruby - \"$1\" <<'RUBY'\nputs 1\nputs 2\nRUBY\n";

    #[test]
    fn ruby_in_a_here_document_is_ruby() {
        let script = Script::new("packs.sh", Language::Shell, PACKS);
        assert_eq!(script.regions, [Region { language: Language::Ruby, first: 3, end: 5 }]);
        assert_eq!(script.language_of(1), Language::Shell);
        assert_eq!(script.language_of(4), Language::Ruby);
        assert!(script.parses_with(3, "puts 3").unwrap());
        assert!(!script.parses_with(3, "puts (").unwrap(), "the shell alone would not see it");
        assert!(script.with(3, "puts 3").contains("puts 3\nputs 2\n"));
    }

    #[test]
    fn a_line_that_is_not_counted_runs_with_the_one_that_governs_it() {
        let text = "def f\n  if a\n    one(\n      two\n    )\n  else\n    three\n  end\nend\n";
        let script = Script::new("f.rb", Language::Ruby, text);
        let counted = |line: usize| [0, 1, 2, 6].contains(&line);
        assert_eq!(script.governor(3, counted), Some(2), "an argument runs with its call");
        assert_eq!(script.governor(5, counted), Some(1), "an else runs with its if");
        assert_eq!(script.governor(6, counted), Some(6));
        assert_eq!(Script::new("g.rb", Language::Ruby, "A = 1\n").governor(0, |_| false), None);
    }
}
