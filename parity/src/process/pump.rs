//! Moves bytes between the harness and one program without ever blocking: input in, both outputs out.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{ChildStderr, ChildStdin, ChildStdout};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// How much is read or written in one go.
const CHUNK: usize = 16 * 1024;

/// One output of the program and what was kept of it.
struct Drain<R> {
    pipe: Option<R>,
    kept: Vec<u8>,
}

/// Our ends of the pipes of a program.
pub(crate) struct Pipes {
    pub(crate) stdin: Option<ChildStdin>,
    pub(crate) stdout: Option<ChildStdout>,
    pub(crate) stderr: Option<ChildStderr>,
}

/// The three pipes of a running program.
pub(super) struct Pump<'a> {
    stdin: Option<ChildStdin>,
    to_write: &'a [u8],
    stdout: Drain<ChildStdout>,
    stderr: Drain<ChildStderr>,
    limit: u64,
    overflowed: bool,
}

impl<'a> Pump<'a> {
    /// Takes the pipes of a program; `input` is what to feed it, `limit` the most bytes to keep of each output.
    pub(super) fn new(pipes: Pipes, input: &'a [u8], limit: u64) -> io::Result<Self> {
        let Pipes { stdin, stdout, stderr } = pipes;
        // Reading only when there is something to read does not block; writing may, when the pipe takes
        // less than is offered.
        let ends = [
            stdin.as_ref().map(AsFd::as_fd),
            stdout.as_ref().map(AsFd::as_fd),
            stderr.as_ref().map(AsFd::as_fd),
        ];
        for end in ends.into_iter().flatten() {
            rustix::io::ioctl_fionbio(end, true)?;
        }
        let stdin = if input.is_empty() { None } else { stdin };
        Ok(Self {
            stdin,
            to_write: input,
            stdout: Drain { pipe: stdout, kept: Vec::new() },
            stderr: Drain { pipe: stderr, kept: Vec::new() },
            limit,
            overflowed: false,
        })
    }

    /// Whether both outputs were read to their end.
    pub(super) fn drained(&self) -> bool {
        self.stdout.pipe.is_none() && self.stderr.pipe.is_none()
    }

    /// Whether nothing is left to move either way.
    pub(super) fn idle(&self) -> bool {
        self.stdin.is_none() && self.drained()
    }

    /// Whether an output was longer than the limit.
    pub(super) fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// Waits at most `patience` for a pipe to be ready, and moves what can be moved.
    pub(super) fn turn(&mut self, patience: Duration) -> io::Result<()> {
        let [stdin, stdout, stderr] = self.ready(patience)?;
        if stdin {
            self.feed()?;
        }
        if stdout {
            self.overflowed |= self.stdout.take(self.limit)?;
        }
        if stderr {
            self.overflowed |= self.stderr.take(self.limit)?;
        }
        Ok(())
    }

    /// What was kept of standard output and standard error.
    pub(super) fn into_outputs(self) -> (Vec<u8>, Vec<u8>) {
        (self.stdout.kept, self.stderr.kept)
    }

    fn ready(&self, patience: Duration) -> io::Result<[bool; 3]> {
        let slots: [(Option<BorrowedFd<'_>>, PollFlags); 3] = [
            (self.stdin.as_ref().map(AsFd::as_fd), PollFlags::OUT),
            (self.stdout.pipe.as_ref().map(AsFd::as_fd), PollFlags::IN),
            (self.stderr.pipe.as_ref().map(AsFd::as_fd), PollFlags::IN),
        ];
        let mut fds: Vec<PollFd<'_>> = Vec::with_capacity(3);
        let mut places = Vec::with_capacity(3);
        for (place, (fd, flags)) in slots.into_iter().enumerate() {
            if let Some(fd) = fd {
                fds.push(PollFd::from_borrowed_fd(fd, flags));
                places.push(place);
            }
        }
        let timeout = Timespec::try_from(patience).map_err(io::Error::other)?;
        match poll(&mut fds, Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let mut ready = [false; 3];
        for (fd, place) in fds.iter().zip(places) {
            // A hang-up or an error counts as ready too: the next read or write tells what it is.
            ready[place] = !fd.revents().is_empty();
        }
        Ok(ready)
    }

    fn feed(&mut self) -> io::Result<()> {
        let Some(pipe) = &mut self.stdin else { return Ok(()) };
        match pipe.write(&self.to_write[..self.to_write.len().min(CHUNK)]) {
            Ok(written) => self.to_write = &self.to_write[written..],
            Err(error) if is_later(&error) => {}
            // The program has no interest in the rest of its input.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.to_write = &[],
            Err(error) => return Err(error),
        }
        if self.to_write.is_empty() {
            self.stdin = None;
        }
        Ok(())
    }
}

impl<R: Read> Drain<R> {
    /// Takes one chunk and says whether it went over the limit. Closes the pipe at its end.
    fn take(&mut self, limit: u64) -> io::Result<bool> {
        let Some(pipe) = &mut self.pipe else { return Ok(false) };
        let mut chunk = [0; CHUNK];
        match pipe.read(&mut chunk) {
            Ok(0) => self.pipe = None,
            Ok(read) => {
                let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(self.kept.len());
                self.kept.extend_from_slice(&chunk[..read.min(room)]);
                return Ok(read > room);
            }
            Err(error) if is_later(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(false)
    }
}

fn is_later(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
