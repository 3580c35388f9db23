//! The harness's end of a sandbox's keeper: starts it, and has it run commands.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::spec::{Confinement, Spec};
use super::wire::{Ask, Seen, Told, receive, send};
use super::{ConfineError, VERB};
use crate::process::{Call, Ending, Finished, Led, Pipes, ProcessError, follow_call};

/// How long a keeper may take to answer: it never has much to do.
const PATIENCE: Duration = Duration::from_secs(30);

/// A keeper that is ready. Dropping it ends everything that runs in the sandbox.
#[derive(Debug)]
pub struct Warden {
    /// One command at a time.
    socket: Mutex<Option<UnixStream>>,
    child: Child,
}

impl Warden {
    /// Starts the keeper of `sandbox`, the one folder that its commands may write.
    ///
    /// # Errors
    /// There is none on this system, it cannot be started, or it does not get ready.
    pub fn start(confinement: &Confinement, sandbox: &Path) -> Result<Self, ConfineError> {
        if !cfg!(target_os = "linux") {
            return Err(ConfineError::Elsewhere);
        }
        let mut spec = Spec {
            sandbox: sandbox.to_owned(),
            guarded: confinement.guarded.clone(),
            visible: confinement.visible.clone(),
            limits: confinement.limits,
            without: Vec::new(),
        };
        loop {
            let (warden, told) = Self::attempt(confinement, &spec)?;
            match told {
                Told::Ready { protections } => {
                    confinement.protections.note(&protections);
                    return Ok(warden);
                }
                // Each layer can be left out once, so that this comes to an end.
                Told::Again { without, why } if spec.without.iter().all(|(layer, _)| *layer != without) => {
                    spec.without.push((without, why));
                }
                other => return Err(ConfineError::NotReady(format!("it said {other:?}"))),
            }
        }
    }

    fn attempt(confinement: &Confinement, spec: &Spec) -> Result<(Self, Told), ConfineError> {
        let (here, there) = UnixStream::pair().map_err(ConfineError::Start)?;
        let text = serde_json::to_string(spec).map_err(|error| ConfineError::Start(error.into()))?;
        let child = Command::new(&confinement.program)
            .args(VERB)
            .arg(text)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(OwnedFd::from(there)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(ConfineError::Start)?;
        let warden = Self { socket: Mutex::new(Some(here)), child };
        let told = warden.hear().map_err(|error| ConfineError::NotReady(error.to_string()))?;
        Ok((warden, told))
    }

    fn hear(&self) -> io::Result<Told> {
        let socket = self.lock();
        let socket = socket.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        answer(socket)
    }

    /// Runs `call` to its end, as [`process::run`](crate::process::run) does, but in the keep of this keeper. Of a
    /// call with a mark, everything that it started is known, with or without a trace of the mark. What a call
    /// without one leaves in the background lives until the sandbox goes.
    ///
    /// # Errors
    /// As [`process::run`](crate::process::run), and when the keeper is gone.
    pub fn run(&self, call: &Call) -> Result<Finished, ProcessError> {
        let guard = self.lock();
        follow_call(call, || {
            let socket = guard.as_ref().ok_or(io::ErrorKind::NotConnected)?;
            let (pipes, streams) = pipes()?;
            let ask = Ask::Run {
                argv: call.argv.clone(),
                cwd: call.cwd.to_string_lossy().into_owned(),
                env: call.env.clone(),
            };
            send(socket, &ask, &streams.each_ref().map(AsFd::as_fd))?;
            // The ends that the command has must be closed here, or its outputs would never come to an end.
            drop(streams);
            match answer(socket)? {
                Told::Started => {
                    Ok((Remote { socket, seen: Seen::default(), counts: call.mark.is_some() }, pipes))
                }
                Told::Refused { errno } => Err(io::Error::from_raw_os_error(errno)),
                other => Err(unexpected(&other)),
            }
        })
    }

    fn lock(&self) -> MutexGuard<'_, Option<UnixStream>> {
        self.socket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Warden {
    fn drop(&mut self) {
        // The keeper ends when its socket is closed, and everything with it.
        drop(self.lock().take());
        let _ = self.child.wait();
    }
}

/// A command that the keeper runs.
struct Remote<'a> {
    socket: &'a UnixStream,
    seen: Seen,
    /// Whether what leaves the group is counted and ended.
    counts: bool,
}

impl Remote<'_> {
    fn ask(&mut self, ask: &Ask) -> io::Result<()> {
        send(self.socket, ask, &[])?;
        match answer(self.socket)? {
            Told::Seen(seen) => {
                self.seen = seen;
                Ok(())
            }
            other => Err(unexpected(&other)),
        }
    }
}

impl Led for Remote<'_> {
    fn poll(&mut self, patience: Duration) -> io::Result<Option<Ending>> {
        if self.seen.ended.is_some() {
            // Then it answers at once.
            std::thread::sleep(patience);
        }
        let patience = u64::try_from(patience.as_micros()).unwrap_or(u64::MAX);
        self.ask(&Ask::Look { patience })?;
        Ok(self.seen.ending())
    }

    fn has_members(&self) -> bool {
        self.seen.members
    }

    fn kill(&mut self) -> io::Result<()> {
        // What did not end by itself may have made others that are as wild.
        let all = self.counts || self.seen.ended.is_none();
        self.ask(&Ask::Kill { all })
    }

    fn has_left(&self) -> bool {
        self.counts && !self.seen.left.is_empty()
    }

    fn left(&self) -> Vec<String> {
        self.seen.left.clone()
    }

    fn held(&self) -> Vec<String> {
        self.seen.held.clone()
    }
}

fn answer(socket: &UnixStream) -> io::Result<Told> {
    let gone = || io::Error::new(io::ErrorKind::ConnectionAborted, "the keeper of the sandbox is gone");
    Ok(receive::<Told>(socket)?.ok_or_else(gone)?.0)
}

fn unexpected(told: &Told) -> io::Error {
    io::Error::other(format!("the keeper of the sandbox said {told:?}"))
}

/// The harness's ends of three new pipes, and the command's.
fn pipes() -> io::Result<(Pipes, [OwnedFd; 3])> {
    let (input, to) = io::pipe()?;
    let (from, output) = io::pipe()?;
    let (errors_from, errors) = io::pipe()?;
    let pipes = Pipes {
        stdin: Some(ChildStdin::from(OwnedFd::from(to))),
        stdout: Some(ChildStdout::from(OwnedFd::from(from))),
        stderr: Some(ChildStderr::from(OwnedFd::from(errors_from))),
    };
    Ok((pipes, [input.into(), output.into(), errors.into()]))
}
