//! Sandboxes of an ordinary user. Overlays then need a namespace of users, which only a process with one thread can
//! enter and none can leave: so each case is a process of its own, this program once more. Root gives its rights up for
//! them first.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "what a test relies on fails the test"
)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use fairway_parity::confine::{Confinement, Limits, Protections, prepare};
use fairway_parity::process::{Call, Finished};
use fairway_parity::sandbox::{Base, Layout, Original, Sandbox, Sharing};
use tempfile::TempDir;
use whole::Whole;

#[path = "../sandbox/whole.rs"]
mod whole;

/// Whom root becomes: nobody that any machine knows of.
const USER: &str = "54321";

/// What has to be done before a process for it to be refused namespaces of users, with the right to say so.
const REFUSE: &str = "echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --inh-caps=-all --ambient-caps=-all \"$0\" \"$@\"";

/// What a case does; it is given the program that carries the keeper.
type Case = fn(&Path);

const CASES: [(&str, Case); 4] = [
    ("a large original is laid over and nothing gets through", a_large_original_is_laid_over),
    ("a small original is copied", a_small_original_is_copied),
    ("a system that refuses is named", a_system_that_refuses_is_named),
    ("a process with threads is told why", a_process_with_threads_is_told_why),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [case, keeper] = words.as_slice()
        && let Some((_, run)) = CASES.iter().find(|(name, _)| name == case)
    {
        return run(Path::new(keeper));
    }
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let programs = [std::env::current_exe().unwrap(), env!("CARGO_BIN_EXE_fairway-keeper").into()];
    // Where everybody may run them.
    let [own, keeper] = programs.map(|program| {
        let place = folder.path().join(program.file_name().unwrap());
        fs::copy(&program, &place).unwrap();
        place
    });
    for (case, _) in CASES {
        let refused = case.contains("refuses");
        let place = folder.path().join(case.replace(' ', "-"));
        fs::create_dir(&place).unwrap();
        let mut command = as_ordinary_user(&place);
        if refused {
            let (user, group) = (format!("--map-user={USER}"), format!("--map-group={USER}"));
            command.args(["unshare", "--user", &user, &group, "--keep-caps", "sh", "-c", REFUSE]);
        }
        let done = command
            .arg(&own)
            .arg(case)
            .arg(&keeper)
            .env("TMPDIR", &place)
            .env("HOME", &place)
            .status()
            .unwrap();
        assert!(done.success(), "{case}: {done}");
        assert_eq!(fs::read_dir(&place).unwrap().count(), 0, "{case}: something is left");
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        assert!(!mounts.contains(folder.path().to_str().unwrap()), "{case}: a mount is seen from outside");
        println!("{case}: ok");
    }
}

/// Begins a command as somebody who may write in `place` and has no rights beyond that.
fn as_ordinary_user(place: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if rustix::process::geteuid().is_root() {
        let owner = format!("{USER}:{USER}");
        assert!(Command::new("chown").arg(owner).arg(place).status().unwrap().success());
        command.args([&format!("--reuid={USER}"), &format!("--regid={USER}"), "--clear-groups"]);
    }
    command
}

/// A repository with a worktree and so many files, and a base copy of it.
struct Stage {
    /// Before the folder that it lies in, which cannot empty a folder that is shut.
    base: Base,
    original: Original,
    folder: TempDir,
}

impl Stage {
    fn new(files: usize) -> Self {
        assert!(!rustix::process::geteuid().is_root());
        let folder = tempfile::tempdir().unwrap();
        let checkout = folder.path().join("original/queue");
        fs::create_dir_all(checkout.join("shut")).unwrap();
        git(&checkout, &["init", "-q", "-b", "main"]);
        for number in 0..files {
            let place = checkout.join(format!("many/{}", number / 100));
            fs::create_dir_all(&place).unwrap();
            fs::write(place.join(number.to_string()), "text\n").unwrap();
        }
        fs::write(checkout.join("a.txt"), "a\n").unwrap();
        fs::write(checkout.join("shut/b.txt"), "b\n").unwrap();
        git(&checkout, &["add", "-A"]);
        git(&checkout, &["commit", "-qm", "one"]);
        git(&checkout, &["worktree", "add", "-q", "-b", "agent/ui", "../queue-ui"]);
        // Files in it may be changed all the same.
        fs::set_permissions(checkout.join("shut"), Permissions::from_mode(0o555)).unwrap();
        let original = Original::open(&checkout, &Layout::default()).unwrap();
        let base = Base::copy(&original, &folder.path().join("work")).unwrap();
        Self { base, original, folder }
    }

