//! A system that is reached through its command line, as an adapter describes it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::adapter::{Adapter, AnswerRule, SearchPath, StartKind};
use crate::observation::{Delta, Outcome, QueueState, StateSchema};
use crate::operation::Operation;
use crate::process::{Call, Ending, Finished};
use crate::sandbox::{Sandbox, Stamp, Survey, Surveyor};
use crate::scenario::{Edit, EditedFile, Scenario, Start};

use super::room::{Room, Setting};
use super::{Performed, Raw, System, SystemError, meaning, search_path, state};

/// The most that a command may print, in bytes.
const OUTPUT_LIMIT: u64 = 64 << 20;

/// A command line in a sandbox of its own.
pub struct CommandLine<'a> {
    room: Room<'a>,
    schema: &'a StateSchema,
    surveyor: Surveyor,
    raw: Vec<Raw>,
    read: Option<(Vec<Option<Stamp>>, QueueState)>,
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
        setting: &'a Setting,
        sandbox: Sandbox,
    ) -> Result<Self, SystemError> {
        if adapter.environment.search_path == SearchPath::Listed {
            let programs = adapter.requires.programs.iter().map(|program| program.name.as_str());
            search_path::link(&sandbox, programs)?;
        }
        let room = Room { adapter, setting, sandbox };
        Ok(Self {
            room,
            schema,
            surveyor: Surveyor::default(),
            raw: Vec::new(),
            read: None,
            children: Duration::ZERO,
        })
    }

    /// Where it runs.
    pub fn sandbox(&self) -> &Sandbox {
        &self.room.sandbox
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
            timeout: self.room.setting.timeout,
            output_limit: OUTPUT_LIMIT,
            mark: Some(self.room.sandbox.root().to_owned()),
        };
        let finished = self.room.sandbox.run(&call)?;
        self.children += finished.wall;
        self.raw.push(Raw {
            argv: call.argv,
            stdout: finished.stdout.clone(),
            stderr: finished.stderr.clone(),
            ending: finished.ending.to_string(),
            overflow: finished.ending == Ending::Overflow,
            left: finished.left.clone(),
        });
        Ok(finished)
    }

    /// Runs a command that has to succeed. Says what it left running.
    fn must(
        &mut self,
        argv: Vec<String>,
        cwd: &Path,
        env: Vec<(String, String)>,
    ) -> Result<Vec<String>, SystemError> {
        let command = argv.join(" ");
        let finished = self.call(argv, cwd, env)?;
        if finished.ending == Ending::Exit(0) {
            return Ok(finished.left);
        }
        let stderr = String::from_utf8_lossy(&finished.stderr);
        let lines: Vec<&str> = stderr.trim().lines().collect();
        let words = lines[lines.len().saturating_sub(3)..].join(" / ");
        Err(SystemError::Command { command, ending: finished.ending.to_string(), words })
    }

    /// Processes by their command lines, in which this sandbox is called as every other.
    fn processes(&self, commands: &[String]) -> Delta {
        Delta::counted(commands.iter().map(|command| self.placeless(command)))
    }

    /// A text in which this sandbox, which lies elsewhere in every run, has no place.
    fn placeless(&self, text: &str) -> String {
        let root = self.room.sandbox.root().to_string_lossy();
        text.replace(&*root, "<sandbox>")
    }

    fn write_start(&mut self, scenario: &Scenario, text: &str) -> Result<(), SystemError> {
        // Every checkout that a step works in begins with the same queue.
        let edit = Edit::Write(text.to_owned());
        self.edit(&EditedFile::Queue, &edit, None)?;
        let mut roles: Vec<&str> = scenario.roles().collect();
        roles.sort_unstable();
        roles.dedup();
        for role in roles {
            self.edit(&EditedFile::Queue, &edit, Some(role))?;
        }
        let Some(database) = &self.room.adapter.files.database else { return Ok(()) };
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let path = self.room.sandbox.checkout().join(format!("{database}{suffix}"));
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
    fn prepare(&mut self, scenario: &Scenario) -> Result<Delta, SystemError> {
        let kind = match &scenario.start {
            Start::Standard => StartKind::Snapshot,
            Start::Queue(text) => {
                self.write_start(scenario, text)?;
                StartKind::Definitions
            }
        };
        let checkout = self.room.checkout(None)?;
        let adapter = self.room.adapter;
        let mut left = Vec::new();
        for setup in adapter.setup.iter().filter(|setup| setup.when.is_none_or(|when| when == kind)) {
            let values = self.room.placeholders(&checkout, None, &scenario.now, &scenario.actor);
            let argv = setup.argv.iter().map(|word| word.fill(&values)).collect::<Result<_, _>>()?;
            let env = self.room.environment(&[], &values, &scenario.now)?;
            left.extend(self.must(argv, &checkout, env)?);
        }
        Ok(self.processes(&left))
    }

    fn perform(&mut self, operation: &Operation) -> Result<Performed, SystemError> {
        let adapter = self.room.adapter;
        let name = || operation.name.clone();
        let ask = adapter.ask(&operation.name);
        let ask =
            ask.ok_or_else(|| SystemError::NoOperation { adapter: adapter.name.clone(), operation: name() })?;
        let checkout = self.room.checkout(operation.role.as_deref())?;
        let values =
            self.room.placeholders(&checkout, operation.role.as_deref(), &operation.now, &operation.actor);
        let argv = ask.words(operation, &values)?;
        let env = self.room.environment(&ask.variables, &values, &operation.now)?;
        let finished = self.call(argv, &checkout, env)?;
        let (ending, processes) = (finished.ending, self.processes(&finished.left));
        let done = |outcome, answer| Performed { outcome, ending, answer, processes };
        let Ending::Exit(exit) = ending else {
            return Ok(done(Outcome::Failed(ending.to_string()), Value::Null));
        };
        let printed = meaning::printed(ask, operation, exit, [&finished.stdout, &finished.stderr], &checkout);
        let outcome = match meaning::outcome(adapter, ask, &printed)? {
            Outcome::Failed(how) => Outcome::Failed(self.placeless(&how)),
            outcome => outcome,
        };
        let Some(kind) = ask.answer.as_ref().filter(|_| outcome.is_done()) else {
            return Ok(done(outcome, Value::Null));
        };
        let answer = meaning::answer(ask, &printed, kind)?;
        if let Some(document) = AnswerRule::document(&ask.answers, &printed) {
            self.surveyor.document(document);
        }
        Ok(done(outcome, answer))
    }

    fn state(&mut self) -> Result<QueueState, SystemError> {
        let (checkout, adapter) = (self.room.sandbox.checkout(), self.room.adapter);
        let stamps = state::stamps(checkout, adapter);
        if let Some((_, state)) = self.read.as_ref().filter(|(before, _)| *before == stamps) {
            return Ok(state.clone());
        }
        // Whoever reads may make and remove files beside the database.
        let settled = !stamps.iter().flatten().any(Stamp::is_fresh);
        let state = state::read(checkout, None, adapter, self.schema)?;
        self.read = settled.then(|| (stamps, state.clone()));
        Ok(state)
    }

    fn survey(&mut self) -> Result<Survey, SystemError> {
        Ok(self.surveyor.look(&self.room.sandbox, &self.room.setting.aside)?)
    }

    fn edit(&mut self, file: &EditedFile, edit: &Edit, role: Option<&str>) -> Result<(), SystemError> {
        let relative = match file {
            EditedFile::Queue => &self.room.setting.queue,
            EditedFile::Path(path) => path,
        };
        let path = self.room.checkout(role)?.join(relative);
        let failed = |source| SystemError::File { path: path.clone(), source };
        match edit {
            Edit::Write(text) => {
                let folder = path.parent().unwrap_or(&path);
                fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).map_err(failed)
            }
            Edit::Remove => fs::remove_file(&path).map_err(failed),
            Edit::Patch { find, replace } => {
                let text = fs::read_to_string(&path).map_err(failed)?;
                let count = text.matches(find.as_str()).count();
                if count != 1 {
                    return Err(SystemError::Patch(count, find.clone()));
                }
                fs::write(&path, text.replacen(find.as_str(), replace, 1)).map_err(failed)
            }
        }
    }

    fn git(&mut self, arguments: &[String], role: Option<&str>, now: &str) -> Result<(), SystemError> {
        let checkout = self.room.checkout(role)?;
        let git = search_path::find("git")?.to_string_lossy().into_owned();
        let argv = std::iter::once(git).chain(arguments.iter().cloned()).collect();
        let env = self.room.plain_environment(now);
        self.must(argv, &checkout, env).map(drop)
    }

    fn take_raw(&mut self) -> Vec<Raw> {
        std::mem::take(&mut self.raw)
    }

    fn children(&self) -> Duration {
        self.children
    }
}
