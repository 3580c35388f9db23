//! Sandboxes on systems that do not grant everything. What is missing is made to be missing here: namespaces by a limit
//! of none, control groups by something else that lies over them, Landlock by a domain that is as deep as it may be.
//! Each is named with why, and what then comes through is seen by the fingerprints of the original.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use fairway_parity::confine::{Confinement, Limits, Protection, Protections, Warden};
use fairway_parity::process::{Call, Finished};
use landlock::{ABI, Access, AccessNet, Ruleset, RulesetAttr};
use tempfile::TempDir;

use super::support::Repository;

const KEEPER: &str = env!("CARGO_BIN_EXE_fairway-keeper");
/// How many Landlock domains may lie in one another.
const DEEPEST: usize = 16;

/// A throwaway original and a sandbox beside it.
struct Stage {
    folder: TempDir,
    original: Repository,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sandbox")).unwrap();
        Self { folder, original: Repository::new() }
    }

    fn sandbox(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("sandbox")
    }

    /// A program that is the keeper on a system where `without` was done before.
    fn keeper_without(&self, without: &str) -> PathBuf {
        let path = self.folder.path().join("keeper");
        fs::write(&path, format!("#!/bin/sh\n{without}\n").replace("KEEPER", KEEPER)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn start(&self, program: &Path) -> (Warden, Vec<Protection>) {
        let protections = Arc::new(Protections::default());
        let confinement = Confinement {
            program: program.to_owned(),
            guarded: vec![self.original.root()],
            visible: Vec::new(),
            limits: Limits::for_timeout(Duration::from_secs(20)),
            protections: Arc::clone(&protections),
        };
        let warden = Warden::start(&confinement, &self.sandbox()).unwrap_or_else(|error| panic!("{error}"));
        let told = protections.told();
        (warden, told)
    }

    fn shell(&self, warden: &Warden, script: &str) -> Finished {
        let call = Call {
            argv: ["sh", "-c", script].map(str::to_owned).to_vec(),
            cwd: self.sandbox(),
            env: vec![("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned())],
            stdin: Vec::new(),
            timeout: Duration::from_secs(20),
            output_limit: 1 << 20,
            mark: Some(self.sandbox()),
        };
        warden.run(&call).unwrap()
    }

    /// What the fingerprints say after a command that changes a mode in the original, which Landlock does not stop.
    fn is_seen(&self, warden: &Warden) -> bool {
        let original = self.original.open(None);
        let before = original.fingerprint().unwrap();
        let file = self.original.checkout().join("a.txt");
        let done = self.shell(warden, &format!("chmod 700 '{}'", file.display()));
        let changed = !before.differences(&original.fingerprint().unwrap()).is_empty();
        assert_eq!(done.succeeded(), changed, "what came through is seen, and nothing else is");
        changed
    }
}

fn told<'p>(all: &'p [Protection], name: &str) -> &'p Protection {
    all.iter().find(|one| one.name == name).unwrap()
}

fn is_missing(all: &[Protection], name: &str, why: &str) {
    let one = told(all, name);
    assert!(!one.in_force, "{one:?}");
    assert!(one.why_not.as_deref().unwrap_or_default().contains(why), "{one:?}");
}

#[test]
fn without_namespaces_it_is_said_and_what_comes_through_is_seen() {
    let stage = Stage::new();
    let program = stage.keeper_without(
        "exec unshare --user --map-root-user sh -c 'for kind in mnt pid ipc user; do \
         echo 0 >/proc/sys/user/max_${kind}_namespaces || exit 1; done; exec \"$0\" \"$@\"' 'KEEPER' \"$@\"",
    );
    let (warden, all) = stage.start(&program);
    for name in ["read-only-original", "private-tmp", "own-processes"] {
        is_missing(&all, name, "namespaces are refused");
    }
    assert!(told(&all, "landlock-writes").in_force, "{all:?}");
    // Landlock goes on to hold what is written, by absolute path too.
    let file = stage.original.checkout().join("new");
    let done = stage.shell(&warden, &format!("echo harm >'{}'", file.display()));
    assert!(!done.succeeded() && !file.exists());
    assert!(stage.is_seen(&warden), "nothing holds a mode here");
    // What stays in the background is found without a namespace of processes.
    let done = stage.shell(&warden, "setsid sleep 30 >/dev/null 2>&1 & sleep 0.1");
    assert_eq!(done.left, ["sleep 30"]);
}

#[test]
fn without_control_groups_processes_are_held_otherwise_and_nothing_is_left_where_they_would_be() {
    let stage = Stage::new();
    let left = stage.folder.path().join("left");
    let program = stage.keeper_without(&format!(
        "exec unshare --user --map-root-user --mount sh -c 'groups=$(awk \"\\$3 ~ /^cgroup/ {{print \\$2}}\" /proc/mounts)\n\
         for group in $groups; do mount -t tmpfs none $group || exit 1; done\n\
         \"$0\" \"$@\"\n: >{place}; [ -z \"$groups\" ] || find $groups -type f >{place}' 'KEEPER' \"$@\"",
        place = left.display()
    ));
    let (warden, all) = stage.start(&program);
    let limit = told(&all, "process-limit");
    assert!(limit.in_force, "{limit:?}");
    // It is root there, whom a resource limit does not hold, and the report says so.
    assert_eq!(limit.means.as_deref(), Some("counting"));
    for part in ["no control group", "a resource limit does not hold root"] {
        assert!(limit.lacks.as_deref().unwrap_or_default().contains(part), "{part} is missing in {limit:?}");
    }
    let memory = told(&all, "memory-limit");
    assert!(memory.in_force, "{memory:?}");
    assert!(memory.lacks.as_deref().unwrap_or_default().contains("no control group"), "{memory:?}");
    let swarm = "n=0; while [ $n -lt 400 ]; do sleep 15 & n=$((n + 1)); done; sleep 15; echo all of them";
    let done = stage.shell(&warden, swarm);
    assert_eq!((String::from_utf8_lossy(&done.stdout).trim(), done.held), ("", vec!["processes".to_owned()]));
    assert!(!stage.is_seen(&warden), "the original is read-only all the same");
    drop(warden);
    assert_eq!(fs::read_to_string(left).unwrap(), "", "files that hold nobody");
}

#[test]
fn without_landlock_it_is_said_and_mounts_go_on_to_hold() {
    let stage = Stage::new();
    // A thread of its own: what it takes on cannot be laid down.
    let (warden, all) = std::thread::scope(|scope| {
        let start = || {
            for _ in 0..DEEPEST {
                let ruleset = Ruleset::default().handle_access(AccessNet::from_all(ABI::V4)).unwrap();
                ruleset.create().unwrap().restrict_self().unwrap();
            }
            stage.start(Path::new(KEEPER))
        };
        scope.spawn(start).join().unwrap()
    });
    for name in ["landlock-writes", "landlock-tcp"] {
        let one = told(&all, name);
        assert!(!one.in_force && one.why_not.is_some(), "{one:?}");
    }
    let read_only = told(&all, "read-only-original").in_force;
    let seen = stage.is_seen(&warden);
    assert_eq!(seen, !read_only, "what is not held is seen: {all:?}");
}