    fn place(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// What copies are like here: those that share their blocks, if `cp` can make one.
    fn copies(&self) -> Sharing {
        let [from, to] = ["from", "to"].map(|name| self.place().join(name));
        fs::write(&from, "text").unwrap();
        let cloned = Command::new("cp").arg("--reflink=always").args([from, to]).output().unwrap();
        if cloned.status.success() { Sharing::Reflink } else { Sharing::Objects }
    }

    fn sandbox(&self, keeper: &Path, protections: &Arc<Protections>) -> Sandbox {
        let mut sandbox = self.base.sandbox(&self.place().join("work/rooms"), "one", &[]).unwrap();
        sandbox.confine(&Confinement {
            program: keeper.to_owned(),
            guarded: vec![self.place().join("original/queue"), self.place().join("original/queue-ui")],
            visible: vec![self.place().join("work")],
            limits: Limits::for_timeout(Duration::from_secs(20)),
            protections: Arc::clone(protections),
        });
        sandbox
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::set_permissions(self.place().join("original/queue/shut"), Permissions::from_mode(0o755));
    }
}

fn git(folder: &Path, words: &[&str]) {
    let who = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    let done = Command::new("git").current_dir(folder).args(who).args(words).status().unwrap();
    assert!(done.success(), "git {words:?}");
}

fn shell(sandbox: &Sandbox, script: &str) -> Finished {
    let set = |name: &str, value: &Path| (name.to_owned(), value.to_str().unwrap().to_owned());
    let call = Call {
        argv: ["sh", "-ec", script].map(str::to_owned).into(),
        cwd: sandbox.checkout().to_owned(),
        env: vec![set("PATH", Path::new("/usr/local/bin:/usr/bin:/bin")), set("HOME", sandbox.home())],
        stdin: Vec::new(),
        timeout: Duration::from_secs(20),
        output_limit: 1 << 20,
        mark: Some(sandbox.root().to_owned()),
    };
    sandbox.run(&call).unwrap()
}

/// What a command prints, which must succeed.
fn said(sandbox: &Sandbox, script: &str) -> String {
    let done = shell(sandbox, script);
    assert!(done.succeeded(), "{script}: {:?} {}", done.ending, String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn a_large_original_is_laid_over(keeper: &Path) {
    let mut stage = Stage::new(1200);
    prepare(keeper);
    let sharing = stage.base.share(true);
    let shares = stage.copies() == Sharing::Reflink;
    let expected = if shares { Sharing::Reflink } else { Sharing::UserOverlay };
    assert_eq!((sharing, stage.base.refused()), (expected, None));
    stage.base.share_by(Sharing::UserOverlay).unwrap();
    let root = stage.base.checkout().parent().unwrap().to_owned();
    let original = stage.place().join("original");
    let (of_original, of_base) = (Whole::of(&original), Whole::of(&root));
    let fingerprint = stage.original.fingerprint().unwrap();

    let protections = Arc::new(Protections::default());
    let sandbox = stage.sandbox(keeper, &protections);
    for told in protections.told() {
        assert!(told.in_force, "{} is not in force on this machine: {:?}", told.name, told.why_not);
    }
    // A whole sandbox, in which everything can be changed and git works.
    let set_up = "git config user.name t; git config user.email t@example.org; git worktree list | wc -l";
    assert_eq!(said(&sandbox, set_up).trim(), "2");
    said(
        &sandbox,
        "echo more >>a.txt; echo more >>shut/b.txt; rm -r many/1; mkdir many/1; echo x >many/1/new",
    );
    said(&sandbox, "git add -A; git commit -qm two; git gc -q; git -C ../queue-ui checkout -q -b other");
    assert_eq!(said(&sandbox, "git status --porcelain; git ls-files many | wc -l").trim(), "1101");
    assert_eq!(fs::read_to_string(sandbox.checkout().join("a.txt")).unwrap(), "a\nmore\n");
    // The one thing that is not as elsewhere, and how programs do without it.
    assert_eq!(said(&sandbox, "mv many/2 many/two; ls many/two | wc -l").trim(), "100");
    assert!(!sandbox.is_hindered());
    let renamed = shell(&sandbox, "git mv many/3 many/three");
    assert!(!renamed.succeeded() && sandbox.is_hindered(), "{renamed:?}");
    let exact = stage.base.exact_sandbox(&stage.place().join("work/rooms"), "exact", &[]).unwrap();
    said(&exact, "git mv many/3 many/three");
    assert!(!exact.is_hindered());
    drop(exact);
    // Nothing of it reaches what it was made of, however it is named.
    let layers = root.parent().unwrap().parent().unwrap().join("rooms/one.layers");
    assert!(layers.join("upper/queue/a.txt").exists(), "what was written lies there");
    for target in [original.join("queue/a.txt"), root.join("queue/a.txt"), layers.join("upper/queue/a.txt")] {
        let script =
            format!("echo harm >>'{0}' || chmod 777 '{0}' || touch '{0}' || rm '{0}'", target.display());
        let done = shell(&sandbox, &script);
        assert!(!done.succeeded(), "{} was changed", target.display());
    }
    drop(sandbox);
    assert_eq!(of_base.changes(&Whole::of(&root)), Vec::<String>::new(), "the base copy");
    assert_eq!(of_original.changes(&Whole::of(&original)), Vec::<String>::new(), "the original");
    assert!(fingerprint.differences(&stage.original.fingerprint().unwrap()).is_empty());
}

fn a_small_original_is_copied(keeper: &Path) {
    let mut stage = Stage::new(10);
    prepare(keeper);
    assert_eq!(stage.base.share(true), stage.copies(), "a folder can be renamed then");
    assert_eq!(stage.base.refused(), None, "overlays were to be had");
    let sandbox = stage.sandbox(keeper, &Arc::new(Protections::default()));
    said(&sandbox, "git mv many few");
}

fn a_system_that_refuses_is_named(keeper: &Path) {
    let mut stage = Stage::new(1200);
    prepare(keeper);
    assert_eq!(stage.base.share(true), stage.copies());
    let why = stage.base.refused().unwrap();
    assert!(why.starts_with("a namespace of users is refused: "), "{why}");
    let protections = Arc::new(Protections::default());
    let sandbox = stage.sandbox(keeper, &protections);
    assert_eq!(said(&sandbox, "git rev-list --count HEAD").trim(), "1", "it is a sandbox all the same");
    assert!(protections.told().iter().any(|one| one.name == "read-only-original" && !one.in_force));
}

fn a_process_with_threads_is_told_why(keeper: &Path) {
    let mut stage = Stage::new(1200);
    let (release, wait) = std::sync::mpsc::channel::<()>();
    let other = std::thread::spawn(move || wait.recv());
    prepare(keeper);
    assert_eq!(stage.base.share(true), stage.copies());
    let why = stage.base.refused().unwrap().to_owned();
    assert!(why.contains("several threads"), "{why}");
    drop(release);
    let _ = other.join();
}
