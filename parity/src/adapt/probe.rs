//! Tries verbs that change nothing, in sandboxes that hold them and never in the original.

use serde_json::Value;

use super::AdaptError;
use super::commands::Command;
use super::trials::{PATIENCE, Trials};
use crate::process::{Call, Ending, hermetic_environment};

/// The most that it may print.
const OUTPUT_LIMIT: u64 = 16 << 20;

/// The readers that a try is held against, in this order, with what each of them needs to begin to fit.
const READERS: [&str; 4] = ["json", "json-lines", "tsv", "table"];

/// Tries verbs, each in a fresh sandbox.
pub(crate) struct Probe<'b> {
    pub(crate) trials: &'b Trials<'b>,
    /// Variables that carry the clock and the actor.
    pub(crate) env: Vec<(String, String)>,
    /// How many were made.
    pub(crate) tried: usize,
    /// Why nothing may be tried on this system.
    pub(crate) why_not: Option<String>,
}

/// What a try showed.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    /// The words after the command that gave this form.
    pub(crate) format: Vec<String>,
    /// The reader that reads it.
    pub(crate) reader: &'static str,
    /// The columns, where they have no names of their own.
    pub(crate) columns: Vec<String>,
    /// What it found.
    pub(crate) raw: Value,
}

impl Probe<'_> {
    /// Tries a command without a form, and then in each until one prints what only it prints, in JSON. `None` when
    /// nothing can be read.
    pub(crate) fn show(
        &mut self,
        command: &Command<'_>,
        arguments: &[String],
        formats: &[Vec<String>],
    ) -> Result<Option<Shown>, AdaptError> {
        let is_json = |shown: &Shown| shown.reader.starts_with("json");
        let plain = self.attempt(command, arguments, &[])?;
        if plain.as_ref().is_some_and(is_json) {
            return Ok(plain);
        }
        for format in formats.iter().filter(|format| !format.is_empty()) {
            if let Some(shown) = self.attempt(command, arguments, format)?.filter(is_json) {
                return Ok(Some(shown));
            }
        }
        Ok(plain)
    }

    fn attempt(
        &mut self,
        command: &Command<'_>,
        arguments: &[String],
        format: &[String],
    ) -> Result<Option<Shown>, AdaptError> {
        let argv = [command.argv.as_slice(), arguments, format].concat();
        let found = self.run(argv)?.and_then(|text| read(&text));
        Ok(found.map(|(reader, columns, raw)| Shown { format: format.to_owned(), reader, columns, raw }))
    }

    /// What a command prints when it succeeds.
    fn run(&mut self, mut argv: Vec<String>) -> Result<Option<String>, AdaptError> {
        self.tried += 1;
        let sandbox = match self.trials.sandbox(&format!("try-{}", self.tried))? {
            Ok(sandbox) => sandbox,
            Err(why) => {
                self.why_not = Some(why);
                return Ok(None);
            }
        };
        let checkout = sandbox.checkout().to_owned();
        if let Some(program) = argv.first_mut().filter(|program| checkout.join(program).is_file()) {
            *program = checkout.join(&program).to_string_lossy().into_owned();
        }
        let path = std::env::var("PATH").unwrap_or_default();
        let env = hermetic_environment(&sandbox, &path, &self.env);
        let (stdin, timeout, mark) = (Vec::new(), PATIENCE, Some(sandbox.root().to_owned()));
        let call = Call { argv, cwd: checkout, env, stdin, timeout, output_limit: OUTPUT_LIMIT, mark };
        // A verb that cannot be started is one that does not fit.
        let Ok(finished) = sandbox.run(&call) else { return Ok(None) };
        let text = String::from_utf8(finished.stdout).ok();
        Ok(text.filter(|_| finished.ending == Ending::Exit(0)))
    }
}

/// The first form that fits a text: its reader, the columns that it has to be told, and what it finds.
fn read(text: &str) -> Option<(&'static str, Vec<String>, Value)> {
    READERS.into_iter().find_map(|reader| {
        let (columns, raw) = match reader {
            "json" => (Vec::new(), serde_json::from_str(text).ok()?),
            "json-lines" => {
                let rows = text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>().ok()?;
                (Vec::new(), Value::Array(rows))
            }
            "tsv" => tsv(text)?,
            _ => (Vec::new(), table(text)?),
        };
        let some = raw.as_array().is_none_or(|rows| !rows.is_empty() && rows.iter().all(Value::is_object));
        (some && (raw.is_array() || raw.is_object())).then_some((reader, columns, raw))
    })
}

/// Lines of as many cells each; nobody says what they are.
fn tsv(text: &str) -> Option<(Vec<String>, Value)> {
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    let width = lines.first().map(Vec::len).filter(|width| *width > 1)?;
    if lines.iter().any(|cells| cells.len() != width) {
        return None;
    }
    let columns: Vec<String> = (1..=width).map(|number| format!("column_{number}")).collect();
    let row = |cells: &Vec<&str>| -> Value {
        columns.iter().cloned().zip(cells.iter().map(|cell| Value::from(*cell))).collect()
    };
    let rows = lines.iter().map(row).collect();
    Some((columns, rows))
}

/// Rows under a line of headings in capitals.
fn table(text: &str) -> Option<Value> {
    let head = text.lines().next()?;
    let capital = |word: &str| word.chars().all(|letter| letter.is_uppercase() || "_-#".contains(letter));
    let headings: Vec<&str> = head.split_whitespace().collect();
    if headings.len() < 2 || !headings.iter().all(|word| capital(word)) || text.lines().count() < 2 {
        return None;
    }
    let row =
        |_: &str| -> Value { headings.iter().map(|name| ((*name).to_owned(), Value::from("x"))).collect() };
    Some(text.lines().skip(1).map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_an_output_is_told_by_its_text() {
        assert_eq!(read("[{\"a\":1}]").unwrap().0, "json");
        assert_eq!(read("{\"a\":1}\n{\"a\":2}\n").unwrap().0, "json-lines");
        assert_eq!(read("a\tb\nc\td\n").unwrap().0, "tsv");
        assert_eq!(read("ID   TITLE\nA-1  x\n").unwrap().0, "table");
        assert!(read("usage: nothing\n").is_none());
    }
}
