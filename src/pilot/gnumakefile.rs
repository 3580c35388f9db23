//! The `GNUmakefile` that passes the scripts' targets through `fairway shadow`: GNU make reads it in place of the Makefile,
//! which it includes.
//!
//! It does not touch what a target does: the recipes are the Makefile's, and only the shell that runs them is another one, for
//! these targets alone. So make prints, skips, counts and fails as before, with the same words and the same places, and the
//! recipe sees the same environment; nothing is taken apart and quoted again.

use std::fmt::Write as _;
use std::path::Path;

use fairway_parity::hex;

/// Its name. GNU make looks for it first.
pub const NAME: &str = "GNUmakefile";
/// The names of the file that it includes, in the order in which GNU make looks for them.
pub const MAKEFILES: [&str; 2] = ["makefile", "Makefile"];

/// How it begins; the digest of what follows comes behind.
const FIRST: &str = "# Written by fairway, sha256 ";
/// The line of one that a cut-over brought.
const OF_CUTOVER: &str = "# A cut-over brought it; `fairway pilot rollback` takes it away again.\n";
/// The line of one that somebody asked for.
const OF_INSTALL: &str = "# `fairway pilot remove-shadow` takes it away again.\n";

/// Who brought it, and who takes it away again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// Somebody asked for it.
    ByHand,
    /// A cut-over.
    ByCutover,
}

/// What a file is that stands where this one would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It is as Fairway wrote it.
    Ours(Brought),
    /// Fairway wrote it, and somebody changed it.
    Changed,
    /// It is somebody else's.
    Foreign,
}

/// Whether make takes a path for one word, whatever stands in it: it would be taken apart in a shell's name.
pub fn can_be_named(program: &Path) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+@,".contains(letter);
    program.is_absolute() && program.to_str().is_some_and(|path| path.chars().all(plain))
}

/// The file that includes `makefile` and passes `targets` through this program.
pub fn text(program: &Path, makefile: &str, targets: &[String], brought: Brought) -> String {
    let program = program.display();
    let mut rest = String::from(match brought {
        Brought::ByHand => OF_INSTALL,
        Brought::ByCutover => OF_CUTOVER,
    });
    let _ = write!(
        rest,
        "# The recipes of these targets are the Makefile's own; Fairway stands between make and their shell, has them run as\n\
         # they are, and does the same beside them. What is Fairway's by now is refused, with the command that does it.\n\
         MAKEFILE_LIST :=\ninclude {makefile}\nifneq ($(wildcard {program}),)\n"
    );
    for target in targets {
        let _ = writeln!(rest, "{target}: private SHELL := {program} shadow --target {target} -- $(SHELL)");
    }
    let _ =
        write!(rest, "else\n$(warning {program} is not there: the scripts are called without it)\nendif\n");
    format!("{FIRST}{}\n{rest}", hex::sha256(&rest))
}

/// What a file is.
pub fn found(text: &str) -> Found {
    let Some((digest, rest)) = text.strip_prefix(FIRST).and_then(|text| text.split_once('\n')) else {
        return Found::Foreign;
    };
    if hex::sha256(rest) != digest {
        return Found::Changed;
    }
    Found::Ours(if rest.starts_with(OF_CUTOVER) { Brought::ByCutover } else { Brought::ByHand })
}

/// The lines in git's own exclude file, by which it is not to be seen as new.
pub mod exclude {
    /// Where a line without an end came before them, that is given one first.
    const MIDLINE: &str = "\n# fairway, after a line without an end\n/GNUmakefile\n";
    const LINES: &str = "# fairway\n/GNUmakefile\n";

    /// The file with the lines. `None` when they are there.
    pub fn with(text: &str) -> Option<String> {
        if text.contains(LINES) || text.contains(MIDLINE) {
            return None;
        }
        let midline = !text.is_empty() && !text.ends_with('\n');
        Some(format!("{text}{}", if midline { MIDLINE } else { LINES }))
    }

    /// The file without the lines, as it was before. `None` when they are not there.
    pub fn without(text: &str) -> Option<String> {
        let lines = [MIDLINE, LINES].into_iter().find(|lines| text.contains(lines))?;
        Some(text.replacen(lines, "", 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_ours_is_known_until_somebody_changes_it() {
        let targets = ["queue-claim".to_owned()];
        for brought in [Brought::ByHand, Brought::ByCutover] {
            let text = text(Path::new("/opt/fairway"), "Makefile", &targets, brought);
            assert_eq!(found(&text), Found::Ours(brought));
            assert_eq!(found(&text.replace("queue-claim", "queue-clean")), Found::Changed);
            assert_eq!(found(&format!("{text}\n")), Found::Changed);
            assert!(text.contains(
                "\nqueue-claim: private SHELL := /opt/fairway shadow --target queue-claim -- $(SHELL)\n"
            ));
        }
        assert_eq!(found("include Makefile\n"), Found::Foreign);
        assert_eq!(found(""), Found::Foreign);
    }

    #[test]
    fn only_a_plain_absolute_path_can_stand_in_a_makefile() {
        assert!(can_be_named(Path::new("/usr/local/bin/fairway-1.2")));
        for path in
            ["fairway", "/opt/my tools/fairway", "/opt/$x/fairway", "/opt/a#b", "/opt/a:b", "/opt/o'x"]
        {
            assert!(!can_be_named(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn the_exclude_file_is_afterwards_what_it_was_before() {
        for before in ["", "*.log\n", "*.log", "# git's own\n\n", "/GNUmakefile\n"] {
            let with = exclude::with(before).unwrap();
            assert!(with.starts_with(before) && with.ends_with("/GNUmakefile\n"), "{with}");
            assert_eq!(exclude::with(&with), None, "it is written once");
            assert_eq!(exclude::without(&with).as_deref(), Some(before));
            let more = format!("{with}# later\n");
            assert_eq!(exclude::without(&more), Some(format!("{before}# later\n")));
        }
        assert_eq!(exclude::without("*.log\n"), None);
    }
}
