//! What a launch will do: where, with which variables, by which commands.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Launch;
use crate::config::SessionBackend;
use crate::ops::{Context, Result};
use crate::policy::{Reason, Refusal};
use crate::process::quoted;
use crate::views::LaunchPlan;

/// A launch, worked out.
pub(super) struct Plan {
    pub(super) backend: SessionBackend,
    pub(super) session: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) lane: String,
    pub(super) provider: Option<String>,
    pub(super) branch: String,
    pub(super) task: Option<String>,
    pub(super) worktree: String,
    pub(super) transcript: String,
    pub(super) command: String,
    pub(super) environment: Vec<(String, String)>,
    root: PathBuf,
}

impl Plan {
    pub(super) fn new(context: &Context, request: &Launch) -> Result<Self> {
        let Some(role) = &request.role else {
            let refusal = Refusal::new(Reason::Usage, "a launch needs a role");
            return Err(refusal.hint("give --role, or --as").into());
        };
        let role = context.role(role)?;
        let chosen = request.backend.as_ref().unwrap_or(&context.config.sessions.default_backend);
        let backend = super::backend(context, chosen)?;
        if backend.is_recorded_only() {
            let message = format!("backend {} is recorded, not launched", backend.name);
            return Err(Refusal::new(Reason::Usage, message)
                .hint(format!(
                    "start it yourself, then `fairway session upsert ID --backend {}`",
                    backend.name
                ))
                .into());
        }
        let task = request.task.clone();
        let session = request
            .id
            .clone()
            .unwrap_or_else(|| format!("{}-{}", role.name, task.as_deref().unwrap_or("adhoc")));
        // A dot and a colon separate windows and panes in tmux.
        let name = request.name.clone().unwrap_or_else(|| session.replace(['.', ':'], "-"));
        let provider = request.provider.clone().or_else(|| role.provider.clone());
        let Some(command) = request.command.clone().or_else(|| provider.clone()) else {
            let message = format!("nothing to run: the role {} has no provider", role.name);
            return Err(Refusal::new(Reason::Usage, message).hint("give --command or --provider").into());
        };
        let worktree = match &request.worktree {
            Some(worktree) => worktree.clone(),
            None => context.worktree(&role.name)?.display().to_string(),
        };
        let transcripts = &context.config.sessions.transcripts;
        let transcript = request.transcript.clone().unwrap_or_else(|| {
            transcripts.join(format!("{}.log", name.replace('/', "-"))).display().to_string()
        });
        let mut plan = Self {
            backend,
            session,
            name,
            role: role.name.clone(),
            lane: request.lane.clone().unwrap_or_else(|| role.lane().to_owned()),
            provider,
            branch: request.branch.clone().unwrap_or_else(|| role.branch().into_owned()),
            task,
            worktree,
            transcript,
            command,
            environment: Vec::new(),
            root: context.paths.root.clone(),
        };
        plan.environment = plan.variables(&context.config.sessions.environment);
        Ok(plan)
    }

    /// Where it will run.
    pub(super) fn cwd(&self) -> PathBuf {
        self.root.join(&self.worktree)
    }

    /// Where its output will go.
    pub(super) fn transcript(&self) -> PathBuf {
        self.root.join(&self.transcript)
    }

    fn variables(&self, configured: &[String]) -> Vec<(String, String)> {
        let task = self.task.as_deref().unwrap_or_default();
        let values = [
            ("session", self.session.as_str()),
            ("role", &self.role),
            ("lane", &self.lane),
            ("provider", self.provider.as_deref().unwrap_or_default()),
            ("branch", &self.branch),
            ("task", task),
            ("worktree", &self.worktree),
        ];
        let own =
            [("FAIRWAY_SESSION_ID", &*self.session), ("FAIRWAY_ROLE", &self.role), ("FAIRWAY_TASK_ID", task)];
        let own = own.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let configured = configured.iter().map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.to_owned(), fill(value, &values))
        });
        configured.chain(own).collect()
    }

    /// A command of the backend, its placeholders filled.
    pub(super) fn words(&self, command: &[String]) -> Vec<String> {
        let (cwd, transcript) = (self.cwd(), self.transcript());
        let (cwd, transcript) = (cwd.to_string_lossy(), transcript.to_string_lossy());
        let quoted = quoted(&transcript);
        let values = [
            ("session", self.session.as_str()),
            ("name", &self.name),
            ("role", &self.role),
            ("task", self.task.as_deref().unwrap_or_default()),
            ("cwd", &cwd),
            ("command", &self.command),
            ("transcript", &transcript),
            ("transcript_quoted", &quoted),
        ];
        let mut words = Vec::with_capacity(command.len());
        for word in command {
            if word == "{environment}" {
                words.push("env".to_owned());
                words.extend(self.environment.iter().map(|(name, value)| format!("{name}={value}")));
            } else {
                words.push(fill(word, &values));
            }
        }
        words
    }

    /// What is shown of it before anything happens.
    pub(super) fn show(&self) -> LaunchPlan {
        let steps = self.backend.commands().map(|(_, command)| {
            let words = self.words(command);
            words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
        });
        LaunchPlan {
            session: self.session.clone(),
            backend: self.backend.name.clone(),
            name: self.name.clone(),
            cwd: self.worktree.clone(),
            environment: self
                .environment
                .iter()
                .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
                .collect(),
            transcript: self.transcript.clone(),
            command: self.command.clone(),
            commands: steps.collect(),
        }
    }

    /// The program that has to be installed.
    pub(super) fn program(&self) -> Option<&str> {
        let (_, command) = self.backend.commands().next()?;
        command.first().map(String::as_str)
    }

    /// Whether there is a checkout where it will run.
    pub(super) fn has_worktree(&self) -> bool {
        Path::new(&self.cwd()).join(".git").exists()
    }
}

/// A text with its placeholders filled. Every other brace stays, and so does what follows a `#`.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        let found = from[1..].split_once('}').filter(|_| !before.ends_with('#'));
        let value = found.and_then(|(name, after)| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value, after))
        });
        if let Some((value, after)) = value {
            filled.push_str(value);
            rest = after;
        } else {
            filled.push('{');
            rest = &from[1..];
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::fill;
    use crate::process::quoted;

    #[test]
    fn only_known_placeholders_are_filled() {
        let values = [("name", "s-1"), ("cwd", "/w {name}")];
        assert_eq!(fill("={name}: #{pane_id} {other} {", &values), "=s-1: #{pane_id} {other} {");
        assert_eq!(fill("{cwd}", &values), "/w {name}", "a value is not filled again");
    }

    #[test]
    fn a_quoted_word_is_one_word() {
        assert_eq!(quoted("a-b/c.log"), "a-b/c.log");
        assert_eq!(quoted("it's a b"), r"'it'\''s a b'");
        assert_eq!(quoted(""), "''");
    }
}
