//! Telling the scripts what happened in a lane that is Fairway's, through their own commands: the adapter read backwards.

use std::path::PathBuf;
use std::time::Duration;

use fairway_parity::adapter::{Adapter, Placeholders};
use fairway_parity::operation::{Argument, Operation};
use fairway_parity::process::{self, Call, Finished};

use super::error::PilotError;
use super::marks::Mark;
use crate::model::Timestamp;
use crate::process::quoted;

/// How long one of the scripts' commands may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// The most that one may print, in bytes.
const OUTPUT_LIMIT: u64 = 1 << 20;
/// What the scripts' commands see of the caller's environment: they take variables for arguments.
const PASSED: [&str; 9] =
    ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "GIT_CONFIG_GLOBAL"];

/// Something to tell.
#[derive(Debug, Clone)]
pub struct Tell {
    /// The operation, in the vocabulary's words.
    pub operation: &'static str,
    /// Its arguments.
    pub arguments: Vec<(&'static str, Argument)>,
    /// Who did it.
    pub actor: String,
    /// When, in the store's form.
    pub at: String,
    /// Which event it tells; nothing for what is told by what it is.
    pub mark: Option<Mark>,
}

impl Tell {
    /// Adds an argument, unless there is nothing to say.
    #[must_use]
    pub fn with(mut self, name: &'static str, text: Option<&str>) -> Self {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.arguments.push((name, Argument::Text(text.to_owned())));
        }
        self
    }

    /// Adds a flag.
    #[must_use]
    pub fn flag(mut self, name: &'static str, set: bool) -> Self {
        if set {
            self.arguments.push((name, Argument::Flag(true)));
        }
        self
    }
}

/// Whoever tells.
#[derive(Debug)]
pub struct Teller<'a> {
    /// The adapter of the scripts.
    pub adapter: &'a Adapter,
    /// The checkout with the scripts.
    pub checkout: PathBuf,
}

impl Teller<'_> {
    /// Has the scripts read their queue file again, as any of their commands does.
    ///
    /// # Errors
    /// The command cannot be run, or fails.
    pub fn refresh(&self, now: Timestamp) -> Result<(), PilotError> {
        let tell = Tell {
            operation: "refresh",
            arguments: Vec::new(),
            actor: "fairway".to_owned(),
            at: now.to_store(),
            mark: None,
        };
        let (words, finished) = self.run(&tell)?;
        if finished.succeeded() { Ok(()) } else { Err(PilotError::Command(refusal(&words, &finished))) }
    }

    /// Tells one thing.
    ///
    /// # Errors
    /// [`PilotError::Refused`] when the scripts do not take it; [`PilotError::Command`] when they cannot be asked.
    pub fn tell(&self, tell: &Tell) -> Result<(), PilotError> {
        let (words, finished) = self.run(tell)?;
        if finished.succeeded() {
            return Ok(());
        }
        Err(PilotError::Refused { command: shown(&words), said: said(&finished) })
    }

    /// The command, as one types it into a shell.
    ///
    /// # Errors
    /// The adapter has no words for it.
    pub fn command(&self, tell: &Tell) -> Result<String, PilotError> {
        Ok(shown(&self.words(tell)?))
    }

    fn words(&self, tell: &Tell) -> Result<Vec<String>, PilotError> {
        let failed = |why: String| PilotError::Command(why);
        let ask = self.adapter.ask(tell.operation);
        let ask = ask.ok_or_else(|| {
            failed(format!("the adapter {} has no words for `{}`", self.adapter.name, tell.operation))
        })?;
        let operation = Operation {
            name: tell.operation.to_owned(),
            arguments: tell
                .arguments
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            role: None,
            via: None,
            now: String::new(),
            actor: tell.actor.clone(),
        };
        ask.words(&operation, &Placeholders::default()).map_err(|error| failed(error.to_string()))
    }

    fn run(&self, tell: &Tell) -> Result<(Vec<String>, Finished), PilotError> {
        let words = self.words(tell)?;
        let mut argv = words.clone();
        // A path is one of the checkout's.
        if let Some(program) = argv.first_mut().filter(|program| program.contains('/')) {
            *program = self.checkout.join(program.as_str()).display().to_string();
        }
        let call = Call {
            argv,
            cwd: self.checkout.clone(),
            env: self.environment(tell)?,
            stdin: Vec::new(),
            timeout: PATIENCE,
            output_limit: OUTPUT_LIMIT,
            mark: None,
        };
        let finished = process::run(&call).map_err(|error| PilotError::Command(error.to_string()))?;
        Ok((words, finished))
    }

    /// The clock and the name of who did it, with the mark, beside little of the caller's.
    fn environment(&self, tell: &Tell) -> Result<Vec<(String, String)>, PilotError> {
        let passed = PASSED.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)));
        let mut all: Vec<(String, String)> = passed.collect();
        let environment = &self.adapter.environment;
        let mark = tell.mark.as_ref().map(ToString::to_string).unwrap_or_default();
        let values = Placeholders { actor: Some(format!("{}{mark}", tell.actor)), ..Placeholders::default() };
        for (name, template) in environment.variables.iter().filter(|(_, text)| text.mentions("actor")) {
            let text = template.fill(&values).map_err(|error| PilotError::Command(error.to_string()))?;
            all.push((name.clone(), text));
        }
        let moment = Timestamp::parse(&tell.at);
        let form = environment.clock.format.as_deref().unwrap_or("%Y-%m-%dT%H:%M:%SZ");
        if let Some(moment) = moment.and_then(|moment| moment.to_form(form)) {
            all.push((environment.clock.variable.clone(), moment));
        }
        Ok(all)
    }
}

fn shown(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

fn said(finished: &Finished) -> String {
    let text = String::from_utf8_lossy(&finished.stderr);
    match text.trim() {
        "" => finished.ending.to_string(),
        text => text.lines().last().unwrap_or(text).to_owned(),
    }
}

fn refusal(words: &[String], finished: &Finished) -> String {
    format!("`{}` failed: {}", shown(words), said(finished))
}
