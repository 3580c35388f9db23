//! Refused by the system in the midst of a write: a file that may not grow any more, a disk that is full, folders and files
//! that may only be read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::{Stage, Standing, Verb, kept, times};

/// How many limits each verb meets; `make soak` tries 100.
const LIMITS: u32 = 4;
/// A page of memory, in which a file system in memory counts.
const PAGE: u64 = 4096;

/// A call, as the last of a shell's script.
fn within(shell: &[&str], script: &str, call: &Command) -> Command {
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).arg(script).arg(call.get_program()).args(call.get_args()).env_clear();
    command.envs(call.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(call.get_current_dir().unwrap()).stdin(Stdio::null());
    command
}

/// The error that a call ended with, and what it says.
fn told(stderr: &[u8]) -> Value {
    let text = String::from_utf8_lossy(stderr);
    let envelope: Value = serde_json::from_str(text.trim()).unwrap_or_else(|_| panic!("{text}"));
    let error = envelope["error"].clone();
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
    error
}

fn files(folder: &Path) -> impl Iterator<Item = (PathBuf, u64)> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| (entry.path().to_owned(), entry.metadata().unwrap().len()))
}

/// No file may grow beyond a limit: a write that crosses it is cut short, the next one fails; or the process ends there,
/// as it does when it does not ask to be told.
#[test]
fn a_write_that_is_cut_short_leaves_one_of_two_stores() {
    let limits = times("FAIRWAY_FAULTS", LIMITS);
    let stages = [Stage::new(false), Stage::new(true)];
    let (mut refused, mut ended) = (0, 0);
    for number in 0..2 * limits {
        let (verb, stage) = (Verb::BOTH[number as usize % 2], &stages[number as usize / 2 % 2]);
        let largest = files(&stage.saved(Verb::Rollback)).map(|(_, size)| size).max().unwrap() / 1024 + 1;
        let limit = largest * u64::from(number / 2) / u64::from(limits);
        for told_of_it in [true, false] {
            stage.restore(verb);
            let trap = if told_of_it { "trap '' XFSZ; " } else { "" };
            let script = format!("{trap}ulimit -c 0; ulimit -f {limit}; exec \"$0\" \"$@\"");
            let Output { status, stderr, .. } =
                within(&["bash", "-c"], &script, &stage.call(verb)).output().unwrap();
            let standing = stage.standing();
            match status.code() {
                Some(0) => assert_eq!(standing, verb.leads().1),
                Some(_) => {
                    told(&stderr);
                    refused += 1;
                }
                None => ended += 1,
            }
            stage.converges(verb);
        }
    }
    assert!(refused > 0 && ended > 0, "{refused} were refused a write, {ended} ended there");
}

/// What is wrong with the places that a call writes to, and how it is put right. Each is done by root of a namespace of its
/// own, where the project's folder lies on a file system in memory.
struct Fault {
    spoil: &'static str,
    mend: &'static str,
    /// What the error says.
    says: &'static [&'static str],
}

const READ_ONLY: &[&str] = &["ead-only", "readonly", "unable to open"];

/// Copies the project's folder into a small file system, spoils it, calls, mends it, and calls again.
const SCRIPT: &str = r#"
mount -t tmpfs -o "size=$ROOM" none .fairway
cp -a "$SAVED/." .fairway/
mkdir -p .fairway/migrations
eval "$SPOIL"
code=0; "$0" "$@" 2>"$OUT/stderr" || code=$?
eval "$MEND"
mkdir "$OUT/cut" "$OUT/again"
cp -a .fairway/. "$OUT/cut/"
"$0" db check 2>"$OUT/check"
"$0" "$@" 2>"$OUT/second"
"$0" db check 2>"$OUT/check"
cp -a .fairway/. "$OUT/again/"
echo "$code" >"$OUT/code"
"#;

/// What came of a call that a fault met.
struct Met {
    code: i32,
    stderr: Vec<u8>,
    standing: Standing,
}

