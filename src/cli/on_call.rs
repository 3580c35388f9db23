//! Verbs that are described to clap only when a call may name them. To describe all of them, with their arguments and
//! helps, takes longer than a short verb.

use std::cell::RefCell;
use std::ffi::OsString;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches, Subcommand};

thread_local! {
    /// The words of the call that is being parsed; `None` describes every verb. clap's traits hand nothing on to which
    /// this could be attached.
    static CALL: RefCell<Option<Vec<OsString>>> = const { RefCell::new(None) };
}

/// Makes a command in which only the verbs are described whose names are among these words.
pub(super) fn described_for(words: &[OsString], make: impl FnOnce() -> Command) -> Command {
    CALL.set(Some(words.to_vec()));
    let command = make();
    CALL.set(None);
    command
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
