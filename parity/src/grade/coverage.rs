//! Which lines of the scripts a scenario runs.
//!
//! Ruby counts itself ([`Coverage`](https://docs.ruby-lang.org/en/3.1/Coverage.html)), which also tells a line that
//! did not run from one that cannot, and which arms of a condition were taken. bash writes down each command that it runs (`set -x`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::language::Language;
use super::script::Script;
use crate::adapter::{Adapter, Template};
use crate::sandbox::Sandbox;

const RUBY: &str = include_str!("cover.rb");
const SHELL: &str = include_str!("cover.sh");
/// In the home of a sandbox.
const FOLDER: &str = ".cover";

/// The lines of one script, from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// Those whose runs are counted.
    pub counted: BTreeSet<usize>,
    /// Those that ran.
    pub ran: BTreeSet<usize>,
    /// The arms of conditions that were taken, each as `FIRST+LINE:COLUMN:KIND`: where its program begins in the script,
    /// and where it is in the program, lines from 1.
    #[serde(default)]
    pub arms: BTreeSet<String>,
}

impl Lines {
    /// The arms that were taken of the conditions on a line, from 0.
    pub(super) fn arms_on(&self, line: usize) -> Vec<&str> {
        let on = |arm: &&str| {
            let (first, rest) = arm.split_once('+')?;
            let within = rest.split(':').next()?.parse::<usize>().ok()?;
            Some(first.parse::<usize>().ok()? + within == line + 1)
        };
        self.arms.iter().map(String::as_str).filter(|arm| on(arm).unwrap_or_default()).collect()
    }
}

/// The lines of each script, by its path.
pub type Coverage = BTreeMap<String, Lines>;

/// The adapter, with an environment in which its commands write down what they run.
pub(super) fn covered(adapter: &Adapter) -> Adapter {
    let mut adapter = adapter.clone();
    let folder = format!("{{home}}/{FOLDER}");
    for (name, value) in [
        ("RUBYOPT", format!("-r{folder}/cover.rb")),
        ("BASH_ENV", format!("{folder}/cover.sh")),
        ("FAIRWAY_COVER", folder),
    ] {
        adapter.environment.set_template(name, Template::of(&value));
    }
    adapter
}

/// Puts into a sandbox what its commands write down their lines with.
pub(super) fn prepare(sandbox: &Sandbox) -> io::Result<()> {
    let folder = sandbox.home().join(FOLDER);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("cover.rb"), RUBY)?;
    fs::write(folder.join("cover.sh"), SHELL)
}

/// Reads what was written down in a sandbox.
pub(super) fn read(sandbox: &Sandbox, scripts: &[Script]) -> io::Result<Coverage> {
    let mut grounds: Vec<PathBuf> = vec![sandbox.checkout().to_owned()];
    grounds.extend(sandbox.worktrees().iter().map(|worktree| worktree.path.clone()));
    let mut coverage = Coverage::new();
    for entry in fs::read_dir(sandbox.home().join(FOLDER))? {
        let path = entry?.path();
        let text = || fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("ruby") => ruby(&text()?, &grounds, scripts, &mut coverage),
            Some("shell") => shell(&text()?, &grounds, scripts, &mut coverage),
            _ => {}
        }
    }
    Ok(coverage)
}

/// The script that a program was started from; a relative name is one in the checkout.
fn script_at<'s>(path: &str, grounds: &[PathBuf], scripts: &'s [Script]) -> Option<&'s Script> {
    let path = Path::new(path);
    let inside = grounds.iter().filter_map(|ground| path.strip_prefix(ground).ok());
    // The innermost ground has the shortest rest: a worktree may lie in the checkout.
    let relative = inside.min_by_key(|rest| rest.as_os_str().len()).unwrap_or(path);
    let relative: PathBuf = relative.components().filter(|part| part.as_os_str() != ".").collect();
    scripts.iter().find(|script| Path::new(&script.path) == relative)
}

