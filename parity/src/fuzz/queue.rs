//! A queue file that is made up, as far as it is looked at: tasks with fields, whose values are YAML text.

use std::fmt::Write as _;

use super::dice::Dice;
use super::grammar::{FieldGrammar, FieldValue, QueueGrammar};

/// The field that names a task.
const ID: &str = "id";

/// A queue file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Queue {
    header: String,
    pub(super) tasks: Vec<Task>,
    /// The numbers given so far, so that a task that left does not come back as another.
    numbers: usize,
}

/// A task of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Task {
    pub(super) fields: Vec<(String, String)>,
}

impl Task {
    /// The text of a field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Its name.
    pub(super) fn id(&self) -> &str {
        self.field(ID).unwrap_or_default()
    }

    /// Gives a field another value, or takes it away.
    fn set(&mut self, name: &str, value: Option<String>) {
        let place = self.fields.iter().position(|(known, _)| known == name);
        match (place, value) {
            (Some(place), Some(value)) => self.fields[place].1 = value,
            (Some(place), None) => drop(self.fields.remove(place)),
            (None, Some(value)) => self.fields.push((name.to_owned(), value)),
            (None, None) => {}
        }
    }
}

impl Queue {
    /// Makes a sound one up, of at least and at most so many tasks.
    pub(super) fn generate(grammar: &QueueGrammar, (least, most): (usize, usize), dice: &mut Dice) -> Self {
        let mut queue = Self { header: grammar.header.clone(), tasks: Vec::new(), numbers: 0 };
        for _ in 0..dice.between(least, most) {
            queue.arrive(grammar, dice);
        }
        queue
    }

    /// The file.
    pub(super) fn text(&self) -> String {
        let mut text = self.header.clone();
        for task in &self.tasks {
            let mut mark = "-";
            for (name, value) in &task.fields {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "  {mark} {name}: {value}");
                mark = " ";
            }
        }
        text
    }

    /// Changes it as its owners do, so that it stays sound: a task arrives, leaves, or has a field changed.
    pub(super) fn change(&mut self, grammar: &QueueGrammar, dice: &mut Dice) {
        match dice.below(4) {
            0 => self.arrive(grammar, dice),
            1 => self.leave(dice),
            _ => self.redraw(grammar, dice),
        }
    }

    /// Puts one of the grammar's faults in.
    pub(super) fn break_it(&mut self, grammar: &QueueGrammar, dice: &mut Dice) {
        let (place, other) = (dice.below(self.tasks.len()), dice.below(self.tasks.len()));
        let other = self.tasks.get(other).map(|task| task.id().to_owned()).unwrap_or_default();
        let Some(fault) = dice.pick(&grammar.faults) else { return };
        if let Some(task) = self.tasks.get_mut(place) {
            task.set(&fault.field, fault.value.as_ref().map(|value| value.replace("{task}", &other)));
        }
    }

    fn arrive(&mut self, grammar: &QueueGrammar, dice: &mut Dice) {
        self.numbers += 1;
        let fields = grammar.fields.iter().filter_map(|field| {
            let there = dice.happens(field.share);
            let value = self.draw(field, self.tasks.len(), self.numbers, dice)?;
            there.then(|| (field.name.clone(), value))
        });
        let fields = fields.collect();
        self.tasks.push(Task { fields });
    }

    /// A task leaves on which no other depends.
    fn leave(&mut self, dice: &mut Dice) {
        let place = dice.below(self.tasks.len());
        if self.tasks.get(place).is_some_and(|task| !self.is_named(task.id())) {
            self.tasks.remove(place);
        }
    }

    fn redraw(&mut self, grammar: &QueueGrammar, dice: &mut Dice) {
        let place = dice.below(self.tasks.len());
        let field = &grammar.fields[dice.below(grammar.fields.len())];
        if field.name == ID || self.tasks.is_empty() {
            return;
        }
        let number = place + 1;
        let value = self.draw(field, place, number, dice);
        let there = dice.happens(field.share);
        self.tasks[place].set(&field.name, value.filter(|_| there));
    }

    /// Draws the text of a field for the task at `place`; `None` when there is nothing to name.
    fn draw(&self, field: &FieldGrammar, place: usize, number: usize, dice: &mut Dice) -> Option<String> {
        let some_task = |dice: &mut Dice| {
            let above = dice.below(place);
            self.tasks[..place].get(above).map(|task| task.id().to_owned())
        };
        match &field.value {
            FieldValue::Pick(pool) => dice.pick(pool).map(|text| text.replace("{n}", &number.to_string())),
            FieldValue::Task => some_task(dice),
            FieldValue::Tasks(most) => {
                let wanted = dice.between(1, (*most).max(1));
                let mut names: Vec<String> = (0..wanted).filter_map(|_| some_task(dice)).collect();
                names.sort();
                names.dedup();
                (!names.is_empty()).then(|| format!("[{}]", names.join(", ")))
            }
        }
    }

    /// Whether another field than its own name mentions a task.
    fn is_named(&self, id: &str) -> bool {
        let mentions =
            |text: &str| text.split(|c: char| !(c.is_alphanumeric() || c == '-')).any(|word| word == id);
        self.tasks.iter().flat_map(|task| &task.fields).any(|(name, text)| name != ID && mentions(text))
    }

    /// Smaller queues: without a task, without a field, without what a list names.
    pub(super) fn reductions(&self) -> Vec<Self> {
        let mut smaller = Vec::new();
        for place in (0..self.tasks.len()).rev().filter(|_| self.tasks.len() > 1) {
            let mut queue = self.clone();
            queue.tasks.remove(place);
            smaller.push(queue);
        }
        for (place, task) in self.tasks.iter().enumerate() {
            for (name, _) in task.fields.iter().filter(|(name, _)| name != ID) {
                let mut queue = self.clone();
                queue.tasks[place].set(name, None);
                smaller.push(queue);
            }
        }
        smaller
    }
}
