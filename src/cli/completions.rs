//! `fairway completions`.

use clap::{Args, Command};
use clap_complete::Shell;

use super::Session;

/// Print a completion script for a shell.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  fairway completions bash > ~/.local/share/bash-completion/completions/fairway"
)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(session: &Session, args: &CompletionsArgs) {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut shown(&super::command()), "fairway", &mut script);
    session.ui.document(&String::from_utf8_lossy(&script));
}

/// The command without its hidden verbs: some shells would complete them all the same.
fn shown(command: &Command) -> Command {
    Command::new("fairway")
        .args(command.get_arguments())
        .subcommands(command.get_subcommands().filter(|verb| !verb.is_hide_set()))
}
