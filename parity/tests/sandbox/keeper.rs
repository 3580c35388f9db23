//! A sandbox under its keeper: what commands may do, what they leave, and what the keeper costs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fairway_parity::confine::{Confinement, Limits, Protections, Warden};
use fairway_parity::process::{Call, Ending, ProcessError, run};
use tempfile::TempDir;

struct Kept {
    warden: Warden,
    protections: Arc<Protections>,
    folder: TempDir,
}

fn confinement(protections: &Arc<Protections>) -> Confinement {
    Confinement {
        program: PathBuf::from(env!("CARGO_BIN_EXE_fairway-keeper")),
        guarded: Vec::new(),
        visible: Vec::new(),
        limits: Limits::for_timeout(Duration::from_secs(20)),
        protections: Arc::clone(protections),
    }
}

impl Kept {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let protections = Arc::new(Protections::default());
        let warden =
            Warden::start(&confinement(&protections), &folder.path().canonicalize().unwrap()).unwrap();
        Self { warden, protections, folder }
    }

    fn call(&self, argv: &[&str]) -> Call {
        Call {
            argv: argv.iter().map(|&word| word.to_owned()).collect(),
            cwd: self.folder.path().canonicalize().unwrap(),
            env: vec![("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned())],
            stdin: b"fed".to_vec(),
            timeout: Duration::from_secs(20),
            output_limit: 1 << 20,
            mark: None,
        }
    }

    fn shell(&self, script: &str) -> String {
        let done = self.warden.run(&self.call(&["sh", "-c", script])).unwrap();
        assert!(done.succeeded(), "{script}: {:?} {}", done.ending, String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }
}

#[test]
fn every_protection_is_in_force_here() {
    for told in Kept::new().protections.told() {
        assert!(told.in_force, "{} is not in force on this machine: {:?}", told.name, told.why_not);
    }
}

#[test]
fn a_call_is_the_same_with_and_without_a_keeper() {
    let kept = Kept::new();
    fs::write(kept.folder.path().join("broken"), "#!/no/such/interpreter\n").unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(kept.folder.path().join("broken"), executable).unwrap();
    for argv in [
        &["sh", "-c", "cat; echo to stderr >&2; exit 3"][..],
        &["sh", "-c", "kill -TERM $$"],
        &["sh", "-c", "env; pwd; exec 0<&-"],
        &["sh", "-c", "yes"],
        &["no-such-program"],
        &["./broken"],
    ] {
        let call = kept.call(argv);
        let (with, without) = (kept.warden.run(&call), run(&call));
        match (with, without) {
            (Ok(with), Ok(without)) => {
                assert_eq!(
                    (with.ending, with.stdout, with.stderr, with.leftover, with.left),
                    (without.ending, without.stdout, without.stderr, without.leftover, without.left),
                    "{argv:?}"
                );
            }
            (Err(with), Err(without)) => assert_eq!(with.to_string(), without.to_string()),
            (with, without) => panic!("{argv:?}: {with:?} with, {without:?} without a keeper"),
        }
    }
    let missing = kept.warden.run(&Call { cwd: PathBuf::from("/no/such/folder"), ..kept.call(&["true"]) });
    assert!(matches!(missing, Err(ProcessError::NoDirectory { .. })));
}

const BEATS: &str =
    "setsid env -i sh -c 'cd /; while sleep 0.01; do echo >>\"$0\"; done' \"$PWD/beats\" >/dev/null 2>&1 &";

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len())
}

#[test]
fn what_is_left_in_the_background_is_named_and_ended() {
    let kept = Kept::new();
    let call = Call { mark: Some(kept.folder.path().to_owned()), ..kept.call(&["sh", "-c", BEATS]) };
    let done = kept.warden.run(&call).unwrap();
    assert_eq!((done.ending, done.leftover), (Ending::Exit(0), true));
    // Nothing of the mark is in its environment, and it does not stand in the sandbox.
    assert!(done.left.iter().any(|words| words.contains("while sleep")), "{:?}", done.left);
    let beats = kept.folder.path().join("beats");
    let after = size(&beats);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(size(&beats), after, "it was to be ended");
}

