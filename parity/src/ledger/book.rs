//! The ledger's file: read, checked and written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustix::fs::{FlockOperation, flock};

use crate::hex;
use crate::whole::{self, Keep};

use super::entry::{Entry, Event};

/// Begins the last key of every line: the digest over the line before it and the rest of this one.
const CHAIN: &str = ",\"chain\":\"";

/// Which of a project's books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Book {
    /// Runs and decisions.
    Ledger,
    /// Calls of the legacy that Fairway did too: there are many of them, and the gate does not ask for them.
    Shadow,
}

impl Book {
    /// Its file, in the folder in which the harness keeps its files.
    pub fn path_in(self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.jsonl", self.name()))
    }

    fn head_in(self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.head", self.name()))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Shadow => "shadow",
        }
    }
}

/// A ledger.
#[derive(Debug, Clone)]
pub struct Ledger {
    path: PathBuf,
    entries: Vec<Entry>,
    chain: String,
}

/// A ledger cannot be believed, read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A line is not what was written.
    #[error("{path}, line {line}: {what}", path = path.display())]
    Edited {
        /// The ledger.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What shows it.
        what: &'static str,
    },
    /// Lines are gone from the end.
    #[error("{path} ends with line {found}, and {head} says that there are {wanted}", path = path.display(), head = head.display())]
    Cut {
        /// The ledger.
        path: PathBuf,
        /// The file that counts its lines.
        head: PathBuf,
        /// How many there are.
        found: u64,
        /// How many there were.
        wanted: u64,
    },
    /// The last line is of a time to come.
    #[error("the last line of {path} was written at {last}, and it is {now}: the clock was set back", path = path.display())]
    ClockSetBack {
        /// The ledger.
        path: PathBuf,
        /// When the last line was written.
        last: String,
        /// The time by the system's clock.
        now: String,
    },
    /// It cannot be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl LedgerError {
    /// What can be done about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Edited { .. } | Self::Cut { .. } => {
                "a ledger is never edited: put the file back as it was, from a backup; without one, move it aside, and \
                 every operation has to be shown to match again"
                    .to_owned()
            }
            Self::ClockSetBack { .. } => "set the clock right: proofs are dated by it".to_owned(),
            Self::File { .. } => return None,
        })
    }

    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::File { path, source }
    }
}

impl Ledger {
    /// Reads a book; one that does not exist has no lines.
    ///
    /// # Errors
    /// A line was changed, lines are missing, or the file cannot be read.
    pub fn read(folder: &Path, book: Book) -> Result<Self, LedgerError> {
        let path = book.path_in(folder);
        // First: a line that is written meanwhile is then one more than was counted, and never one less.
        let (counted, counted_chain) = read_head(&book.head_in(folder))?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(LedgerError::file(&path)(error)),
        };
        let (mut entries, mut chain, mut counted_as) = (Vec::new(), String::new(), String::new());
        for (index, line) in text.split_inclusive('\n').enumerate() {
            // What a crash cut short was never told to anybody.
            let Some(line) = line.strip_suffix('\n') else { break };
            let edited = |what| LedgerError::Edited { path: path.clone(), line: index + 1, what };
            let (entry, next) = read_line(line, &chain).map_err(edited)?;
            if entry.number != index as u64 + 1 {
                return Err(edited("its number is not the one after the line before"));
            }
            entries.push(entry);
            chain = next;
            if index as u64 + 1 == counted {
                counted_as.clone_from(&chain);
            }
        }
        let found = entries.len() as u64;
        if counted > found {
            return Err(LedgerError::Cut { path, head: book.head_in(folder), found, wanted: counted });
        }
        if counted_as != counted_chain {
            let line = usize::try_from(counted).unwrap_or(usize::MAX);
            return Err(LedgerError::Edited { path, line, what: "it is not the line that was counted" });
        }
        Ok(Self { path, entries, chain })
    }

    /// Its lines, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a line, and brings it to the disk. What others wrote meanwhile comes before it.
    ///
    /// # Errors
    /// The ledger cannot be believed, the clock was set back, or the file cannot be written.
    pub fn append(folder: &Path, book: Book, event: Event) -> Result<Entry, LedgerError> {
        let path = book.path_in(folder);
        fs::create_dir_all(folder).map_err(LedgerError::file(folder))?;
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let mut file = file.map_err(LedgerError::file(&path))?;
        flock(&file, FlockOperation::LockExclusive)
            .map_err(|error| LedgerError::file(&path)(error.into()))?;
        let ledger = Self::read(folder, book)?;
        let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        if let Some(last) = ledger.entries.last().filter(|last| last.at > now) {
            return Err(LedgerError::ClockSetBack { path, last: last.at.clone(), now });
        }
        let entry = Entry { number: ledger.entries.len() as u64 + 1, at: now, event };
        let (line, chain) = line_of(&entry, &ledger.chain);
        drop_torn_end(&file, &path)?;
        file.write_all(format!("{line}\n").as_bytes()).map_err(LedgerError::file(&path))?;
        file.sync_data().map_err(LedgerError::file(&path))?;
        write_head(&book.head_in(folder), entry.number, &chain)?;
        Ok(entry)
    }
}

