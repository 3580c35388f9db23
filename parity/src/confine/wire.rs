//! What the harness and the keeper of a sandbox say to each other: a length, then as many bytes of JSON. The three
//! streams of a command travel with the length.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Protection;
use super::spec::Layer;
use crate::process::Ending;

/// No message comes near this; what claims to is none.
const LONGEST: u32 = 64 << 20;

/// The streams of a command: input, output, errors.
const STREAMS: usize = 3;

/// What the harness asks.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Ask {
    /// Start this command with the streams that come along.
    Run { argv: Vec<String>, cwd: String, env: Vec<(String, String)> },
    /// How is it doing? The answer comes at the latest after so many microseconds.
    Look { patience: u64 },
    /// Kill its process group, and with `all` whatever else it has started.
    Kill { all: bool },
}

/// What the keeper says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Told {
    /// It is ready, and this is what it keeps.
    Ready { protections: Vec<Protection> },
    /// This cannot be kept up; start once more without.
    Again { without: Layer, why: String },
    /// The command runs.
    Started,
    /// It could not be started: the system's number of the error.
    Refused { errno: i32 },
    /// How it is doing.
    Seen(Seen),
}

/// How a command is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    /// How it ended: an exit code, or a signal as a negative number.
    pub ended: Option<i32>,
    /// Whether its process group has members.
    pub members: bool,
    /// The commands that run in the sandbox and did not before, sorted; told when the command has ended.
    pub left: Vec<String>,
    /// The limits that held it; told when the command has ended.
    pub held: Vec<String>,
}

impl Seen {
    /// How the command ended.
    pub(super) fn ending(&self) -> Option<Ending> {
        self.ended.map(|number| if number < 0 { Ending::Signal(-number) } else { Ending::Exit(number) })
    }
}

/// Sends a message, with the streams of a command or none.
pub(super) fn send(
    socket: &UnixStream,
    message: &impl Serialize,
    streams: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let length = u32::try_from(body.len()).map_err(io::Error::other)?.to_le_bytes();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(STREAMS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !streams.is_empty() {
        control.push(SendAncillaryMessage::ScmRights(streams));
    }
    // A peer that is gone is an error to handle, not a signal to die of.
    let sent = rustix::net::sendmsg(socket, &[IoSlice::new(&length)], &mut control, SendFlags::NOSIGNAL)?;
    let mut socket = socket;
    socket.write_all(&length[sent..])?;
    socket.write_all(&body)
}

/// The next message and the streams that came with it; `None` when the other end is gone.
pub(super) fn receive<T: DeserializeOwned>(socket: &UnixStream) -> io::Result<Option<(T, Vec<OwnedFd>)>> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(STREAMS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut length = [0; 4];
    let got = loop {
        let mut parts = [IoSliceMut::new(&mut length)];
        match rustix::net::recvmsg(socket, &mut parts, &mut control, RecvFlags::CMSG_CLOEXEC) {
            Ok(got) => break got.bytes,
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::CONNRESET) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    };
    if got == 0 {
        return Ok(None);
    }
    let mut streams = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(fds) = message {
            streams.extend(fds);
        }
    }
    let mut socket = socket;
    socket.read_exact(&mut length[got..])?;
    let length = u32::from_le_bytes(length);
    if length > LONGEST {
        return Err(io::Error::other("a message that is none"));
    }
    let mut body = vec![0; length as usize];
    socket.read_exact(&mut body)?;
    Ok(Some((serde_json::from_slice(&body)?, streams)))
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn messages_and_streams_arrive_as_they_were_sent() {
        let (here, there) = UnixStream::pair().unwrap();
        let (mut reader, writer) = io::pipe().unwrap();
        let argv = vec!["x".repeat(100_000)];
        let sender = std::thread::spawn(move || {
            send(&here, &Ask::Run { argv, cwd: "/".into(), env: Vec::new() }, &[writer.as_fd()]).unwrap();
            send(&here, &Ask::Kill { all: true }, &[]).unwrap();
        });
        let (ask, streams) = receive::<Ask>(&there).unwrap().unwrap();
        assert!(matches!(ask, Ask::Run { argv, .. } if argv[0].len() == 100_000));
        let stream = streams.into_iter().next().unwrap();
        std::fs::File::from(stream).write_all(b"through").unwrap();
        let (ask, streams) = receive::<Ask>(&there).unwrap().unwrap();
        assert!(matches!(ask, Ask::Kill { all: true }) && streams.is_empty());
        sender.join().unwrap();
        assert!(receive::<Ask>(&there).unwrap().is_none());
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "through");
    }
}
