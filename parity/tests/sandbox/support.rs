//! What the tests share: one built legacy copy, small repositories, and ways to look at them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use fairway_parity::process::{Call, Ending, Finished, run};
use fairway_parity::sandbox::{Base, Layout, Original, Workplace, workplace};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use walkdir::WalkDir;

/// Where the legacy queue keeps its database.
pub(crate) const DATABASE: &str = ".git/agent_queue/agent_queue.db";

/// The layout of the legacy checkout.
pub(crate) fn legacy_layout() -> Layout {
    Layout {
        database: Some(PathBuf::from(DATABASE)),
        private: vec!["scripts/ops".to_owned(), ".git/agent_queue".to_owned()],
    }
}

/// The legacy copy, built once for all tests and kept for as long as the fixture stays the same. Nothing may
/// write to it.
pub(crate) fn legacy_copy() -> &'static Path {
    static COPY: OnceLock<PathBuf> = OnceLock::new();
    COPY.get_or_init(|| {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/gpuaas");
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("legacy-{}", digest(&fixture)));
        let lock = File::create(place.with_extension("lock")).unwrap();
        lock.lock().unwrap();
        let built = place.with_extension("built");
        if !built.exists() {
            let _ = fs::remove_dir_all(&place);
            let status =
                Command::new(fixture.join("build-copy.sh")).arg(&place).arg("--quiet").status().unwrap();
            assert!(status.success(), "build-copy.sh needs bash, git, make, ruby and ruby-sqlite3");
            File::create(built).unwrap();
        }
        place
    })
}

fn digest(folder: &Path) -> String {
    let mut digest = Sha256::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            digest.update(entry.path().strip_prefix(folder).unwrap().to_str().unwrap());
            digest.update(fs::read(entry.path()).unwrap());
        }
    }
    let whole: [u8; 32] = digest.finalize().into();
    let short: [u8; 6] = std::array::from_fn(|n| whole[n]);
    short.map(|byte| format!("{byte:02x}")).concat()
}

/// A base of the legacy copy, and the folder it and its sandboxes are made in.
pub(crate) fn legacy_base() -> (Workplace, Base) {
    let original = Original::open(legacy_copy(), &legacy_layout()).unwrap();
    let place = workplace(&original).unwrap();
    let base = Base::copy(&original, place.path()).unwrap();
    (place, base)
}

/// Runs a program in `folder` with the fixed environment of a test, and whatever `extra` says.
pub(crate) fn execute(folder: &Path, argv: &[&str], extra: &[(&str, &str)]) -> Finished {
    let fixed = [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("HOME", "/nonexistent"),
        ("LC_ALL", "C.UTF-8"),
        ("TZ", "UTC"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        // Or looking at the state of a checkout would write to its index.
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_AUTHOR_NAME", "test"),
        ("GIT_AUTHOR_EMAIL", "test@example.org"),
        ("GIT_COMMITTER_NAME", "test"),
        ("GIT_COMMITTER_EMAIL", "test@example.org"),
    ];
    let call = Call {
        argv: argv.iter().map(|&word| word.to_owned()).collect(),
        cwd: folder.to_owned(),
        env: fixed.iter().chain(extra).map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
        stdin: Vec::new(),
        timeout: Duration::from_mins(1),
        output_limit: 16 << 20,
        mark: None,
    };
    run(&call).unwrap()
}

/// What a git command prints, which must succeed.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let argv: Vec<&str> = std::iter::once("git").chain(arguments.iter().copied()).collect();
    let done = execute(folder, &argv, &[]);
    let stderr = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.ending, Ending::Exit(0), "git {arguments:?} in {}: {stderr}", folder.display());
    String::from_utf8(done.stdout).unwrap()
}

/// Everything that git says of a checkout and its worktrees, with `root` spelt `ROOT`.
pub(crate) fn described(root: &Path, checkout: &Path, worktrees: &[&Path]) -> String {
    let mut told = git(checkout, &["worktree", "list", "--porcelain"]);
    told += &git(checkout, &["for-each-ref"]);
    told += &git(checkout, &["fsck", "--full", "--no-progress"]);
    told += &git(checkout, &["stash", "list"]);
    for folder in std::iter::once(&checkout).chain(worktrees) {
        told += &git(folder, &["status", "--porcelain=v2", "--branch", "--ignored", "--untracked-files=all"]);
        told += &git(folder, &["diff"]);
        told += &git(folder, &["diff", "--cached"]);
        told += &git(folder, &["rev-parse", "--show-toplevel", "--git-common-dir"]);
    }
    told.replace(root.to_str().unwrap(), "ROOT")
}

/// The paths below `folder` whose git control files still name `place`.
pub(crate) fn names(folder: &Path, place: &Path) -> Vec<PathBuf> {
    let place = place.to_str().unwrap().as_bytes();
    let control = ["gitdir", "commondir", "config", "config.worktree", "alternates", ".git"];
    WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .filter(|entry| control.contains(&entry.file_name().to_str().unwrap()))
        .filter(|entry| fs::read(entry.path()).unwrap().windows(place.len()).any(|at| at == place))
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// A small repository on `main` in `queue/` of a new folder, with a worktree next to it and one inside.
pub(crate) struct Repository {
    temp: TempDir,
}

impl Repository {
    pub(crate) fn new() -> Self {
        let repository = Self { temp: tempfile::tempdir().unwrap() };
        let here = repository.checkout();
        fs::create_dir(&here).unwrap();
        git(&here, &["init", "-q", "-b", "main"]);
        fs::write(here.join("a.txt"), "a\n").unwrap();
        fs::write(here.join("run.sh"), "#!/bin/sh\necho ran\n").unwrap();
        fs::set_permissions(here.join("run.sh"), mode(0o755)).unwrap();
        std::os::unix::fs::symlink("a.txt", here.join("link")).unwrap();
        fs::write(here.join(".gitignore"), "/.worktrees/\n/ignored\n").unwrap();
        fs::create_dir_all(here.join("ops")).unwrap();
        fs::write(here.join("ops/tool"), "tool\n").unwrap();
        git(&here, &["add", "-A"]);
        git(&here, &["commit", "-qm", "one"]);
        git(&here, &["worktree", "add", "-q", "-b", "agent/ui", "../queue-ui"]);
        git(&here, &["worktree", "add", "-q", "-b", "agent/ops", ".worktrees/queue-ops"]);
        repository
    }

    /// The folder that holds checkout and worktree, without symbolic links.
    pub(crate) fn root(&self) -> PathBuf {
        self.temp.path().canonicalize().unwrap()
    }

    pub(crate) fn checkout(&self) -> PathBuf {
        self.root().join("queue")
    }

    pub(crate) fn open(&self, database: Option<&str>) -> Original {
        let layout = Layout { database: database.map(PathBuf::from), private: Vec::new() };
        Original::open(&self.checkout(), &layout).unwrap()
    }
}

pub(crate) fn mode(bits: u32) -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(bits)
}
