//! The keeper itself, which is two processes. The outer one gives up the system's mounts and processes for its own
//! and waits; the inner one, the first of the new processes, lays down all other rights and starts the commands.
//! When the inner one ends, the system ends everything that it started.

mod cgroup;
mod inner;
mod landlock;
mod mounts;
mod outer;
mod processes;
mod rights;
mod serve;

use std::io::{self, Write as _};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::Protection;
use super::namespace::MOUNTS;
use super::spec::Spec;
use super::wire::{Told, send};

/// The word with which the outer keeper asks for the inner one.
const INNER: &str = "--inner";

/// What the inner keeper is told by the outer one.
#[derive(Debug, Serialize, Deserialize)]
struct Inner {
    spec: Spec,
    /// What the outer one has seen to.
    protections: Vec<Protection>,
    /// Whether processes are numbered anew.
    own_processes: bool,
    /// Whether mounts are its own.
    own_mounts: bool,
    /// Whether it runs as an ordinary user who got rights by a namespace of users.
    own_users: bool,
    /// The control group that limits processes and memory, or why there is none.
    cgroup: Result<cgroup::Group, String>,
}

/// Becomes a keeper; the socket to the harness is standard input.
pub(super) fn enter(words: &[String]) -> ExitCode {
    let done = match words {
        [word] if word == MOUNTS => return tell(mounts::try_as_user()),
        [word, text] if word == INNER => parse(text).and_then(inner::keep),
        [text] => parse(text).and_then(outer::keep),
        _ => Err(io::Error::other("not meant to be called by hand")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody is there to be told: the harness sees that the socket is closed.
        Err(_) => ExitCode::FAILURE,
    }
}

/// Says why not, for [`prepare`](super::prepare) to read.
fn tell(tried: Result<(), String>) -> ExitCode {
    let Err(why) = tried else { return ExitCode::SUCCESS };
    let _ = writeln!(io::stdout(), "{why}");
    ExitCode::FAILURE
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> io::Result<T> {
    serde_json::from_str(text).map_err(io::Error::other)
}

/// The socket to the harness.
fn socket() -> io::Result<UnixStream> {
    Ok(UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// Asks the harness to begin again without a layer.
fn again(layer: super::spec::Layer, why: &str) -> io::Result<()> {
    send(&socket()?, &Told::Again { without: layer, why: why.to_owned() }, &[])
}