fn ruby(text: &str, grounds: &[PathBuf], scripts: &[Script], coverage: &mut Coverage) {
    for line in text.lines() {
        let mut parts = line.rsplitn(3, '\t');
        let (Some(arms), Some(counts), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let counts: Vec<Option<u64>> = counts.split(',').map(|count| count.parse().ok()).collect();
        let (script, first) = if let Some(script) = script_at(path, grounds, scripts) {
            (script, 0)
        } else {
            // What came through standard input stands in one of the shell scripts; nothing but its length says where.
            let same = |script: &Script| {
                let region = script.regions.iter().find(|region| {
                    region.language == Language::Ruby && region.end - region.first == counts.len()
                });
                region.map(|region| region.first)
            };
            let Some(found) = scripts.iter().find_map(|script| Some((script, same(script)?))) else {
                continue;
            };
            found
        };
        let lines = coverage.entry(script.path.clone()).or_default();
        for (index, count) in counts.iter().enumerate() {
            let Some(count) = count else { continue };
            lines.counted.insert(first + index);
            if *count > 0 {
                lines.ran.insert(first + index);
            }
        }
        let named = arms.split(',').filter(|arm| !arm.is_empty());
        lines.arms.extend(named.map(|arm| format!("{first}+{arm}")));
    }
}

fn shell(text: &str, grounds: &[PathBuf], scripts: &[Script], coverage: &mut Coverage) {
    for line in text.lines() {
        let mut parts = line.splitn(4, '\u{1}');
        let (Some(plus), Some(path), Some(number), Some(_)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        if !plus.bytes().all(|byte| byte == b'+') {
            continue;
        }
        let Some(script) = script_at(path, grounds, scripts) else { continue };
        let number = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if let Some(number) = number.filter(|number| *number < script.lines.len()) {
            let lines = coverage.entry(script.path.clone()).or_default();
            lines.counted.insert(number);
            lines.ran.insert(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_from_the_checkout_a_worktree_and_standard_input() {
        let queue = Script::new("ops/queue.rb", Language::Ruby, "a\nb\nc\n");
        let packs = Script::new("ops/packs.sh", Language::Shell, "set -e\nexec ruby - <<'R'\nx\ny\nR\n");
        let scripts = [queue, packs];
        let grounds = [PathBuf::from("/s/main"), PathBuf::from("/s/main/.trees/ui")];
        let mut coverage = Coverage::new();
        ruby(
            "/s/main/ops/queue.rb\t1,-,0\t1:4:then\n/home/.cover/stdin-7.rb\t1,2\t2:0:else,2:5:when\n",
            &grounds,
            &scripts,
            &mut coverage,
        );
        ruby("/s/main/.trees/ui/ops/queue.rb\t0,-,3\t\n/gem/x.rb\t1\t\n", &grounds, &scripts, &mut coverage);
        let trace = "+\u{1}/s/main/ops/packs.sh\u{1}1\u{1}set -e\nno trace\n++\u{1}\u{1}1\u{1}x\n";
        shell(trace, &grounds, &scripts, &mut coverage);
        let set = |lines: &[usize]| lines.iter().copied().collect::<BTreeSet<_>>();
        let lines = |ran: &[usize], arms: &[&str]| Lines {
            counted: set(ran),
            ran: set(ran),
            arms: arms.iter().map(|arm| (*arm).to_owned()).collect(),
        };
        assert_eq!(coverage["ops/queue.rb"], lines(&[0, 2], &["0+1:4:then"]));
        assert_eq!(coverage["ops/packs.sh"], lines(&[0, 2, 3], &["2+2:0:else", "2+2:5:when"]));
        assert_eq!(coverage["ops/packs.sh"].arms_on(3), ["2+2:0:else", "2+2:5:when"]);
        assert!(coverage["ops/packs.sh"].arms_on(2).is_empty());
    }
}
