//! The two languages whose faults are known, and whether a text is still one of their programs.

use std::path::Path;
use std::process::Stdio;

use serde::{Deserialize, Serialize};

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Ruby, with the SQL that stands in it.
    Ruby,
    /// bash.
    Shell,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ruby, Self::Shell];

    /// Its name in data files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ruby => "ruby",
            Self::Shell => "shell",
        }
    }

    /// The language of a file, by the end of its name or its first line.
    pub fn of(path: &Path, text: &str) -> Option<Self> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("rb") => return Some(Self::Ruby),
            Some("sh" | "bash") => return Some(Self::Shell),
            _ => {}
        }
        let first = text.lines().next().filter(|line| line.starts_with("#!"))?;
        let program = first.split_whitespace().next_back()?.rsplit('/').next()?;
        match program {
            "ruby" => Some(Self::Ruby),
            "bash" => Some(Self::Shell),
            _ => None,
        }
    }

    /// Whether the interpreter takes the text for a program. Nothing of it is run.
    ///
    /// # Errors
    /// There is no interpreter.
    pub fn parses(self, text: &str) -> std::io::Result<bool> {
        let (program, arguments): (&str, &[&str]) = match self {
            Self::Ruby => ("ruby", &["-W0", "-c"]),
            Self::Shell => ("bash", &["-n"]),
        };
        let mut child = std::process::Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // One that gives up early closes its end; its exit code says the rest.
            let _ = std::io::Write::write_all(&mut stdin, text.as_bytes());
        }
        Ok(child.wait()?.success())
    }
}

#[cfg(test)]
mod tests {
    use super::Language;
    use std::path::Path;

    #[test]
    fn a_language_is_known_by_name_or_first_line() {
        let of = |path: &str, text: &str| Language::of(Path::new(path), text);
        assert_eq!(of("a.rb", ""), Some(Language::Ruby));
        assert_eq!(of("a.sh", ""), Some(Language::Shell));
        assert_eq!(of("queue", "#!/usr/bin/env ruby\n"), Some(Language::Ruby));
        assert_eq!(of("queue", "#!/bin/bash\n"), Some(Language::Shell));
        assert_eq!(of("queue.py", "#!/usr/bin/env python3\n"), None);
        assert_eq!(of("notes.md", "# notes\n"), None);
    }

    #[test]
    fn what_does_not_parse_is_no_program() {
        assert!(Language::Ruby.parses("puts 1 if true\n").unwrap());
        assert!(!Language::Ruby.parses("puts 1 if\nend\n").unwrap());
        assert!(Language::Shell.parses("[ 1 = 1 ] && echo yes\n").unwrap());
        assert!(!Language::Shell.parses("if [ 1 = 1 ]; then\n").unwrap());
    }
}
