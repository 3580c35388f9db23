//! Where the fields of an answer stand: in what a try showed, or in what a script prints.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::adapt::draft::{Draft, Mark, key, text};
use crate::adapt::facts::text::{Kind, Part, Said};
use crate::adapt::knowledge::{Fit, Knowledge, Words};
use crate::operation::{Field, FieldType};

use super::Values;

/// What places are looked for with.
pub(crate) struct Places<'a> {
    pub(crate) names: &'a Words,
    pub(crate) values: &'a Values,
    /// What the answer need not say.
    pub(crate) defaults: &'a [(String, String)],
    /// The columns of the table behind each list, for lists that were empty.
    pub(crate) columns: &'a dyn Fn(&str) -> Vec<String>,
}

impl Places<'_> {
    /// Writes the places of `fields` under the heading `path`, by what was found.
    pub(crate) fn write(&self, draft: &mut Draft, path: &str, fields: &[Field], raw: &Value, guess: bool) {
        draft.plain(&format!("[{path}]"));
        let keys: Vec<String> =
            raw.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default();
        let (plain, deep): (Vec<&Field>, Vec<&Field>) =
            fields.iter().partition(|field| !is_deep(&field.kind));
        for field in plain {
            self.plain(draft, field, &keys, guess);
        }
        for field in deep {
            self.deep(draft, path, field, raw, &keys);
        }
    }

    fn plain(&self, draft: &mut Draft, field: &Field, keys: &[String], guess: bool) {
        let name = &field.name;
        let at_most = |mark: Mark| if guess { mark.max(Mark::Guessed) } else { mark };
        let Some((found, fit)) = self.names.pick(name, keys) else {
            let default = self.defaults.iter().find(|(known, _)| known == name);
            return match default {
                Some((_, value)) => {
                    draft.line(
                        &format!("{name} = {{ at = \"/none\", default = {} }}", text(value)),
                        Mark::Guessed,
                    );
                }
                None => draft.line(&format!("{name} = {}", nothing(&field.kind)), Mark::Open),
            };
        };
        let at = format!("/{}", found.replace('~', "~0").replace('/', "~1"));
        let place = match self.values.of(name) {
            Some(values) => format!("{{ at = {}, values = {} }}", text(&at), text(values)),
            None => text(&at),
        };
        draft.line(&format!("{name} = {place}"), at_most(fit.into()));
    }

    fn deep(&self, draft: &mut Draft, path: &str, field: &Field, raw: &Value, keys: &[String]) {
        let name = &field.name;
        let found = self
            .names
            .pick(name, keys)
            .filter(|(found, _)| raw[*found].is_array() || raw[*found].is_object());
        let (at, inner, mark) = match (raw, found) {
            (Value::Array(_), _) => (String::new(), raw.clone(), Mark::Sure),
            (_, Some((found, fit))) => (format!("/{found}"), raw[found].clone(), fit.into()),
            // A record may stand at the top, among the lists that belong to it.
            _ if matches!(field.kind, FieldType::Record(_)) => (String::new(), raw.clone(), Mark::Guessed),
            _ => {
                draft.plain(&format!("[{path}.{name}]"));
                draft.line("at = \"/none\"", Mark::Open);
                draft.line("default = []", Mark::Open);
                return;
            }
        };
        let below = format!("{path}.{}", key(name));
        match &field.kind {
            FieldType::Record(fields) => {
                draft.plain(&format!("[{below}]"));
                draft.line(&format!("at = {}", text(&at)), mark);
                self.write(draft, &format!("{below}.fields"), fields, &inner, false);
            }
            FieldType::List { items, .. } => {
                let FieldType::Record(fields) = items.as_ref() else { return };
                draft.plain(&format!("[{below}]"));
                draft.line(&format!("at = {}", text(&at)), mark);
                let (row, guess) = self.row(name, &inner);
                self.write(draft, &format!("{below}.items"), fields, &row, guess);
            }
            _ => {}
        }
    }

    /// All fields of the rows of a list together; of an empty one, the columns of its table.
    fn row(&self, name: &str, list: &Value) -> (Value, bool) {
        let mut all = Map::new();
        for row in list.as_array().into_iter().flatten().filter_map(Value::as_object) {
            for (key, value) in row {
                all.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        if all.is_empty() {
            let columns = (self.columns)(name).into_iter().map(|column| (column, Value::Null));
            return (Value::Object(columns.collect()), true);
        }
        (Value::Object(all), false)
    }
}

fn is_deep(kind: &FieldType) -> bool {
    match kind {
        FieldType::Record(_) => true,
        FieldType::List { items, .. } => matches!(items.as_ref(), FieldType::Record(_)),
        _ => false,
    }
}

/// The place of what this queue does not show.
pub(crate) fn nothing(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::List { .. } => "{ at = \"/none\", default = [] }",
        FieldType::Json => "{ at = \"/none\", default = {} }",
        FieldType::Boolean => "{ at = \"/none\", default = true }",
        _ => "{ null = true }",
    }
}

/// An expression for what a script prints, and the fields that stand in it.
pub(crate) struct Sentence {
    pub(crate) pattern: String,
    pub(crate) found: Vec<String>,
}

impl Sentence {
    /// The sentence among these that says most of the fields; at least two, or all that there are.
    pub(crate) fn best<'s>(
        said: impl Iterator<Item = &'s Said>,
        fields: &[Field],
        known: &Knowledge,
    ) -> Option<Self> {
        let all = said.filter(|said| said.kind == Kind::Printed).map(|said| Self::of(said, fields, known));
        let best = all.max_by_key(|sentence| sentence.found.len())?;
        (best.found.len() >= fields.len().min(2)).then_some(best)
    }

    fn of(said: &Said, fields: &[Field], known: &Knowledge) -> Self {
        let mut found: Vec<String> = Vec::new();
        let mut pattern = "\\A".to_owned();
        for part in &said.parts {
            match part {
                Part::Text(text) => pattern += &regex::escape(text).replace('\n', "\\n").replace("\\-", "-"),
                Part::Hole(words) => {
                    let free = fields.iter().filter(|field| !found.contains(&field.name));
                    match free
                        .filter_map(|field| Some((fits(field, words, &known.names)?, field)))
                        .min_by_key(|(fit, _)| *fit)
                    {
                        Some((_, field)) => {
                            found.push(field.name.clone());
                            let _ = write!(pattern, "(?P<{}>{})", field.name, form(field, known));
                        }
                        None => pattern += "[\\s\\S]*",
                    }
                }
            }
        }
        pattern += "\\n\\z";
        Self { pattern, found }
    }
}

/// How well an expression's names fit a field; its last name tells most.
fn fits(field: &Field, words: &[String], names: &Words) -> Option<(Fit, usize)> {
    let fits = words.iter().rev().enumerate();
    fits.filter_map(|(at, word)| Some((names.fit(&field.name, word)?, at))).min()
}

fn form(field: &Field, known: &Knowledge) -> &'static str {
    match field.kind {
        FieldType::Integer => "\\d+",
        FieldType::Time => "\\S+",
        _ if known.one_word.contains(&field.name) => "\\S+",
        _ => "[\\s\\S]*",
    }
}