#[test]
fn what_nobody_counts_lives_on_and_ends_with_the_sandbox() {
    let kept = Kept::new();
    let done = kept.warden.run(&kept.call(&["sh", "-c", BEATS])).unwrap();
    assert_eq!((done.ending, done.leftover), (Ending::Exit(0), false));
    let beats = kept.folder.path().join("beats");
    let between = size(&beats);
    // It lives on during the next command, which has not started it.
    let next = Call { mark: Some(kept.folder.path().to_owned()), ..kept.call(&["sleep", "0.2"]) };
    assert_eq!(kept.warden.run(&next).unwrap().left, Vec::<String>::new());
    assert!(size(&beats) > between);
    let Kept { warden, folder, .. } = kept;
    drop(warden);
    let after = size(&folder.path().join("beats"));
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(size(&folder.path().join("beats")), after, "it was to end with the keeper");
}

#[test]
fn what_takes_too_long_is_ended_with_all_that_it_started() {
    let kept = Kept::new();
    let mut call = kept.call(&["sh", "-c", "setsid sleep 30 >/dev/null 2>&1 & sleep 30"]);
    call.timeout = Duration::from_millis(200);
    let begun = Instant::now();
    assert_eq!(kept.warden.run(&call).unwrap().ending, Ending::TimedOut);
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(kept.shell("ps -e -o comm= | grep -c sleep || true").trim(), "0");
}

#[test]
fn temporary_files_are_the_sandboxes_own() {
    let kept = Kept::new();
    let name = format!("/tmp/fairway-keeper-{}", std::process::id());
    kept.shell(&format!("echo mine >{name}"));
    assert!(!Path::new(&name).exists());
    assert_eq!(kept.shell(&format!("cat {name}")), "mine\n", "it stays for the sandbox's next command");
    let other = Kept::new();
    assert_eq!(other.shell(&format!("ls {name} 2>/dev/null || echo none")), "none\n");
}

/// A sandbox is gone from the tables of the system when it is dropped, and so is the keeper.
#[test]
fn nothing_of_a_keeper_stays() {
    let kept = Kept::new();
    let inside = kept.shell("readlink /proc/self/ns/pid");
    drop(kept);
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let spaces = entries.filter_map(|entry| fs::read_link(entry.path().join("ns/pid")).ok());
    assert!(spaces.into_iter().all(|space| space.to_str() != Some(inside.trim())));
}

#[test]
fn a_keeper_costs_at_most_three_milliseconds_for_a_command() {
    let kept = Kept::new();
    let call = Call { stdin: Vec::new(), ..kept.call(&["true"]) };
    let time = |work: &dyn Fn()| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    };
    let (mut with, mut without) = (Vec::new(), Vec::new());
    // Turn by turn, so that what else the machine does hits both.
    for _ in 0..60 {
        with.push(time(&|| assert!(kept.warden.run(&call).unwrap().succeeded())));
        without.push(time(&|| assert!(run(&call).unwrap().succeeded())));
    }
    with.sort_unstable();
    without.sort_unstable();
    let (with, without) = (with[30], without[30]);
    let started = time(&|| drop(Kept::new()));
    println!(
        "a command: {without:?} without, {with:?} with a keeper; a keeper from start to end: {started:?}"
    );
    assert!(with < without + Duration::from_millis(3), "{with:?} with, {without:?} without");
}

/// A keeper that has nothing to wait for and is then asked to start something must not miss that it ends.
#[test]
fn the_end_of_a_command_is_seen_at_once_every_time() {
    let kept = Kept::new();
    for round in 0..150 {
        let done = kept.warden.run(&kept.call(&["true"])).unwrap();
        assert!(done.wall < Duration::from_secs(2), "round {round} took {:?}", done.wall);
    }
}
