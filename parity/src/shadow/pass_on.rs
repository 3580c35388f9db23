//! Runs a command whose output goes on at once and is kept beside.

use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

/// At most so much of each stream is kept, in bytes; all of it goes on.
const KEPT: usize = 4 << 20;
/// How long the streams are waited for once the command has ended: what it started in the background may hold them open.
const LINGERING: Duration = Duration::from_millis(100);

/// A command that came to its end.
#[derive(Debug, Clone, Default)]
pub struct Passed {
    /// The exit code; of a signal, 128 and its number, as a shell tells it.
    pub code: u8,
    /// Whether a signal ended it.
    pub killed: bool,
    /// What it printed.
    pub stdout: Vec<u8>,
    /// What it said.
    pub stderr: Vec<u8>,
}

/// Runs `words` in `cwd`, with the caller's input, environment and streams, and one variable more that marks it.
///
/// # Errors
/// The program cannot be started.
pub fn pass_on(words: &[String], cwd: &Path, mark: (&str, &str)) -> io::Result<Passed> {
    let (program, arguments) = words.split_first().ok_or_else(|| io::Error::other("there is no command"))?;
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(cwd)
        .env(mark.0, mark.1)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().map(|from| pump(from, io::stdout()));
    let stderr = child.stderr.take().map(|from| pump(from, io::stderr()));
    let signals = hand_on_signals(Pid::from_child(&child));
    let status = child.wait()?;
    if let Some(signals) = signals {
        signals.close();
    }
    let kept = |stream: Option<Receiver<Vec<u8>>>| stream.map(|stream| rest(&stream)).unwrap_or_default();
    let (stdout, stderr) = (kept(stdout), kept(stderr));
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
    Ok(Passed {
        code: u8::try_from(code & 0xff).unwrap_or(1),
        killed: status.code().is_none(),
        stdout,
        stderr,
    })
}

/// Lets the command live and die as it would alone: what is to end this process ends the command, and this process only after
/// it. What a terminal sends goes to both of them anyway. `None` where signals cannot be caught.
fn hand_on_signals(command: Pid) -> Option<Handle> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT]).ok()?;
    let handle = signals.handle();
    thread::spawn(move || {
        for signal in &mut signals {
            let ending = match signal {
                SIGTERM => Signal::TERM,
                SIGHUP => Signal::HUP,
                _ => continue,
            };
            // It may have ended by itself.
            let _ = kill_process(command, ending);
        }
    });
    Some(handle)
}

/// Hands on whatever comes, and tells of it.
fn pump(mut from: impl Read + Send + 'static, mut to: impl Write + Send + 'static) -> Receiver<Vec<u8>> {
    let (tell, told) = channel();
    thread::spawn(move || {
        let mut buffer = vec![0; 16 << 10];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            // Whoever reads may have gone; the command is not to be ended by that sooner than it would be alone.
            if to.write_all(&buffer[..read]).and_then(|()| to.flush()).is_err() {
                break;
            }
            if tell.send(buffer[..read].to_vec()).is_err() {
                break;
            }
        }
    });
    told
}

/// Everything that comes until the stream ends, or is held open by something else than the command.
fn rest(stream: &Receiver<Vec<u8>>) -> Vec<u8> {
    let mut kept = Vec::new();
    while let Ok(part) = stream.recv_timeout(LINGERING) {
        if kept.len() < KEPT {
            kept.extend(part);
        }
    }
    kept.truncate(KEPT);
    kept
}
