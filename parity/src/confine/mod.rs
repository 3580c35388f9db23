//! Keeps what runs in a sandbox inside of it.
//!
//! Every sandbox has a keeper: this very program once more, asked for with `parity confine`. It takes on the
//! protections that the system grants (read-only mounts, Landlock, limits), none of which can be laid down again,
//! and then starts the sandbox's commands, one after the other, as the harness asks for them over a socket. So a
//! protection costs once per sandbox, not once per command; what a command leaves in the background lives on
//! between two steps, as it does outside, and is known by name; and nothing outlives the sandbox.
//!
//! What cannot be had on a system is left out and said: see [`Protection`]. Only the fingerprints of the original
//! decide whether it was left alone.

mod error;
#[cfg(target_os = "linux")]
mod inside;
mod limits;
#[cfg(target_os = "linux")]
mod namespace;
mod protection;
mod spec;
mod warden;
mod wire;

use std::ffi::OsString;
use std::process::ExitCode;

pub use error::ConfineError;
pub use limits::Limits;
#[cfg(target_os = "linux")]
pub use namespace::prepare;
#[cfg(target_os = "linux")]
pub(crate) use namespace::{own_mounts, raised};
pub use protection::{Protection, Protections};
pub use spec::Confinement;
pub use warden::Warden;

/// The words with which a program that carries the keeper is asked to be one.
const VERB: [&str; 2] = ["parity", "confine"];

/// Becomes the keeper of a sandbox when `arguments`, the program's own name first, ask for that. `None` when they
/// ask for something else.
///
/// To be called first in `main`, while the process has one thread: that is what namespaces of users require.
pub fn keeper(arguments: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let mut arguments = arguments.into_iter().skip(1);
    for word in VERB {
        if arguments.next()? != word {
            return None;
        }
    }
    let words: Vec<String> = arguments.map(|word| word.to_string_lossy().into_owned()).collect();
    Some(become_keeper(&words))
}

#[cfg(target_os = "linux")]
fn become_keeper(words: &[String]) -> ExitCode {
    inside::enter(words)
}

/// Elsewhere nothing can be got.
#[cfg(not(target_os = "linux"))]
pub fn prepare(_program: &std::path::Path) {}

/// Elsewhere nobody asks for one, since [`Warden::start`] refuses.
#[cfg(not(target_os = "linux"))]
fn become_keeper(_words: &[String]) -> ExitCode {
    ExitCode::FAILURE
}
