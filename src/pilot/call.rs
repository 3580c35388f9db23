//! A call of the scripts, as far as its words say: what it asks, of which task, and which command of Fairway does that.

use fairway_parity::LibraryError;
use fairway_parity::adapter::{Adapter, Placeholders, Recognised, Template};
use fairway_parity::library::Library;
use fairway_parity::operation::Operation;

use super::OWN_ADAPTER;
use super::project::Project;
use super::verbs::{Kind, kind_of};
use crate::process::quoted;

/// The wrapper by whose targets people call the scripts.
pub const WRAPPER: &str = "make";

/// A command of the scripts that is to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyCommand {
    /// The words that run.
    pub words: Vec<String>,
    /// The target of the wrapper whose recipe these words are; without one they say themselves what is asked.
    pub target: Option<String>,
}

/// What a command of the scripts that changes something asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyChange {
    /// The operations that it may be; more than one where its arguments are not understood.
    pub operations: Vec<String>,
    /// What is asked, when its words are understood.
    pub asked: Option<Recognised>,
    /// The command of Fairway that does the same, as one types it into a shell.
    pub command: Option<String>,
}

impl LegacyCommand {
    /// The words by which an adapter recognises what is asked.
    pub fn asked(&self, legacy: &Adapter) -> Vec<String> {
        match &self.target {
            Some(target) => legacy.call_of_target(WRAPPER, target, |name| std::env::var(name).ok()),
            None => self.words.clone(),
        }
    }

    /// What it changes; `None` when it only reads, or is none of the scripts' commands.
    ///
    /// # Errors
    /// The adapters have problems.
    pub fn change(&self, project: &Project) -> Result<Option<LegacyChange>, LibraryError> {
        let systems = Library::systems(Some(project.root()))?;
        let (own, legacy) = (systems.adapter(OWN_ADAPTER), systems.adapter(&project.legacy.adapter));
        let (Some(own), Some(legacy)) = (own, legacy) else { return Ok(None) };
        let asked = legacy.recognise(&self.asked(legacy), &systems.vocabulary);
        let operations: Vec<String> = match (&asked, &self.target) {
            (Some(asked), _) => vec![asked.operation.clone()],
            (None, Some(target)) => {
                let known = legacy.targets(WRAPPER).remove(target.as_str()).unwrap_or_default();
                known.into_iter().map(str::to_owned).collect()
            }
            (None, None) => Vec::new(),
        };
        if !operations.iter().any(|operation| changes(own, operation)) {
            return Ok(None);
        }
        let command = match &asked {
            Some(asked) => own_command(own, asked),
            None => operations.first().and_then(|name| own_command(own, &without_arguments(name))),
        };
        Ok(Some(LegacyChange { operations, asked, command }))
    }
}

/// The targets of the wrapper under which operations are asked that change something.
pub fn changing_targets(own: &Adapter, legacy: &Adapter) -> Vec<String> {
    let targets = legacy.targets(WRAPPER).into_iter();
    let changing = targets.filter(|(_, operations)| operations.iter().any(|name| changes(own, name)));
    changing.map(|(target, _)| target.to_owned()).collect()
}

/// Whether an operation changes something, by the verb of Fairway that does it.
fn changes(own: &Adapter, operation: &str) -> bool {
    let Some(ask) = own.ask(operation) else { return false };
    let words: Vec<&str> = ask.argv.iter().filter_map(Template::literal).collect();
    matches!(kind_of(&words), Some(Kind::Proved(_) | Kind::Native))
}

fn without_arguments(operation: &str) -> Recognised {
    Recognised { operation: operation.to_owned(), arguments: Vec::new(), via: None }
}

fn own_command(own: &Adapter, asked: &Recognised) -> Option<String> {
    let operation = Operation {
        name: asked.operation.clone(),
        arguments: asked.arguments.clone(),
        role: None,
        via: None,
        now: String::new(),
        actor: String::new(),
    };
    let values = Placeholders { program: Some("fairway".to_owned()), ..Placeholders::default() };
    let words = own.ask(&asked.operation)?.words(&operation, &values).ok()?;
    // People read text.
    let words = words.iter().filter(|word| *word != "--json");
    Some(words.map(|word| quoted(word)).collect::<Vec<_>>().join(" "))
}