/// How many lines there were when one was written last, and the chain of that one. A crash may leave one line more.
fn read_head(head: &Path) -> Result<(u64, String), LedgerError> {
    let text = match fs::read_to_string(head) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, String::new())),
        Err(error) => return Err(LedgerError::file(head)(error)),
    };
    let (number, chain) = text.trim_end().split_once(' ').unwrap_or((&text, ""));
    Ok((number.parse().unwrap_or(0), chain.to_owned()))
}

fn write_head(head: &Path, number: u64, chain: &str) -> Result<(), LedgerError> {
    let text = format!("{number} {chain}\n");
    whole::write(head, text.as_bytes(), Keep::Surely).map_err(LedgerError::file(head))
}

/// A line that a crash cut short would make nonsense of the one that follows.
fn drop_torn_end(file: &File, path: &Path) -> Result<(), LedgerError> {
    let text = fs::read(path).map_err(LedgerError::file(path))?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if whole < text.len() {
        file.set_len(whole as u64).map_err(LedgerError::file(path))?;
    }
    Ok(())
}

/// The line of an entry, and its place in the chain.
fn line_of(entry: &Entry, before: &str) -> (String, String) {
    let body = serde_json::to_string(entry).unwrap_or_default();
    let chain = hex::sha256(format!("{before}\n{body}"));
    let open = body.strip_suffix('}').unwrap_or(&body);
    (format!("{open}{CHAIN}{chain}\"}}"), chain)
}

fn read_line(line: &str, before: &str) -> Result<(Entry, String), &'static str> {
    let at = line.rfind(CHAIN).ok_or("it has no place in the chain")?;
    let chain = line[at + CHAIN.len()..].strip_suffix("\"}").ok_or("it has no place in the chain")?;
    let body = format!("{}}}", &line[..at]);
    if hex::sha256(format!("{before}\n{body}")) != chain {
        return Err("it is not what was written, or a line before it is gone");
    }
    let entry = serde_json::from_str(&body).map_err(|_| "it is of a form that this program does not know")?;
    Ok((entry, chain.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::entry::Revocation;
    use super::*;

    fn event(reason: &str) -> Event {
        Event::Revoked(Revocation { operation: "claim".into(), by: "me".into(), reason: reason.into() })
    }

    fn written() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for reason in ["one", "two, with \",\"chain\":\" in it", "three"] {
            Ledger::append(folder.path(), Book::Ledger, event(reason)).unwrap();
        }
        folder
    }

    #[test]
    fn what_was_written_is_read() {
        let folder = written();
        let ledger = Ledger::read(folder.path(), Book::Ledger).unwrap();
        let events: Vec<_> = ledger.entries().iter().map(|entry| entry.event.clone()).collect();
        assert_eq!(events, ["one", "two, with \",\"chain\":\" in it", "three"].map(event));
        assert_eq!(ledger.entries().iter().map(|entry| entry.number).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn a_line_that_was_changed_removed_or_cut_off_shows() {
        let change = |change: &dyn Fn(&str) -> String| {
            let folder = written();
            let path = Book::Ledger.path_in(folder.path());
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, change(&text)).unwrap();
            Ledger::read(folder.path(), Book::Ledger).map(|_| ()).map_err(|error| error.to_string())
        };
        let line = |text: &str, drop: usize| {
            let kept = text.split_inclusive('\n').enumerate().filter(|(index, _)| *index != drop);
            kept.map(|(_, line)| line).collect::<String>()
        };
        assert!(
            change(&|text| text.replace("three", "four")).unwrap_err().contains("line 3: it is not what was")
        );
        assert!(change(&|text| line(text, 0)).unwrap_err().contains("line 1: it is not what was written"));
        assert!(change(&|text| line(text, 2)).unwrap_err().contains("says that there are 3"));
        // Whoever writes the whole anew, with a chain that holds, is not the one who counted.
        let anew = |_: &str| {
            let mut chain = String::new();
            let entry = |number| Entry { number, at: "2026-01-01T00:00:00Z".into(), event: event("anew") };
            let mut lines = (1..=3).map(|number| {
                let (line, next) = line_of(&entry(number), &chain);
                chain = next;
                line + "\n"
            });
            lines.by_ref().collect::<String>()
        };
        assert!(change(&anew).unwrap_err().contains("line 3: it is not the line that was counted"));
        assert!(
            change(&|text| format!("{text}{{\"number\":4}}\n"))
                .unwrap_err()
                .contains("no place in the chain")
        );
    }

    #[test]
    fn a_line_that_a_crash_cut_short_was_never_there() {
        let folder = written();
        let path = Book::Ledger.path_in(folder.path());
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}{{\"number\":4,\"at\"")).unwrap();
        assert_eq!(Ledger::read(folder.path(), Book::Ledger).unwrap().entries().len(), 3);
        Ledger::append(folder.path(), Book::Ledger, event("four")).unwrap();
        assert_eq!(Ledger::read(folder.path(), Book::Ledger).unwrap().entries().len(), 4);
    }

    #[test]
    fn a_clock_that_was_set_back_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let later = Entry { number: 1, at: "2999-01-01T00:00:00Z".into(), event: event("later") };
        let (line, _) = line_of(&later, "");
        fs::write(Book::Ledger.path_in(folder.path()), format!("{line}\n")).unwrap();
        let error = Ledger::append(folder.path(), Book::Ledger, event("now")).unwrap_err().to_string();
        assert!(error.contains("the clock was set back"), "{error}");
    }
}
