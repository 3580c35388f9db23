//! A case: a scenario that is still being changed. What runs, and what is kept, is the scenario file it is written as.

use serde_json::Value;

use crate::datafile::{Problems, Source};
use crate::operation::Vocabulary;
use crate::scenario::Scenario;

use super::deed::Doing;
use super::queue::Queue;

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) behaviour: String,
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) queue: Queue,
    pub(super) steps: Vec<Step>,
}

/// A step of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// An operation is asked.
    Ask {
        operation: String,
        arguments: Vec<(String, Value)>,
        /// The role in whose worktree it is asked; in the main checkout otherwise.
        place: Option<Value>,
        now: String,
        actor: Value,
        /// The class that the reference gave, once that is known.
        expect: Option<String>,
    },
    /// The queue file is written.
    Write(Queue),
    /// Something is carried out beside the queue.
    Do(Doing),
}

impl Case {
    /// The scenario file.
    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "behaviour = {}\nsummary = {}\nstart = \"definitions\"\nqueue = {}\n",
            quoted(&self.behaviour),
            quoted(&self.summary),
            block(&self.queue.text())
        );
        for step in &self.steps {
            text.push_str("\n[[steps]]\n");
            text.push_str(&step.text());
        }
        text
    }

    /// What it is when its file is read.
    ///
    /// # Errors
    /// The grammar gives an operation what the vocabulary does not let it have.
    pub(super) fn scenario(&self, vocabulary: &Vocabulary) -> Result<Scenario, Problems> {
        let source = Source::new(format!("{}/{}.toml", self.behaviour, self.name), self.text());
        Scenario::parse(&source, &self.behaviour, &self.name, vocabulary)
    }

    /// Smaller cases, the smallest first: half of the steps, all but one, an argument less, a smaller queue.
    pub(super) fn reductions(&self) -> Vec<Self> {
        let mut smaller = Vec::new();
        let count = self.steps.len();
        let with = |steps: Vec<Step>| Self { steps, ..self.clone() };
        if count > 3 {
            smaller.push(with(self.steps[count / 2..].to_vec()));
            smaller.push(with(self.steps[..count / 2].to_vec()));
        }
        for place in (0..count).filter(|_| count > 1) {
            let mut steps = self.steps.clone();
            steps.remove(place);
            smaller.push(with(steps));
        }
        smaller.extend(self.queue.reductions().into_iter().map(|queue| Self { queue, ..self.clone() }));
        for (place, step) in self.steps.iter().enumerate() {
            for step in step.reductions() {
                let mut steps = self.steps.clone();
                steps[place] = step;
                smaller.push(with(steps));
            }
        }
        smaller
    }
}

impl Step {
    fn text(&self) -> String {
        let (operation, arguments, place, now, actor, expect) = match self {
            Self::Write(queue) => return format!("write_queue = {}\n", block(&queue.text())),
            Self::Do(step) => {
                let lines = step.iter().map(|(key, value)| format!("{key} = {}", inline(value)));
                return lines.collect::<Vec<_>>().join("\n") + "\n";
            }
            Self::Ask { operation, arguments, place, now, actor, expect } => {
                (operation, arguments, place, now, actor, expect)
            }
        };
        let mut lines = vec![format!("operation = {}", quoted(operation))];
        if !arguments.is_empty() {
            let given = arguments.iter().map(|(name, value)| format!("{name} = {}", inline(value)));
            lines.push(format!("args = {{ {} }}", given.collect::<Vec<_>>().join(", ")));
        }
        lines.extend(place.as_ref().map(|place| format!("in = {}", inline(place))));
        lines.push(format!("now = {}", quoted(now)));
        lines.push(format!("actor = {}", inline(actor)));
        lines.extend(expect.as_ref().map(|expect| format!("expect = {}", quoted(expect))));
        lines.join("\n") + "\n"
    }

    fn reductions(&self) -> Vec<Self> {
        match self {
            Self::Write(queue) => queue.reductions().into_iter().map(Self::Write).collect(),
            Self::Do(_) => Vec::new(),
            Self::Ask { arguments, place, .. } => {
                let shorter = (0..arguments.len()).map(|index| {
                    let mut shorter = self.clone();
                    if let Self::Ask { arguments, .. } = &mut shorter {
                        arguments.remove(index);
                    }
                    shorter
                });
                let here = place.as_ref().map(|_| {
                    let mut here = self.clone();
                    if let Self::Ask { place, .. } = &mut here {
                        *place = None;
                    }
                    here
                });
                shorter.chain(here).collect()
            }
        }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn inline(value: &Value) -> String {
    toml::Value::try_from(value).map(|value| value.to_string()).unwrap_or_default()
}

/// A text of several lines as somebody would write it, where its characters allow.
fn block(text: &str) -> String {
    let plain = |c: char| c == '\n' || c == '\t' || !c.is_control();
    if text.contains("'''") || !text.chars().all(plain) { quoted(text) } else { format!("'''\n{text}'''") }
}

#[cfg(test)]
mod tests {
    use super::{block, inline, quoted};

    #[test]
    fn texts_survive_being_written() {
        for text in ["plain", "with \"quotes\" and \\", "two\nlines\n", "'''", "\u{7}bell", "é – 漢"] {
            for written in [quoted(text), block(text)] {
                let read: toml::Table = format!("a = {written}\n").parse().unwrap();
                assert_eq!(read["a"].as_str(), Some(text), "{written}");
            }
        }
        assert_eq!(inline(&serde_json::json!(["a", 1, true])), r#"["a", 1, true]"#);
    }
}