fn meet(stage: &Stage, verb: Verb, room: u64, spoil: &str, mend: &str) -> Met {
    let out = tempfile::tempdir().unwrap();
    let shell = ["unshare", "--user", "--map-root-user", "--mount", "bash", "-euc"];
    let mut call = within(&shell, SCRIPT, &stage.call(verb));
    call.env("ROOM", room.to_string()).env("SAVED", stage.saved(verb)).env("OUT", out.path());
    let done = call.env("SPOIL", spoil).env("MEND", mend).output().unwrap();
    let read = |name: &str| fs::read(out.path().join(name)).unwrap_or_default();
    let text = |name: &str| String::from_utf8_lossy(&read(name)).into_owned();
    assert!(
        done.status.success(),
        "{verb:?} after {spoil:?}: {}\n{}\n{}\n{}",
        String::from_utf8_lossy(&done.stderr),
        text("stderr"),
        text("check"),
        text("second")
    );
    let standing = stage.look(&out.path().join("cut/state.db"));
    assert_eq!(stage.look(&out.path().join("again/state.db")), verb.leads().1, "the same call again");
    assert_eq!(kept(&out.path().join("again")), stage.left[&verb]);
    assert_eq!(stage.moved.sources(), stage.sources);
    Met { code: text("code").trim().parse().unwrap(), stderr: read("stderr"), standing }
}

#[test]
fn a_disk_that_fills_leaves_one_of_two_stores() {
    let limits = times("FAIRWAY_FAULTS", LIMITS);
    let stages = [Stage::new(false), Stage::new(true)];
    let mut refused = 0;
    for number in 0..2 * limits {
        let (verb, stage) = (Verb::BOTH[number as usize % 2], &stages[number as usize / 2 % 2]);
        let pages = |folder: &Path| files(folder).map(|(_, size)| size.div_ceil(PAGE) + 1).sum::<u64>();
        let (held, grown) = (pages(&stage.saved(verb)), pages(&stage.saved(Verb::Rollback)));
        let room = (held + 4 + grown * u64::from(number / 2) / u64::from(limits)) * PAGE;
        let met = meet(stage, verb, room, ":", "mount -o remount,size=64m .fairway");
        if met.code == 0 {
            assert_eq!(met.standing, verb.leads().1);
        } else {
            let error = told(&met.stderr).to_string();
            // SQLite knows of the index of its log only that the system refused it.
            assert!(
                ["full", "No space left", "disk I/O"].iter().any(|words| error.contains(words)),
                "{error}"
            );
            refused += 1;
        }
    }
    assert!(refused > 1, "{refused} were refused");
}

#[test]
fn what_may_only_be_read_is_said_and_nothing_is_lost() {
    let stage = Stage::new(true);
    let room = 64 << 20;
    for fault in [
        Fault {
            spoil: "mount -o remount,ro .fairway",
            mend: "mount -o remount,rw .fairway",
            says: READ_ONLY,
        },
        Fault {
            spoil: "mount --bind .fairway/state.db .fairway/state.db; mount -o remount,bind,ro .fairway/state.db",
            mend: "umount .fairway/state.db",
            says: READ_ONLY,
        },
        Fault {
            spoil: "mount --bind .fairway/migrations .fairway/migrations; \
                    mount -o remount,bind,ro .fairway/migrations",
            mend: "umount .fairway/migrations",
            says: READ_ONLY,
        },
        Fault {
            spoil: "mount -t tmpfs -o size=16k none \"$TMPDIR\"; head -c 16384 /dev/zero >\"$TMPDIR/full\" || true",
            mend: "umount \"$TMPDIR\"",
            says: &["No space left", "full"],
        },
    ] {
        for verb in Verb::BOTH {
            let met = meet(&stage, verb, room, fault.spoil, fault.mend);
            assert_ne!(met.code, 0, "{verb:?} after {}", fault.spoil);
            assert_eq!(met.standing, verb.leads().0, "{verb:?} after {}", fault.spoil);
            let error = told(&met.stderr).to_string();
            assert!(fault.says.iter().any(|words| error.contains(words)), "{}: {error}", fault.spoil);
        }
    }
}

/// A checkout that may only be read is enough: nothing is written to it.
#[test]
fn sources_that_may_only_be_read_are_moved_all_the_same() {
    let stage = Stage::new(false);
    let spoil = "cp -a legacy \"$TMPDIR/legacy\"; mount -t tmpfs none legacy; cp -a \"$TMPDIR/legacy/.\" legacy/; \
                 mount -o remount,ro legacy";
    let met = meet(&stage, Verb::Apply, 64 << 20, spoil, "umount legacy; rm -r \"$TMPDIR/legacy\"");
    assert_eq!((met.code, met.standing), (0, Standing::New), "{}", String::from_utf8_lossy(&met.stderr));
}
