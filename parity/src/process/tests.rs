//! Calls that end in every way a call can end.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};
use tempfile::TempDir;

use super::{Call, Ending, Finished, ProcessError, run};

const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn call(&self, argv: &[&str]) -> Call {
        Call {
            argv: argv.iter().map(|&word| word.to_owned()).collect(),
            cwd: self.path().to_owned(),
            env: vec![("PATH".to_owned(), PATH.to_owned())],
            stdin: Vec::new(),
            timeout: Duration::from_secs(30),
            output_limit: 64 << 20,
            mark: None,
        }
    }

    fn shell(&self, script: &str) -> Call {
        self.call(&["sh", "-c", script])
    }

    /// The process id that a script wrote to `file`.
    fn pid(&self, file: &str) -> Pid {
        let text = fs::read_to_string(self.path().join(file)).unwrap();
        Pid::from_raw(text.trim().parse().unwrap()).unwrap()
    }
}

/// Whether the process ends within the time that the system needs for a kill. A killed orphan may stay a
/// zombie where nobody collects it; it runs no more.
fn is_gone(pid: Pid) -> bool {
    let until = Instant::now() + Duration::from_secs(2);
    while Instant::now() < until {
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
        let zombie = stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z'));
        if zombie || test_kill_process(pid) == Err(Errno::SRCH) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn tells_exits_and_signals_apart() {
    let place = Place::new();
    let ending = |script: &str| run(&place.shell(script)).unwrap().ending;
    assert_eq!(ending("exit 0"), Ending::Exit(0));
    assert_eq!(ending("exit 7"), Ending::Exit(7));
    assert_eq!(ending("kill -TERM $$"), Ending::Signal(15));
}

#[test]
fn keeps_the_outputs_apart_and_gives_the_input() {
    let place = Place::new();
    let call = Call { stdin: b"in".into(), ..place.shell("cat; echo err >&2; pwd") };
    let done = run(&call).unwrap();
    let here = place.path().canonicalize().unwrap();
    assert_eq!(text(&done.stdout), format!("in{}\n", here.display()));
    assert_eq!(text(&done.stderr), "err\n");
    assert!(!done.leftover && done.succeeded());
}

#[test]
fn inherits_nothing() {
    let place = Place::new();
    let mut call = place.call(&["env"]);
    call.env.push(("ONLY".to_owned(), "this".to_owned()));
    let done = run(&call).unwrap();
    assert_eq!(text(&done.stdout), format!("ONLY=this\nPATH={PATH}\n"));
}

#[test]
fn ten_megabytes_each_way_do_not_block() {
    let place = Place::new();
    let size = 10 << 20;
    let call = Call { stdin: vec![b'x'; size], ..place.shell("tee /dev/stderr") };
    let done = run(&call).unwrap();
    assert_eq!(done.ending, Ending::Exit(0));
    assert_eq!((done.stdout.len(), done.stderr.len()), (size, size));
}

#[test]
fn input_that_is_not_wanted_is_no_failure() {
    let place = Place::new();
    let call = Call { stdin: vec![b'x'; 10 << 20], ..place.shell("exit 3") };
    assert_eq!(run(&call).unwrap().ending, Ending::Exit(3));
}

#[test]
fn input_is_fed_after_the_outputs_were_closed() {
    let place = Place::new();
    let call = Call { stdin: vec![b'x'; 1 << 20], ..place.shell("exec >&- 2>&-; wc -c >count") };
    assert_eq!(run(&call).unwrap().ending, Ending::Exit(0));
    assert_eq!(fs::read_to_string(place.path().join("count")).unwrap().trim(), "1048576");
}

#[test]
fn a_timeout_ends_the_grandchildren_too() {
    let place = Place::new();
    let script = "echo begun; (sleep 300 & echo $! >grandchild; wait) & wait";
    let call = Call { timeout: Duration::from_millis(400), ..place.shell(script) };
    let done = run(&call).unwrap();
    assert_eq!(done.ending, Ending::TimedOut);
    assert_eq!(text(&done.stdout), "begun\n");
    assert!(done.wall < Duration::from_secs(5), "{:?}", done.wall);
    assert!(is_gone(place.pid("grandchild")));
}

#[test]
fn a_program_that_ignores_signals_times_out_as_well() {
    let place = Place::new();
    let call = Call {
        timeout: Duration::from_millis(300),
        ..place.shell("trap '' TERM INT HUP; while :; do sleep 1; done")
    };
    assert_eq!(run(&call).unwrap().ending, Ending::TimedOut);
}

fn overflow(place: &Place, script: &str) -> Finished {
    run(&Call { output_limit: 1000, ..place.shell(script) }).unwrap()
}

#[test]
fn too_much_output_ends_the_group() {
    let place = Place::new();
    let done = overflow(&place, "echo $$ >leader; yes");
    assert_eq!((done.ending, done.stdout.len()), (Ending::Overflow, 1000));
    assert!(is_gone(place.pid("leader")));
    let done = overflow(&place, "yes >&2");
    assert_eq!((done.ending, done.stderr.len()), (Ending::Overflow, 1000));
}

#[test]
fn as_much_output_as_allowed_is_not_too_much() {
    let place = Place::new();
    let done = overflow(&place, "head -c 1000 /dev/zero; head -c 1000 /dev/zero >&2");
    assert_eq!((done.ending, done.stdout.len(), done.stderr.len()), (Ending::Exit(0), 1000, 1000));
    // Short enough to be over before anybody looks.
    assert_eq!(overflow(&place, "head -c 1001 /dev/zero").ending, Ending::Overflow);
}

#[test]
fn a_background_process_that_holds_the_pipe_is_ended() {
    let place = Place::new();
    let done = run(&place.shell("sleep 300 & echo $! >background; echo out; exit 4")).unwrap();
    assert_eq!((done.ending, text(&done.stdout)), (Ending::Exit(4), "out\n"));
    assert!(done.leftover);
    assert!(done.wall < Duration::from_secs(5), "{:?}", done.wall);
    assert!(is_gone(place.pid("background")));
}

#[test]
fn a_silent_background_process_is_ended() {
    let place = Place::new();
    let done = run(&place.shell("sleep 300 >/dev/null 2>&1 & echo $! >background")).unwrap();
    assert_eq!(done.ending, Ending::Exit(0));
    assert!(done.leftover);
    assert!(is_gone(place.pid("background")));
}

#[test]
fn a_process_that_left_the_group_cannot_hold_us() {
    let place = Place::new();
    let script =
        "setsid sh -c 'echo $$ >escaped; exec sleep 300' & while ! [ -s escaped ]; do sleep 0.01; done";
    let done = run(&place.shell(script)).unwrap();
    assert_eq!(done.ending, Ending::Exit(0));
    assert!(done.leftover);
    assert!(done.wall < Duration::from_secs(5), "{:?}", done.wall);
    rustix::process::kill_process(place.pid("escaped"), rustix::process::Signal::KILL).unwrap();
}

#[test]
fn names_what_is_missing() {
    let place = Place::new();
    let error = run(&place.call(&["no-such-program"])).unwrap_err();
    assert_eq!(error.to_string(), format!("no-such-program: no such program (PATH={PATH})"));
    assert!(matches!(run(&place.call(&["./nowhere"])), Err(ProcessError::Missing { .. })));
    assert!(matches!(run(&place.call(&[])), Err(ProcessError::NoProgram)));

    let script = place.path().join("script");
    fs::write(&script, "#!/no/such/interpreter\n").unwrap();
    assert!(matches!(run(&place.call(&["./script"])), Err(ProcessError::Start { .. })), "not executable");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&script, executable).unwrap();
    assert!(matches!(run(&place.call(&["./script"])), Err(ProcessError::NoInterpreter { .. })));

    let elsewhere = Call { cwd: place.path().join("gone"), ..place.shell("true") };
    assert!(matches!(run(&elsewhere), Err(ProcessError::NoDirectory { .. })));
}

#[test]
fn a_short_call_costs_little() {
    let place = Place::new();
    let call = place.call(&["true"]);
    let mut walls: Vec<Duration> = (0..20).map(|_| run(&call).unwrap().wall).collect();
    walls.sort();
    // Half of a tick: nobody waits for the next look at a program that is over.
    assert!(walls[10] < Duration::from_millis(10), "{walls:?}");
}
