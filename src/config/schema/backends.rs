//! `[[session_backends]]`: what runs a session, in commands of its own.

use crate::config::section::entry;
use crate::config::value::Pattern;

entry! {
    /// What runs a session. In its commands `{session}`, `{name}`, `{role}`, `{task}`, `{cwd}`, `{command}` and
    /// `{transcript}` stand for what they say, `{transcript_quoted}` for the transcript as a shell reads it; the word
    /// `{environment}` becomes `env NAME=VALUE ...`. The commands run in the role's worktree.
    pub struct SessionBackend {
        /// Its name; that of a shipped backend (shell, tmux, zellij, manual, codex-api) replaces it.
        pub name: String,
        /// A command that is the session itself: started in the background with the session's environment, its output
        /// going to the transcript. Its process id is the session's.
        pub spawn: Option<Vec<String>>,
        /// Commands that start the session somewhere else, one after the other. When one fails, the launch has failed.
        /// A backend with neither `spawn` nor `launch` is recorded and never launched.
        pub launch: Option<Vec<Vec<String>>>,
        /// Commands that follow a launch; when one fails, that is a warning.
        pub afterwards: Option<Vec<Vec<String>>>,
        /// A command that prints where the session runs.
        pub identify: Option<Vec<String>>,
        /// How that is read: a regular expression with the groups `pane` and `pid`, or one of them.
        /// Default: `(?P<pane>\S+) (?P<pid>[0-9]+)`.
        pub identity: Option<Pattern>,
    }
}

/// The placeholders of a backend's commands.
pub(in crate::config) const PLACEHOLDERS: [&str; 9] =
    ["session", "name", "role", "task", "cwd", "command", "transcript", "transcript_quoted", "environment"];

/// The placeholders of `[sessions] environment`.
pub(in crate::config) const VARIABLES: [&str; 7] =
    ["session", "role", "lane", "provider", "branch", "task", "worktree"];

impl SessionBackend {
    /// Whether sessions of it are only recorded, because something else starts them.
    pub fn is_recorded_only(&self) -> bool {
        self.spawn.is_none() && self.launch.is_none()
    }

    /// Every command, with its key.
    pub fn commands(&self) -> impl Iterator<Item = (String, &[String])> {
        let one = |key: &str, command: &'_ Option<Vec<String>>| command.is_some().then(|| key.to_owned());
        let spawn = one("spawn", &self.spawn).zip(self.spawn.as_deref());
        let identify = one("identify", &self.identify).zip(self.identify.as_deref());
        let many = [("launch", &self.launch), ("afterwards", &self.afterwards)];
        let many = many.into_iter().flat_map(|(key, list)| {
            let list = list.as_deref().unwrap_or_default().iter().enumerate();
            list.map(move |(index, command)| (format!("{key}[{index}]"), command.as_slice()))
        });
        spawn.into_iter().chain(many).chain(identify)
    }

    /// The backends that ship with Fairway.
    pub fn shipped() -> Vec<Self> {
        let recorded = |name: &str| Self {
            name: name.to_owned(),
            spawn: None,
            launch: None,
            afterwards: None,
            identify: None,
            identity: None,
        };
        let inside = ["{environment}", "/bin/sh", "-c", "{command}"];
        let tmux = ["tmux", "new-session", "-d", "-s", "{name}", "-c", "{cwd}"];
        let zellij = ["zellij", "--session", "{name}", "run", "--cwd", "{cwd}", "--"];
        vec![
            Self { spawn: Some(words(&["/bin/sh", "-c", "{command}"])), ..recorded("shell") },
            Self {
                launch: Some(vec![words(&[&tmux[..], &inside].concat())]),
                afterwards: Some(vec![words(&[
                    "tmux",
                    "pipe-pane",
                    "-t",
                    "={name}:",
                    "-o",
                    "cat >> {transcript_quoted}",
                ])]),
                identify: Some(words(&[
                    "tmux",
                    "list-panes",
                    "-t",
                    "={name}:",
                    "-F",
                    "#{pane_id} #{pane_pid}",
                ])),
                ..recorded("tmux")
            },
            // Zellij does not tell a pane's process, so such a session has no pid.
            Self {
                launch: Some(vec![
                    words(&["zellij", "attach", "--create-background", "{name}"]),
                    words(&[&zellij[..], &inside].concat()),
                ]),
                ..recorded("zellij")
            },
            recorded("manual"),
            recorded("codex-api"),
        ]
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
