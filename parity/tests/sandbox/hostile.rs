//! Scripts that do harm: each first without a keeper, where it must succeed, then with one, where it must not.
//!
//! The scripts are the files of `hostile/`. As root they run twice, the second time as an ordinary user, since the
//! protections are had in other ways then.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use fairway_parity::confine::{Confinement, Limits, Protections, Warden};
use fairway_parity::process::{Call, Ending, Finished, run};
use regex::Regex;
use serde::Deserialize;
use tempfile::TempDir;

use super::support::Repository;
use super::whole::Whole;

/// Whom root runs the scripts as the second time: nobody.
const NOBODY: u32 = 65534;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hostile {
    summary: String,
    /// What is harmed.
    harms: Harm,
    /// The protections that hold it: each has to be in force.
    holds: Vec<String>,
    /// What its end must look like when it is held, as a regular expression over [`shown`].
    shows: String,
    /// Nobody but root can do this harm.
    #[serde(default)]
    needs_root: bool,
    script: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Harm {
    Original,
    Processes,
    File,
    Memory,
    Processor,
    Network,
    Listening,
    Victim,
}

fn limits() -> Limits {
    Limits { processes: 64, memory: 1 << 30, file_size: 8 << 20, cpu_seconds: 1 }
}

/// A throwaway original, a folder to work in, and what else a script may harm.
struct Stage {
    folder: TempDir,
    listener: TcpListener,
    victim: Child,
}

impl Stage {
    fn set(user: Option<u32>) -> Self {
        static MODEL: OnceLock<Repository> = OnceLock::new();
        let model = MODEL.get_or_init(Repository::new);
        let folder = tempfile::tempdir().unwrap();
        let [original, sandbox] = [folder.path().join("original"), folder.path().join("sandbox")];
        for to in [&original, &sandbox] {
            let copied = Command::new("cp").arg("-a").arg(model.root()).arg(to).status().unwrap();
            assert!(copied.success());
        }
        fs::write(sandbox.join("marked"), "").unwrap();
        let flags = rustix::fs::XattrFlags::empty();
        rustix::fs::setxattr(sandbox.join("marked"), "user.evil", b"evil", flags).unwrap();
        if let Some(user) = user {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
            let owner = format!("{user}:{user}");
            let given =
                Command::new("chown").arg("-hR").arg(owner).arg(&original).arg(&sandbox).status().unwrap();
            assert!(given.success());
        }
        let mut sleep = as_user(user, &["sleep".to_owned(), "120".to_owned()]).into_iter();
        let victim = Command::new(sleep.next().unwrap()).args(sleep).spawn().unwrap();
        wait_until_it_is(&victim, "sleep");
        Self { folder, listener: TcpListener::bind("127.0.0.1:0").unwrap(), victim }
    }

    fn original(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("original")
    }

    fn sandbox(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("sandbox")
    }

    fn call(&self, script: &str) -> Call {
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        let set = |name: &str, value: String| (name.to_owned(), value);
        Call {
            argv: ["sh", "-c", script].map(str::to_owned).into(),
            cwd: self.sandbox().join("queue"),
            env: vec![
                set("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()),
                set("LC_ALL", "C.UTF-8".to_owned()),
                set("HOME", text(self.sandbox())),
                set("GIT_AUTHOR_NAME", "x".to_owned()),
                set("GIT_AUTHOR_EMAIL", "x@example.org".to_owned()),
                set("GIT_COMMITTER_NAME", "x".to_owned()),
                set("GIT_COMMITTER_EMAIL", "x@example.org".to_owned()),
                set("ORIGINAL", text(self.original().join("queue"))),
                set("WORKTREE", text(self.original().join("queue-ui"))),
                set("SANDBOX", text(self.sandbox())),
                set("PORT", self.listener.local_addr().unwrap().port().to_string()),
                set("VICTIM", self.victim.id().to_string()),
            ],
            stdin: Vec::new(),
            timeout: Duration::from_secs(20),
            output_limit: 1 << 20,
            mark: Some(self.sandbox()),
        }
    }

    /// What a script has done, when that is harm.
    fn harm(&mut self, kind: Harm, before: &Whole, done: &Finished) -> Option<String> {
        let printed = String::from_utf8_lossy(&done.stdout).into_owned();
        let said = |word: &str| printed.contains(word).then(|| printed.clone());
        match kind {
            Harm::Original => {
                // A background writer takes a moment.
                let until =
                    Instant::now() + Duration::from_millis(if done.left.is_empty() { 0 } else { 400 });
                loop {
                    let changes = before.changes(&Whole::of(&self.original()));
                    if !changes.is_empty() || Instant::now() >= until {
                        return (!changes.is_empty()).then(|| changes.join("\n"));
                    }
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
            Harm::Processes => said("started "),
            Harm::Memory => said("taken"),
            Harm::Listening => said("listening"),
            Harm::File => {
                let size = fs::metadata(self.sandbox().join("queue/endless")).map_or(0, |meta| meta.size());
                (size > limits().file_size).then(|| format!("{size} bytes"))
            }
            Harm::Network => {
                self.listener.set_nonblocking(true).unwrap();
                self.listener.accept().ok().map(|(_, from)| format!("{from} has connected"))
            }
            Harm::Victim => {
                // A signal takes a moment to be noticed.
                std::thread::sleep(Duration::from_millis(200));
                self.victim.try_wait().unwrap().map(|status| status.to_string())
            }
            // It ran until somebody else ended it.
            Harm::Processor => said("ran 124"),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.victim.kill();
        let _ = self.victim.wait();
    }
}

/// `argv` as run by another user.
fn as_user(user: Option<u32>, argv: &[String]) -> Vec<String> {
    let Some(user) = user else { return argv.to_vec() };
    let switch =
        ["setpriv".to_owned(), format!("--reuid={user}"), format!("--regid={user}"), "--clear-groups".into()];
    switch.into_iter().chain(argv.iter().cloned()).collect()
}

/// Waits until `child` has become `program`: until then it is still its starter's, whom no other user may kill.
fn wait_until_it_is(child: &Child, program: &str) {
    let name = format!("/proc/{}/comm", child.id());
    let until = Instant::now() + Duration::from_secs(20);
    while fs::read_to_string(&name).unwrap().trim_end() != program {
        assert!(Instant::now() < until, "{name} is not {program} yet");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The keeper, in a place where every user may run it.
fn keeper(folder: &Path, user: Option<u32>) -> PathBuf {
    let program = folder.join("keeper");
    fs::copy(env!("CARGO_BIN_EXE_fairway-keeper"), &program).unwrap();
    let Some(_) = user else { return program };
    let script = folder.join("keeper-as-user");
    let switch = as_user(user, &[program.to_str().unwrap().to_owned()]).join(" ");
    fs::write(&script, format!("#!/bin/sh\nexec /usr/bin/{switch} \"$@\"\n")).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    script
}

/// How a script has ended, for a person and for `shows`.
fn shown(done: &Finished) -> String {
    let mut text = match done.ending {
        Ending::Exit(code) => format!("exit {code}\n"),
        Ending::Signal(signal) => format!("signal {signal}\n"),
        Ending::TimedOut => "timed out\n".to_owned(),
        Ending::Overflow => "printed too much\n".to_owned(),
    };
    for (name, words) in [("left", &done.left), ("held", &done.held)] {
        if !words.is_empty() {
            text.extend([name, ": ", &words.join(", "), "\n"]);
        }
    }
    if done.leftover {
        text += "left over in its group\n";
    }
    text += &String::from_utf8_lossy(&done.stdout);
    text += &String::from_utf8_lossy(&done.stderr);
    text
}

/// Runs one script both ways; what is wrong with that.
fn try_script(name: &str, hostile: &Hostile, user: Option<u32>, program: &Path) -> Result<(), String> {
    let fail = |what: String| Err(format!("{name} ({}): {what}", hostile.summary));
    let is_root = rustix::process::geteuid().is_root() && user.is_none();
    let mut stage = Stage::set(user);
    let before = Whole::of(&stage.original());
    let call = stage.call(&hostile.script);
    let mut done = run(&Call { argv: as_user(user, &call.argv), ..call }).unwrap();
    // Nobody counts what an unconfined script leaves behind.
    if name.starts_with("background") {
        done.left.push("somebody".to_owned());
    }
    let able = is_root || !hostile.needs_root;
    match stage.harm(hostile.harms, &before, &done) {
        None if able => return fail(format!("does no harm even unconfined:\n{}", shown(&done))),
        Some(harm) if !able => return fail(format!("was not to be able to: {harm}")),
        _ => {}
    }
    drop(stage);

    let mut stage = Stage::set(user);
    let protections = Arc::new(Protections::default());
    let confinement = Confinement {
        program: program.to_owned(),
        guarded: vec![stage.original().join("queue"), stage.original().join("queue-ui")],
        visible: Vec::new(),
        limits: limits(),
        protections: Arc::clone(&protections),
    };
    let warden = Warden::start(&confinement, &stage.sandbox()).map_err(|error| format!("{name}: {error}"))?;
    let before = Whole::of(&stage.original());
    let done = warden.run(&stage.call(&hostile.script)).unwrap();
    if let Some(harm) = stage.harm(hostile.harms, &before, &done) {
        return fail(format!("harm although confined: {harm}\n{}", shown(&done)));
    }
    for told in protections.told().iter().filter(|told| hostile.holds.contains(&told.name)) {
        if !told.in_force {
            let why = told.why_not.clone().unwrap_or_default();
            return fail(format!("{} is not in force on this machine: {why}", told.name));
        }
    }
    if !Regex::new(&hostile.shows).unwrap().is_match(&shown(&done)) {
        return fail(format!("nobody would know of it; wanted {}:\n{}", hostile.shows, shown(&done)));
    }
    drop(warden);
    let after = before.changes(&Whole::of(&stage.original()));
    if after.is_empty() { Ok(()) } else { fail(format!("harm in the end: {}", after.join("\n"))) }
}

fn scripts() -> Vec<(String, Hostile)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sandbox/hostile");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let hostile = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), hostile)
    };
    paths.iter().map(read).collect()
}

fn try_all(user: Option<u32>) {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = keeper(folder.path(), user);
    let scripts = scripts();
    assert!(scripts.len() >= 20);
    let wrong = Mutex::new(Vec::new());
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((name, hostile)) =
                    scripts.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    if let Err(what) = try_script(name, hostile, user, &program) {
                        wrong.lock().unwrap().push(what);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {}:\n\n{}", wrong.len(), scripts.len(), wrong.join("\n\n"));
}

#[test]
fn no_hostile_script_gets_through() {
    try_all(None);
}

#[test]
fn no_hostile_script_gets_through_as_an_ordinary_user() {
    // Without root, the other test is this one already.
    if rustix::process::geteuid().is_root() {
        try_all(Some(NOBODY));
    }
}
