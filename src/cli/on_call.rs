//! Verbs that are described to clap only when a call may name them. To describe all of them, with their arguments and
//! helps, takes longer than a short verb; so does handing every flag that all take on to each.

use std::cell::RefCell;
use std::ffi::OsString;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches, Subcommand};

thread_local! {
    /// The words of the call that is being parsed; `None` describes every verb. clap's traits hand nothing on to which
    /// this could be attached.
    static CALL: RefCell<Option<Vec<OsString>>> = const { RefCell::new(None) };
}

/// A command that has only the verbs whose names are among these words, and the flags of `G`. It has no help of its
/// own, and no name for what it refuses: the whole command is there for that.
pub(super) fn described_for<G: Args>(words: &[OsString], make: impl FnOnce() -> Command) -> Command {
    CALL.set(Some(words.to_vec()));
    let mut whole = make();
    CALL.set(None);
    let named = |verb: &&mut Command| words.iter().any(|word| word == verb.get_name());
    let verbs: Vec<Command> = whole.get_subcommands_mut().filter(named).map(std::mem::take).collect();
    G::augment_args(Command::new("call"))
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .subcommands(verbs)
}

fn may_be_called(command: &Command) -> bool {
    CALL.with_borrow(|call| {
        call.as_ref().is_none_or(|words| words.iter().any(|word| word == command.get_name()))
    })
}

/// What a verb takes: its arguments, or verbs of its own.
#[derive(Debug)]
pub(super) struct OnCall<T>(pub(super) T);

impl<T: FromArgMatches> FromArgMatches for OnCall<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(Self)
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches_mut(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl<T: Args> Args for OnCall<T> {
    fn augment_args(command: Command) -> Command {
        if may_be_called(&command) { T::augment_args(command) } else { command }
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: Subcommand> Subcommand for OnCall<T> {
    fn augment_subcommands(command: Command) -> Command {
        if may_be_called(&command) { T::augment_subcommands(command) } else { command }
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        T::augment_subcommands_for_update(command)
    }

    fn has_subcommand(name: &str) -> bool {
        T::has_subcommand(name)
    }
}
