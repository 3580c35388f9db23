//! A system that is reached through its command line, as an adapter describes it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::adapter::{
    Adapter, AnswerRule, OutcomeRule, Placeholders, Printed, SearchPath, StartKind, Template,
};
use crate::observation::{Outcome, QueueState, StateSchema};
use crate::operation::Operation;
use crate::process::{self, Call, Ending, Finished, hermetic_environment};
use crate::sandbox::Sandbox;
use crate::scenario::{Edit, Scenario, Start};

use super::{Performed, Raw, System, SystemError, database, search_path};

/// What a system of a run is given beyond its adapter.
#[derive(Debug, Clone)]
pub struct Place {
    /// The program under test, for `{program}`.
    pub program: Option<PathBuf>,
    /// The queue file, relative to a checkout.
    pub queue: String,
    /// The branch of a role.
    pub role_branch: Option<Template>,
    /// A copy of the reference's database as it stands at the start.
    pub snapshot: Option<PathBuf>,
    /// How long one command may take.
    pub timeout: Duration,
}

/// The most that a command may print, in bytes.
const OUTPUT_LIMIT: u64 = 64 << 20;

/// A command line in a sandbox of its own.
pub struct CommandLine<'a> {
    adapter: &'a Adapter,
    schema: &'a StateSchema,
    place: &'a Place,
    sandbox: Sandbox,
    raw: Vec<Raw>,
    children: Duration,
}

impl<'a> CommandLine<'a> {
    /// A system in `sandbox`.
    ///
    /// # Errors
    /// A program that the adapter lists is not there.
    pub fn new(
        adapter: &'a Adapter,
        schema: &'a StateSchema,
        place: &'a Place,
        sandbox: Sandbox,
    ) -> Result<Self, SystemError> {
        if adapter.environment.search_path == SearchPath::Listed {
            let programs = adapter.requires.programs.iter().map(|program| program.name.as_str());
            search_path::link(&sandbox, programs)?;
        }
        Ok(Self { adapter, schema, place, sandbox, raw: Vec::new(), children: Duration::ZERO })
    }

    fn checkout(&self, role: Option<&str>) -> Result<PathBuf, SystemError> {
        let Some(role) = role else { return Ok(self.sandbox.checkout().to_owned()) };
        let template = self.place.role_branch.as_ref().ok_or(SystemError::NotSaid("the branch of a role"))?;
        let values = Placeholders { role: Some(role.to_owned()), ..Placeholders::default() };
        let branch = template.fill(&values)?;
        let worktree = self.sandbox.worktree(&branch).map(Path::to_owned);
        worktree.ok_or_else(|| SystemError::NoWorktree { role: role.to_owned(), branch })
    }

    fn placeholders(&self, checkout: &Path, role: Option<&str>, now: &str, actor: &str) -> Placeholders {
        let text = |path: &Path| Some(path.to_string_lossy().into_owned());
        let format = self.adapter.environment.clock.format.as_deref();
        let at = now.parse::<Timestamp>().ok();
        let clock = at.zip(format).map(|(at, format)| at.strftime(format).to_string());
        Placeholders {
            now: Some(clock.unwrap_or_else(|| now.to_owned())),
            actor: Some(actor.to_owned()),
            home: text(self.sandbox.home()),
            program: self.place.program.as_deref().and_then(text),
            checkout: text(checkout),
            queue: text(&checkout.join(&self.place.queue)),
            snapshot: self.place.snapshot.as_deref().and_then(text),
            role: role.map(str::to_owned),
        }
    }

    /// The whole environment: what makes a run repeatable, then the adapter's, then the operation's.
    fn environment(
        &self,
        more: &[(String, Template)],
        values: &Placeholders,
        now: &str,
    ) -> Result<Vec<(String, String)>, SystemError> {
        let path = match self.adapter.environment.search_path {
            SearchPath::Inherit => search_path::inherited(),
            SearchPath::Listed => self.sandbox.bin().to_string_lossy().into_owned(),
        };
        let mut all = dates(now);
        let clock = &self.adapter.environment.clock.variable;
        all.push((clock.clone(), values.now.clone().unwrap_or_default()));
        for (name, template) in self.adapter.environment.variables.iter().chain(more) {
            if template.mentions("role") && values.role.is_none() {
                continue;
            }
            let value = template.fill(values)?;
            all.retain(|(known, _)| known != name);
            all.push((name.clone(), value));
        }
        Ok(hermetic_environment(&self.sandbox, &path, &all))
    }

    fn call(
        &mut self,
        mut argv: Vec<String>,
        cwd: &Path,
        env: Vec<(String, String)>,
    ) -> Result<Finished, SystemError> {
        // A relative program is one of the checkout's own scripts.
        if let Some(program) = argv.first_mut().filter(|program| program.contains('/')) {
            *program = cwd.join(&*program).to_string_lossy().into_owned();
        }
        let call = Call {
            argv,
            cwd: cwd.to_owned(),
            env,
            stdin: Vec::new(),
            timeout: self.place.timeout,
            output_limit: OUTPUT_LIMIT,
        };
        let finished = process::run(&call)?;
        self.children += finished.wall;
        self.raw.push(Raw {
            argv: call.argv,
            stdout: finished.stdout.clone(),
            stderr: finished.stderr.clone(),
            ending: ending(finished.ending),
        });
        Ok(finished)
    }

    /// Runs a command that has to succeed.
    fn must(&mut self, argv: Vec<String>, cwd: &Path, env: Vec<(String, String)>) -> Result<(), SystemError> {
        let command = argv.join(" ");
        let finished = self.call(argv, cwd, env)?;
        if finished.ending == Ending::Exit(0) {
            return Ok(());
        }
        let stderr = String::from_utf8_lossy(&finished.stderr);
        let lines: Vec<&str> = stderr.trim().lines().collect();
        let words = lines[lines.len().saturating_sub(3)..].join(" / ");
        Err(SystemError::Command { command, ending: ending(finished.ending), words })
    }

