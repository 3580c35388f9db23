//! Starts a call, follows it to its end, and leaves nothing of it behind.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::group::Led;
use super::local::Local;
use super::pump::{Pipes, Pump};
use super::{Call, Ending, Finished, ProcessError};

/// How long outputs may stay open, or members of the group live, after the program itself has ended: the tail
/// of a pipeline needs a moment, a background process would stay for ever.
const GRACE: Duration = Duration::from_millis(500);

/// How often the program is looked at while its pipes are silent.
const TICK: Duration = Duration::from_millis(20);

/// Runs `call` to its end.
///
/// # Errors
///
/// When there is no such program, interpreter or working directory, or the system refuses. A program that
/// fails, is killed, takes too long or says too much is not an error: see [`Finished::ending`].
pub fn run(call: &Call) -> Result<Finished, ProcessError> {
    follow_call(call, || {
        let mut child = start(call)?;
        let pipes =
            Pipes { stdin: child.stdin.take(), stdout: child.stdout.take(), stderr: child.stderr.take() };
        Ok((Local::of(child, call.mark.as_deref()), pipes))
    })
}

/// Starts `call` with `begin` and follows it to its end, wherever its processes are.
pub(crate) fn follow_call<L: Led>(
    call: &Call,
    begin: impl FnMut() -> io::Result<(L, Pipes)>,
) -> Result<Finished, ProcessError> {
    let started = Instant::now();
    let program = call.argv.first().ok_or(ProcessError::NoProgram)?;
    if !call.cwd.is_dir() {
        return Err(ProcessError::NoDirectory { program: program.clone(), directory: call.cwd.clone() });
    }
    let (mut leader, pipes) = patiently(begin).map_err(|source| not_started(call, program, source))?;
    let followed = Pump::new(pipes, &call.stdin, call.output_limit).and_then(|mut pump| {
        let (ending, leftover, left) = follow(&mut leader, &mut pump, started + call.timeout)?;
        let (stdout, stderr) = pump.into_outputs();
        Ok(Finished { ending, stdout, stderr, wall: started.elapsed(), leftover, left, held: leader.held() })
    });
    followed.map_err(|source| {
        // The first error says more than what ending it may bring.
        let _ = leader.kill();
        ProcessError::Lost { program: program.clone(), source }
    })
}

fn start(call: &Call) -> io::Result<Child> {
    let (program, arguments) = call.argv.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    Command::new(program)
        .args(arguments)
        .current_dir(&call.cwd)
        .env_clear()
        .envs(call.env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
}

/// Begins, patiently when the program's file is still open for writing: a process that another thread is just
/// starting holds what this one had open, such as a script that was copied a moment ago, until it is under way.
fn patiently<T>(mut begin: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let until = Instant::now() + GRACE;
    loop {
        match begin() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(1));
            }
            result => return result,
        }
    }
}

/// The system says "no such file" of a missing program and of a missing interpreter alike.
fn not_started(call: &Call, program: &str, source: io::Error) -> ProcessError {
    let program = program.to_owned();
    if source.kind() != io::ErrorKind::NotFound {
        return ProcessError::Start { program, source };
    }
    let path = call.env.iter().rev().find(|(name, _)| name == "PATH").map_or("", |(_, value)| value);
    let path = path.to_owned();
    let there = if program.contains('/') {
        call.cwd.join(&program).is_file()
    } else {
        path.split(':').any(|directory| Path::new(directory).join(&program).is_file())
    };
    if there {
        ProcessError::NoInterpreter { program, path }
    } else {
        ProcessError::Missing { program, path }
    }
}

/// Follows the call until its leader has ended and its outputs are closed, or it has to be killed. Says how
/// it ended, whether it left processes behind, and which.
fn follow(
    group: &mut impl Led,
    pump: &mut Pump<'_>,
    deadline: Instant,
) -> io::Result<(Ending, bool, Vec<String>)> {
    // Between the end of the outputs and the end of the program there is rarely more than a moment.
    let mut nap = Duration::from_micros(200);
    let mut grace_ends = None;
    loop {
        let patience = if pump.idle() { nap } else { Duration::ZERO };
        let ended = group.poll(patience)?;
        let now = Instant::now();
        if let Some(ending) = ended {
            let grace_ends = *grace_ends.get_or_insert(now + GRACE);
            let quiet = pump.drained() && !group.has_members() && !group.has_left();
            if quiet || now >= grace_ends {
                let left = if quiet { Vec::new() } else { group.left() };
                let leftover = !pump.drained() || group.has_members() || !left.is_empty();
                if leftover {
                    group.kill()?;
                }
                drain_rest(pump)?;
                return Ok((overflow_or(pump, ending), leftover, left));
            }
        }
        if pump.overflowed() || (ended.is_none() && now >= deadline) {
            group.kill()?;
            drain_rest(pump)?;
            return Ok((overflow_or(pump, ended.unwrap_or(Ending::TimedOut)), false, Vec::new()));
        }
        if pump.idle() {
            nap = (nap * 2).min(TICK);
        } else {
            pump.turn(TICK)?;
        }
    }
}

fn overflow_or(pump: &Pump<'_>, ending: Ending) -> Ending {
    if pump.overflowed() { Ending::Overflow } else { ending }
}

/// Takes what the killed processes had already written. Bounded, for a process that left the group may go on
/// writing.
fn drain_rest(pump: &mut Pump<'_>) -> io::Result<()> {
    let until = Instant::now() + TICK;
    while !pump.drained() && !pump.overflowed() && Instant::now() < until {
        pump.turn(Duration::from_millis(1))?;
    }
    Ok(())
}
