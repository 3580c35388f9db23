//! Makes cases up from a grammar.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::case::{Case, Step};
use super::dice::Dice;
use super::grammar::{ArgumentGrammar, FieldValue, Grammar, Move, OperationGrammar};
use super::queue::{Queue, Task};

/// The case of a number under a seed.
pub(super) fn case(grammar: &Grammar, seed: u64, number: usize, only: &[String]) -> Option<Case> {
    let mut dice = Dice::new(seed, number);
    let profiles: Vec<_> = grammar
        .profiles
        .iter()
        .filter(|(_, profile)| only.is_empty() || only.contains(&profile.behaviour))
        .cloned()
        .collect();
    let profile = dice.pick(&profiles)?.clone();
    let tasks = profile.tasks.unwrap_or(grammar.queue.tasks);
    let queue = Queue::generate(&grammar.queue, tasks, &mut dice);
    let mut scene = Scene { grammar, queue: queue.clone(), broken: None, now: grammar.now.parse().ok()? };
    let mut steps = Vec::new();
    for _ in 0..dice.between(profile.steps.0.max(1), profile.steps.1.max(1)) {
        if let Some(made) = dice.pick(&profile.moves) {
            steps.extend(scene.steps(made, &mut dice));
        }
    }
    Some(Case {
        behaviour: profile.behaviour,
        name: format!("fuzz-{seed}-{number}"),
        summary: format!("Found by fuzzing: seed {seed}, case {number}."),
        queue,
        steps,
    })
}

/// Where a case stands while it is made up.
struct Scene<'g> {
    grammar: &'g Grammar,
    /// The file as it was when it was last sound.
    queue: Queue,
    /// The file with a fault, as long as it has one.
    broken: Option<Queue>,
    now: Timestamp,
}

impl Scene<'_> {
    fn steps(&mut self, made: &Move, dice: &mut Dice) -> Vec<Step> {
        let minutes = dice.pick(&self.grammar.minutes).copied().unwrap_or_default();
        self.now = self.now.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(self.now);
        let step = match made {
            Move::Change => {
                // Once broken, it is mended before anything else.
                if self.broken.take().is_none() {
                    self.queue.change(&self.grammar.queue, dice);
                }
                Step::Write(self.queue.clone())
            }
            Move::Break => {
                let mut broken = self.queue.clone();
                broken.break_it(&self.grammar.queue, dice);
                self.broken = Some(broken.clone());
                Step::Write(broken)
            }
            Move::Ask(operation) => self.ask(operation, dice),
            Move::Do(name) => {
                let way = self.grammar.deeds.get(name).and_then(|deed| dice.pick(deed));
                return way.into_iter().flatten().cloned().map(Step::Do).collect();
            }
        };
        vec![step]
    }

    fn ask(&self, name: &str, dice: &mut Dice) -> Step {
        let none = OperationGrammar::default();
        let operation = self.grammar.operations.get(name).unwrap_or(&none);
        let place = dice.below(self.queue.tasks.len());
        let task = self.queue.tasks.get(place);
        let arguments = operation
            .arguments
            .iter()
            .filter_map(|argument| Some((argument.name.clone(), self.draw(argument, task, dice)?)));
        let arguments = arguments.collect();
        let actor = dice.pick(&self.grammar.actors).cloned().unwrap_or_default();
        let now = self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let place = operation.place.as_ref().and_then(|place| self.draw(place, task, dice));
        Step::Ask { operation: name.to_owned(), arguments, place, now, actor, expect: None }
    }

    /// What an argument is given; `None` when it is not given.
    fn draw(&self, argument: &ArgumentGrammar, task: Option<&Task>, dice: &mut Dice) -> Option<Value> {
        let given = dice.happens(argument.share);
        let value = dice.pick(self.grammar.pools.get(&argument.pool)?)?.clone();
        let value = self.filled(value, task, dice);
        given.then_some(value)
    }

    /// Puts the task that a step is about into a text: `{task}` is its name, `{task.role}` its field `role`.
    fn filled(&self, value: Value, task: Option<&Task>, dice: &mut Dice) -> Value {
        let Value::String(text) = &value else { return value };
        if text == "{task}" {
            return task.map(|task| task.id().to_owned()).unwrap_or_default().into();
        }
        let Some(field) = text.strip_prefix("{task.").and_then(|rest| rest.strip_suffix('}')) else {
            return value;
        };
        let own = task.and_then(|task| task.field(field)).map(str::to_owned);
        own.or_else(|| self.any(field, dice)).unwrap_or_default().into()
    }

    /// What the grammar lets a field hold.
    fn any(&self, field: &str, dice: &mut Dice) -> Option<String> {
        match &self.grammar.queue.field(field)?.value {
            FieldValue::Pick(pool) => dice.pick(pool).cloned(),
            FieldValue::Task | FieldValue::Tasks(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Grammar, case};
    use crate::library::Library;

    #[test]
    fn a_profile_may_say_how_many_tasks_there_are() {
        let library = Library::load(None).unwrap();
        let grammar = Grammar::load(None, &library.vocabulary).unwrap();
        let most = |behaviour: &str| {
            let only = [behaviour.to_owned()];
            (1..=40).map(|number| case(&grammar, 1, number, &only).unwrap().queue.tasks.len()).max()
        };
        assert_eq!((most("handoff"), most("reports")), (Some(2), Some(6)));
    }
}
