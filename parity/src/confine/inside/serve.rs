//! Starts the commands of a sandbox as the harness asks for them, and knows what became of them.
//!
//! One thread listens to the harness, one collects whatever has ended, at once: a process that is over but not
//! collected still answers to its number, and a script that asks whether another lives would be misled.

use std::collections::HashSet;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, WaitOptions, WaitStatus, kill_process_group, test_kill_process_group,
    wait, waitid,
};

use super::{cgroup, processes};
use crate::confine::Protection;
use crate::confine::wire::{Ask, Seen, Told, receive, send};

/// How long a killed command may take to be gone.
const DYING: Duration = Duration::from_secs(5);

/// How often processes are counted where nothing else holds them.
const TICK: Duration = Duration::from_millis(5);

/// How it is known that the limit on processes has held somebody.
pub(super) enum Watch {
    /// A control group holds them and counts its refusals.
    Group { folder: PathBuf, held: u64 },
    /// The system holds them and tells only whom it refuses.
    Nothing,
    /// Whoever has this many is ended.
    Count { most: u64 },
}

/// What the threads of a keeper share.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The command that runs or ran last.
    leader: Option<Pid>,
    /// How it ended.
    ended: Option<i32>,
    /// How many were started.
    started: u64,
    /// The processes that ran before it.
    before: HashSet<i32>,
    /// Too many processes were found and ended.
    crowded: bool,
}

/// Serves until the harness closes the socket.
pub(super) fn serve(
    socket: &UnixStream,
    protections: Vec<Protection>,
    own_processes: bool,
    watch: Watch,
) -> io::Result<()> {
    let shared = Arc::new(Shared::default());
    let reaper = Arc::clone(&shared);
    thread::Builder::new().spawn(move || collect(&reaper))?;
    if let Watch::Count { most } = watch {
        let counter = Arc::clone(&shared);
        thread::Builder::new().spawn(move || count(&counter, most, own_processes))?;
    }
    let mut keeper = Keeper { shared, own_processes, watch };
    send(socket, &Told::Ready { protections }, &[])?;
    while let Some((ask, streams)) = receive::<Ask>(socket)? {
        let told = match ask {
            Ask::Run { argv, cwd, env } => keeper.start(&argv, &cwd, env, streams),
            Ask::Look { patience } => Told::Seen(keeper.look(Duration::from_micros(patience))),
            Ask::Kill { all } => Told::Seen(keeper.kill(all)),
        };
        send(socket, &told, &[])?;
    }
    processes::kill_all(own_processes, &HashSet::new());
    Ok(())
}

struct Keeper {
    shared: Arc<Shared>,
    own_processes: bool,
    watch: Watch,
}

impl Keeper {
    fn start(
        &mut self,
        argv: &[String],
        cwd: &str,
        env: Vec<(String, String)>,
        streams: Vec<OwnedFd>,
    ) -> Told {
        let invalid = Told::Refused { errno: Errno::INVAL.raw_os_error() };
        let (Some((program, arguments)), Ok([input, output, errors])) =
            (argv.split_first(), <[OwnedFd; 3]>::try_from(streams))
        else {
            return invalid;
        };
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(cwd)
            .env_clear()
            .envs(env)
            .stdin(Stdio::from(input))
            .stdout(Stdio::from(output))
            .stderr(Stdio::from(errors))
            .process_group(0);
        if let Watch::Group { folder, held } = &mut self.watch {
            *held = cgroup::held(folder);
        }
        // While a start fails, its process is collected by the starting thread and no other.
        let mut state = self.shared.lock();
        state.before = processes::running(self.own_processes).into_iter().map(|one| one.id).collect();
        state.crowded = false;
        match command.spawn() {
            Ok(child) => {
                state.leader = Some(Pid::from_child(&child));
                state.ended = None;
                state.started += 1;
                self.shared.changed.notify_all();
                Told::Started
            }
            Err(error) => {
                Told::Refused { errno: error.raw_os_error().unwrap_or(Errno::INVAL.raw_os_error()) }
            }
        }
    }

    /// How the command is doing, when it has ended or after `patience`.
    fn look(&self, patience: Duration) -> Seen {
        let until = Instant::now() + patience;
        let mut state = self.shared.lock();
        while state.ended.is_none() {
            let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
            else {
                break;
            };
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        self.seen(&state)
    }

    fn seen(&self, state: &State) -> Seen {
        let members = state.leader.is_some_and(|leader| test_kill_process_group(leader) != Err(Errno::SRCH));
        if state.ended.is_none() {
            return Seen { ended: None, members, ..Seen::default() };
        }
        let running = processes::running(self.own_processes);
        let new = processes::new_since(&state.before, &running);
        let crowded = match &self.watch {
            Watch::Group { folder, held } => cgroup::held(folder) > *held,
            Watch::Nothing | Watch::Count { .. } => state.crowded,
        };
        let held = if crowded { vec!["processes".to_owned()] } else { Vec::new() };
        let mut left: Vec<String> = new.into_iter().map(processes::Process::words).collect();
        left.sort();
        Seen { ended: state.ended, members, left, held }
    }

    fn kill(&self, all: bool) -> Seen {
        let (leader, before) = {
            let state = self.shared.lock();
            (state.leader, state.before.clone())
        };
        if let Some(leader) = leader {
            let _ = kill_process_group(leader, Signal::KILL);
        }
        if all {
            processes::kill_all(self.own_processes, &before);
        }
        self.look(DYING)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Collects what has ended, for as long as the keeper lives.
fn collect(shared: &Shared) {
    loop {
        let started = shared.lock().started;
        // Waits without collecting, because collecting needs the lock.
        match waitid(WaitId::All, WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
            Ok(_) | Err(Errno::INTR) => {}
            // No child: there is nothing to wait for until the next start, which may have been since it was asked.
            Err(_) => {
                let state = shared.lock();
                let _ = shared.changed.wait_timeout_while(state, DYING, |state| state.started == started);
                continue;
            }
        }
        let mut state = shared.lock();
        while let Ok(Some((id, status))) = wait(WaitOptions::NOHANG) {
            if state.leader == Some(id) && state.ended.is_none() {
                state.ended = Some(number(status));
                shared.changed.notify_all();
            }
        }
    }
}

/// An exit code, or a signal as a negative number.
fn number(status: WaitStatus) -> i32 {
    status.exit_status().unwrap_or_else(|| -status.terminating_signal().unwrap_or(0))
}

/// Ends everything as soon as there are too many.
fn count(shared: &Shared, most: u64, own_processes: bool) {
    loop {
        thread::sleep(TICK);
        if processes::running(own_processes).len() as u64 > most {
            // Before anything is ended: the end of a command is told as soon as it is seen.
            shared.lock().crowded = true;
            processes::kill_all(own_processes, &HashSet::new());
        }
    }
}