    fn write_start(&mut self, scenario: &Scenario, text: &str) -> Result<(), SystemError> {
        // Every checkout that a step works in begins with the same queue.
        self.edit_queue(&Edit::Write(text.to_owned()), None)?;
        let mut roles: Vec<&str> = scenario.roles().collect();
        roles.sort_unstable();
        roles.dedup();
        for role in roles {
            self.edit_queue(&Edit::Write(text.to_owned()), Some(role))?;
        }
        let Some(database) = &self.adapter.files.database else { return Ok(()) };
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let path = self.sandbox.checkout().join(format!("{database}{suffix}"));
            match fs::remove_file(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(SystemError::File { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl System for CommandLine<'_> {
    fn prepare(&mut self, scenario: &Scenario) -> Result<(), SystemError> {
        let kind = match &scenario.start {
            Start::Standard => StartKind::Snapshot,
            Start::Queue(text) => {
                self.write_start(scenario, text)?;
                StartKind::Definitions
            }
        };
        let checkout = self.checkout(None)?;
        let adapter = self.adapter;
        for setup in adapter.setup.iter().filter(|setup| setup.when.is_none_or(|when| when == kind)) {
            let values = self.placeholders(&checkout, None, &scenario.now, &scenario.actor);
            let argv = setup.argv.iter().map(|word| word.fill(&values)).collect::<Result<_, _>>()?;
            let env = self.environment(&[], &values, &scenario.now)?;
            self.must(argv, &checkout, env)?;
        }
        Ok(())
    }

    fn perform(&mut self, operation: &Operation) -> Result<Performed, SystemError> {
        let adapter = self.adapter;
        let name = || operation.name.clone();
        let ask = adapter.ask(&operation.name);
        let ask =
            ask.ok_or_else(|| SystemError::NoOperation { adapter: adapter.name.clone(), operation: name() })?;
        let checkout = self.checkout(operation.role.as_deref())?;
        let values =
            self.placeholders(&checkout, operation.role.as_deref(), &operation.now, &operation.actor);
        let argv = ask.words(operation, &values)?;
        let env = self.environment(&ask.variables, &values, &operation.now)?;
        let finished = self.call(argv, &checkout, env)?;
        let Ending::Exit(exit) = finished.ending else {
            let outcome = Outcome::Failed(ending(finished.ending));
            return Ok(Performed { outcome, answer: Value::Null });
        };
        let via = ask.via(operation);
        let mut printed = Printed {
            exit,
            stdout: String::from_utf8_lossy(&finished.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&finished.stderr).into_owned(),
            via: via.map(|via| via.name.clone()),
        };
        let behind = via.and_then(|via| via.exit.as_ref()).and_then(|regex| regex.captures(&printed.stderr));
        if let Some(code) = behind.and_then(|found| found.get(1)?.as_str().parse().ok()) {
            printed.exit = code;
        }
        let rules = ask.outcomes.iter().chain(&adapter.outcomes);
        let outcome = OutcomeRule::decide(rules, &printed)
            .map_err(|source| SystemError::Outcome { operation: name(), source })?;
        let answer = match (&outcome, &ask.answer) {
            (Outcome::Done, Some(kind)) => AnswerRule::read(&ask.answers, &printed, kind)
                .map_err(|source| SystemError::Answer { operation: name(), source })?,
            _ => Value::Null,
        };
        Ok(Performed { outcome, answer })
    }

    fn state(&mut self) -> Result<QueueState, SystemError> {
        let file = self.adapter.files.database.as_ref();
        let file = file.ok_or(SystemError::NotSaid("where the database is"))?;
        database::state(&self.sandbox.checkout().join(file), &self.adapter.state, self.schema)
    }

    fn edit_queue(&mut self, edit: &Edit, role: Option<&str>) -> Result<(), SystemError> {
        let path = self.checkout(role)?.join(&self.place.queue);
        let failed = |source| SystemError::File { path: path.clone(), source };
        let text = match edit {
            Edit::Write(text) => text.clone(),
            Edit::Patch { find, replace } => {
                let text = fs::read_to_string(&path).map_err(failed)?;
                let count = text.matches(find.as_str()).count();
                if count != 1 {
                    return Err(SystemError::Patch(count, find.clone()));
                }
                text.replacen(find.as_str(), replace, 1)
            }
        };
        fs::write(&path, text).map_err(failed)
    }

    fn git(&mut self, arguments: &[String], role: Option<&str>, now: &str) -> Result<(), SystemError> {
        let checkout = self.checkout(role)?;
        let git = search_path::find("git")?.to_string_lossy().into_owned();
        let argv = std::iter::once(git).chain(arguments.iter().cloned()).collect();
        let env = hermetic_environment(&self.sandbox, &search_path::inherited(), &dates(now));
        self.must(argv, &checkout, env)
    }

    fn take_raw(&mut self) -> Vec<Raw> {
        std::mem::take(&mut self.raw)
    }

    fn children(&self) -> Duration {
        self.children
    }
}

/// Commits get the clock of the scenario.
fn dates(now: &str) -> Vec<(String, String)> {
    ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name.to_owned(), now.to_owned())).into()
}

fn ending(ending: Ending) -> String {
    match ending {
        Ending::Exit(code) => format!("exit {code}"),
        Ending::Signal(signal) => format!("signal {signal}"),
        Ending::TimedOut => "timed out".to_owned(),
        Ending::Overflow => "printed too much".to_owned(),
    }
}
