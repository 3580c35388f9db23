//! Writes an adapter from what was seen.

mod answers;
mod head;
pub(crate) mod operations;
mod outcomes;
mod state;

pub(crate) use answers::Places;

use super::AdaptError;
use super::commands::Command;
use super::draft::{Draft, Mark, text};
use super::facts::Facts;
use super::facts::database::holds;
use super::knowledge::{Knowledge, plain};
use super::probe::Probe;
use crate::observation::StateSchema;
use crate::operation::Vocabulary;
use crate::sandbox::Original;

/// What a proposal is made from.
pub(crate) struct Sources<'a> {
    pub(crate) name: &'a str,
    pub(crate) facts: &'a Facts,
    pub(crate) known: &'a Knowledge,
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) schema: &'a StateSchema,
    pub(crate) original: &'a Original,
}

/// The table of values that are verbs.
const VERB: &str = "verb";

/// The values that this queue calls otherwise.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// By the name of the table: theirs and ours.
    tables: Vec<(String, Vec<(String, String)>)>,
    /// The fields that hold values of each table.
    fields: Vec<(String, String)>,
}

impl Values {
    /// Looks for other words in the samples of the database.
    pub(crate) fn seen(sources: &Sources<'_>) -> Self {
        let known = sources.known;
        let mut values = Self::default();
        for one in &known.values {
            let Some(table) = state::table_of(sources, &one.section) else { continue };
            let named =
                |column: &&String| one.fields.iter().any(|field| known.names.fit(field, column).is_some());
            let samples = table.columns.iter().filter(named).flat_map(|column| table.samples(column));
            let mut pairs: Vec<(String, String)> = Vec::new();
            for found in samples {
                let own = one.words.entries().any(|(name, _)| name == found);
                let other = |words: &[String]| words.iter().any(|word| plain(word) == plain(found));
                let ours = one.words.entries().find(|(_, others)| other(others));
                if let Some((ours, _)) = ours.filter(|_| !own) {
                    pairs.push((found.clone(), ours.to_owned()));
                }
            }
            pairs.sort();
            pairs.dedup();
            if !pairs.is_empty() {
                values.fields.extend(one.fields.iter().map(|field| (field.clone(), one.name.clone())));
                values.tables.push((one.name.clone(), pairs));
            }
        }
        values.verbs(sources);
        values
    }

    /// Where a column holds the verb that changed a row, and verbs have other names.
    fn verbs(&mut self, sources: &Sources<'_>) {
        let Some(snapshot) = sources.facts.snapshot.as_deref() else { return };
        for known in &sources.known.sections {
            let (Some(field), Some(table)) = (&known.verbs, state::table_of(sources, &known.name)) else {
                continue;
            };
            let Some((column, _)) = sources.known.names.pick(field, &table.columns) else { continue };
            let held = |word: &str| holds(snapshot, &table.name, column, word).unwrap_or_default();
            let commands = sources.known.operations.iter().filter_map(|operation| {
                let command = Command::find(sources.facts, &operation.name, &operation.verbs)?;
                Some((command.verb, operation.name.clone()))
            });
            let mut pairs: Vec<(String, String)> =
                commands.filter(|(verb, name)| verb != name && held(verb)).collect();
            let words =
                known.values.iter().filter(|(name, _)| name == field).flat_map(|(_, words)| words.entries());
            for (ours, words) in words {
                pairs.extend(
                    words.iter().filter(|word| held(word)).map(|word| (word.clone(), ours.to_owned())),
                );
            }
            if !pairs.is_empty() {
                self.fields.push((field.clone(), VERB.to_owned()));
                self.tables.push((VERB.to_owned(), pairs));
            }
        }
    }

    /// The table for an argument: what somebody gives as a reason is no verb.
    pub(crate) fn of_argument(&self, field: &str) -> Option<&str> {
        self.of(field).filter(|table| *table != VERB)
    }

    /// The table for a field.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, table)| table.as_str())
    }

    fn write(&self, draft: &mut Draft) {
        for (name, pairs) in &self.tables {
            draft.plain(&format!("\n[values.{name}]"));
            for (theirs, ours) in pairs {
                draft.line(&format!("{} = {}", text(theirs), text(ours)), Mark::Guessed);
            }
            if name == VERB {
                continue;
            }
            draft.plain(&format!("\n[values.{name}-here]"));
            for (theirs, ours) in pairs {
                draft.line(&format!("{} = {}", text(ours), text(theirs)), Mark::Guessed);
            }
        }
    }
}

/// Writes all parts, trying what changes nothing.
pub(crate) fn propose(
    sources: &Sources<'_>,
    probe: &mut Probe<'_>,
) -> Result<(Draft, Vec<operations::Tried>), AdaptError> {
    let mut draft = Draft::default();
    let values = Values::seen(sources);
    head::write(sources, &mut draft);
    values.write(&mut draft);
    outcomes::write(sources, &mut draft);
    let tried = operations::write(sources, &values, probe, &mut draft)?;
    state::write(sources, &values, &mut draft);
    Ok((draft, tried))
}

pub(crate) use head::variables;
pub use operations::Tried;

/// A heading between the parts of an adapter.
fn part(draft: &mut Draft, title: &str) {
    let dashes = "-".repeat(100usize.saturating_sub(title.len()));
    draft.plain(&format!("\n# --- {title} {dashes}\n"));
}
