//! Starts a call, follows it to its end, and leaves nothing of it behind.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Pid;

use super::group::Group;
use super::pump::Pump;
use super::stray::Search;
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
    let begun = Instant::now();
    let mut child = start(call)?;
    let lost = |source| ProcessError::Lost { program: call.argv[0].clone(), source };
    let pump = Pump::new(&mut child, &call.stdin, call.output_limit);
    let search = Search::of(Pid::from_child(&child), call.mark.as_deref());
    let mut group = Group::of(child);
    let mut pump = pump.map_err(lost)?;
    let followed = follow(&mut group, &mut pump, &search, begun + call.timeout);
    if followed.is_err() {
        search.kill();
    }
    let (ending, leftover, left) = followed.map_err(lost)?;
    let (stdout, stderr) = pump.into_outputs();
    Ok(Finished { ending, stdout, stderr, wall: begun.elapsed(), leftover, left })
}

fn start(call: &Call) -> Result<Child, ProcessError> {
    let (program, arguments) = call.argv.split_first().ok_or(ProcessError::NoProgram)?;
    if !call.cwd.is_dir() {
        return Err(ProcessError::NoDirectory { program: program.clone(), directory: call.cwd.clone() });
    }
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(&call.cwd)
        .env_clear()
        .envs(call.env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    spawn(&mut command).map_err(|source| not_started(call, program, source))
}

/// Starts the command, patiently when its file is still open for writing: a process that another thread is just
/// starting holds what this one had open, such as a script that was copied a moment ago, until it is under way.
fn spawn(command: &mut Command) -> io::Result<Child> {
    let until = Instant::now() + GRACE;
    loop {
        match command.spawn() {
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
    group: &mut Group,
    pump: &mut Pump<'_>,
    search: &Search<'_>,
    deadline: Instant,
) -> io::Result<(Ending, bool, Vec<String>)> {
    // Between the end of the outputs and the end of the program there is rarely more than a moment.
    let mut nap = Duration::from_micros(200);
    let mut grace_ends = None;
    loop {
        let ended = group.poll()?;
        let now = Instant::now();
        if let Some(ending) = ended {
            let grace_ends = *grace_ends.get_or_insert(now + GRACE);
            let quiet = pump.drained() && !group.has_members() && !search.any();
            if quiet || now >= grace_ends {
                let left = if quiet { Vec::new() } else { search.commands() };
                let leftover = !pump.drained() || group.has_members() || !left.is_empty();
                if leftover {
                    end(group, search)?;
                }
                drain_rest(pump)?;
                return Ok((overflow_or(pump, ending), leftover, left));
            }
        }
        if pump.overflowed() || (ended.is_none() && now >= deadline) {
            end(group, search)?;
            drain_rest(pump)?;
            return Ok((overflow_or(pump, ended.unwrap_or(Ending::TimedOut)), false, Vec::new()));
        }
        if pump.idle() {
            std::thread::sleep(nap);
            nap = (nap * 2).min(TICK);
        } else {
            pump.turn(TICK)?;
        }
    }
}

/// Kills the group, and what left it.
fn end(group: &mut Group, search: &Search<'_>) -> io::Result<()> {
    group.kill()?;
    search.kill();
    Ok(())
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
