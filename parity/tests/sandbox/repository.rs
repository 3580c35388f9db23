//! Copies of small repositories: links of worktrees in every place, and everything a checkout may hold.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use fairway_parity::sandbox::{Base, Change, Layout, Original, Sandbox, SandboxError, What};

use crate::support::{Repository, described, git, mode, names};

fn sandbox(original: &Original, temp: &Path) -> Sandbox {
    // The base goes before the sandbox is used: one does not need the other.
    Base::copy(original, temp).unwrap().sandbox(temp, "one", &[]).unwrap()
}

#[test]
fn keeps_all_that_a_checkout_holds() {
    let repository = Repository::new();
    let here = repository.checkout();
    fs::write(here.join("a.txt"), "changed\n").unwrap();
    fs::write(here.join("staged"), "staged\n").unwrap();
    git(&here, &["add", "staged"]);
    fs::write(here.join("untracked"), "untracked\n").unwrap();
    fs::write(here.join("ignored"), "ignored\n").unwrap();
    fs::set_permissions(here.join("ignored"), mode(0o640)).unwrap();
    fs::write(here.join(".git/hooks/pre-commit"), "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(here.join(".git/hooks/pre-commit"), mode(0o755)).unwrap();
    fs::create_dir(here.join("closed")).unwrap();
    fs::write(here.join("closed/in"), "in\n").unwrap();
    fs::set_permissions(here.join("closed"), mode(0o555)).unwrap();
    fs::create_dir(here.join("empty")).unwrap();
    symlink("nowhere", here.join("dangling")).unwrap();
    git(&repository.root().join("queue-ui"), &["rm", "-q", "a.txt"]);
    let temp = tempfile::tempdir().unwrap();
    let original = repository.open(None);
    let sandbox = sandbox(&original, temp.path());

    let copy = Original::open(sandbox.checkout(), &Layout::default()).unwrap();
    let differing = content_differences(&original, &copy, &repository.root(), &sandbox.root().join("tree"));
    // Only what names places is different, by the place.
    let control =
        [".git/worktrees/queue-ops/gitdir", ".git/worktrees/queue-ui/gitdir", ".worktrees/queue-ops/.git"];
    let mut expected: Vec<PathBuf> = control.iter().map(|path| Path::new("queue").join(path)).collect();
    expected.push(PathBuf::from("queue-ui/.git"));
    assert_eq!(differing, expected);
    let modified = |path: &Path| fs::metadata(path.join("a.txt")).unwrap().mtime_nsec();
    assert_eq!(modified(sandbox.checkout()), modified(&here));

    let closed = sandbox.checkout().join("closed");
    assert_eq!(fs::metadata(&closed).unwrap().mode() & 0o777, 0o555);
    let root = sandbox.root().to_owned();
    drop(sandbox);
    assert!(!root.exists(), "a folder without write permission keeps nobody from removing the room");
    fs::set_permissions(here.join("closed"), mode(0o755)).unwrap();
}

/// The paths, relative to the roots, in which two checkouts differ.
fn content_differences(one: &Original, other: &Original, root: &Path, other_root: &Path) -> Vec<PathBuf> {
    let listed = |original: &Original, root: &Path| {
        let empty = tempfile::tempdir().unwrap();
        git(empty.path(), &["init", "-q", "."]);
        let nothing = Original::open(empty.path(), &Layout::default()).unwrap().fingerprint().unwrap();
        // Against nothing, everything has appeared.
        let all = nothing.differences(&original.fingerprint().unwrap());
        all.into_iter()
            .filter(|change| change.what == What::Appeared)
            .map(|change| change.path.strip_prefix(root).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let paths = listed(one, root);
    assert_eq!(paths, listed(other, other_root));
    paths
        .into_iter()
        .filter(|path| {
            let [a, b] = [root.join(path), other_root.join(path)];
            let [ma, mb] = [&a, &b].map(|path| fs::symlink_metadata(path).unwrap());
            let link = |path: &Path| fs::read_link(path).ok();
            ma.mode() != mb.mode()
                || link(&a) != link(&b)
                || (ma.is_file() && fs::read(a).unwrap() != fs::read(b).unwrap())
        })
        .collect()
}

#[test]
fn worktrees_next_to_the_checkout_stay_next_to_it() {
    let repository = Repository::new();
    fs::write(repository.root().join("queue-ui/a.txt"), "dirty\n").unwrap();
    let temp = tempfile::tempdir().unwrap();
    let original = repository.open(None);
    let sandbox = sandbox(&original, temp.path());
    assert_eq!(
        sandbox.worktree("agent/ui"),
        Some(sandbox.checkout().join("../queue-ui").canonicalize().unwrap().as_path())
    );
    assert_eq!(sandbox.worktree("queue-ops"), sandbox.worktree("agent/ops"));

    let told = |root: &Path, checkout: &Path| {
        let [ui, ops] = [root.join("queue-ui"), checkout.join(".worktrees/queue-ops")];
        described(root, checkout, &[&ui, &ops])
    };
    let copy_root = sandbox.checkout().parent().unwrap();
    assert_eq!(told(copy_root, sandbox.checkout()), told(&repository.root(), &repository.checkout()));
    assert_eq!(names(sandbox.root(), &repository.root()), Vec::<PathBuf>::new());

    let before = original.fingerprint().unwrap();
    git(sandbox.worktree("agent/ui").unwrap(), &["commit", "-qam", "in the copy"]);
    git(sandbox.checkout(), &["worktree", "remove", "--force", ".worktrees/queue-ops"]);
    assert_eq!(before.differences(&original.fingerprint().unwrap()), []);
}

#[test]
fn a_worktree_that_is_gone_stays_gone() {
    let repository = Repository::new();
    fs::remove_dir_all(repository.root().join("queue-ui")).unwrap();
    // Another checkout took the place of the other one.
    fs::remove_dir_all(repository.checkout().join(".worktrees/queue-ops")).unwrap();
    let foreign = Repository::new();
    git(
        &foreign.checkout(),
        &["worktree", "add", "-q", repository.checkout().join(".worktrees/queue-ops").to_str().unwrap()],
    );
    let original = repository.open(None);
    let there: Vec<_> = original.worktrees().iter().map(|w| (w.name.as_str(), w.present)).collect();
    assert_eq!(there, [("queue-ops", false), ("queue-ui", false)]);
    original.fingerprint().unwrap();

    let temp = tempfile::tempdir().unwrap();
    let sandbox = sandbox(&original, temp.path());
    assert_eq!(sandbox.worktree("agent/ui"), None);
    assert_eq!(
        names(sandbox.root(), &foreign.root()),
        Vec::<PathBuf>::new(),
        "no way into another repository"
    );
    let list = git(sandbox.checkout(), &["worktree", "list", "--porcelain"]);
    let gone = sandbox.relocate(&repository.root().join("queue-ui")).unwrap();
    assert!(list.contains(&format!("worktree {}\n", gone.display())), "{list}");
    assert!(list.contains("prunable"), "{list}");
}

#[test]
fn relative_links_stay_relative() {
    let repository = Repository::new();
    let [here, ui] = [repository.checkout(), repository.root().join("queue-ui")];
    fs::write(ui.join(".git"), "gitdir: ../queue/.git/worktrees/queue-ui\n").unwrap();
    fs::write(here.join(".git/worktrees/queue-ui/gitdir"), "../../../../queue-ui/.git\n").unwrap();
    let temp = tempfile::tempdir().unwrap();
    let sandbox = sandbox(&repository.open(None), temp.path());
    let copy = sandbox.worktree("agent/ui").unwrap();
    assert_eq!(fs::read_to_string(copy.join(".git")).unwrap(), "gitdir: ../queue/.git/worktrees/queue-ui\n");
    assert_eq!(git(copy, &["rev-parse", "--abbrev-ref", "HEAD"]), "agent/ui\n");
}

#[test]
fn whole_paths_into_the_original_lead_into_the_copy() {
    let repository = Repository::new();
    let here = repository.checkout();
    fs::create_dir(here.join("hooks")).unwrap();
    git(&here, &["config", "core.hooksPath", here.join("hooks").to_str().unwrap()]);
    symlink(here.join("a.txt"), here.join("whole")).unwrap();
    symlink("/bin/sh", here.join("outside")).unwrap();
    let _socket = UnixListener::bind(here.join(".git/socket")).unwrap();
    let temp = tempfile::tempdir().unwrap();
    let sandbox = sandbox(&repository.open(None), temp.path());
    let copy = sandbox.checkout();
    let hooks = git(copy, &["config", "core.hooksPath"]);
    assert_eq!(Path::new(hooks.trim()), copy.join("hooks"));
    assert_eq!(fs::read_link(copy.join("whole")).unwrap(), copy.join("a.txt"));
    assert_eq!(fs::read_link(copy.join("outside")).unwrap(), Path::new("/bin/sh"));
    assert!(!copy.join(".git/socket").exists(), "a socket belongs to a process");
}

#[test]
fn a_fingerprint_finds_what_moved() {
    let repository = Repository::new();
    let here = repository.checkout();
    let original = repository.open(None);
    let mut last = original.fingerprint().unwrap();
    let born = fs::metadata(here.join("a.txt")).unwrap().mode() & 0o7777;
    let mut moved = |act: &dyn Fn()| -> Vec<(PathBuf, What)> {
        act();
        let now = original.fingerprint().unwrap();
        let changes = std::mem::replace(&mut last, now.clone()).differences(&now);
        changes
            .into_iter()
            .map(|Change { path, what }| (path.strip_prefix(repository.root()).unwrap().to_owned(), what))
            .collect()
    };
    let one = |path: &str, what: What| vec![(PathBuf::from(path), what)];
    assert_eq!(moved(&|| {}), []);
    let again = fs::read(here.join("a.txt")).unwrap();
    assert_eq!(moved(&|| fs::write(here.join("a.txt"), &again).unwrap()), [], "written, but the same");
    assert_eq!(moved(&|| fs::write(here.join("a.txt"), "b\n").unwrap()), one("queue/a.txt", What::Content));
    assert_eq!(
        moved(&|| fs::set_permissions(here.join("a.txt"), mode(0o600)).unwrap()),
        one("queue/a.txt", What::Mode { before: born, after: 0o600 })
    );
    let relink = || {
        fs::remove_file(here.join("link")).unwrap();
        symlink("run.sh", here.join("link")).unwrap();
    };
    assert_eq!(moved(&relink), one("queue/link", What::Target));
    let replace = || {
        fs::remove_file(here.join("link")).unwrap();
        fs::write(here.join("link"), "run.sh").unwrap();
    };
    assert_eq!(moved(&replace), one("queue/link", What::Kind));
    assert_eq!(moved(&|| fs::write(here.join("ignored"), "").unwrap()), one("queue/ignored", What::Appeared));
    assert_eq!(
        moved(&|| fs::remove_file(here.join("ignored")).unwrap()),
        one("queue/ignored", What::Vanished)
    );
    let dirty = repository.root().join("queue-ui/new");
    assert_eq!(moved(&|| fs::write(&dirty, "").unwrap()), one("queue-ui/new", What::Appeared));
    let branch = || drop(git(&here, &["update-ref", "refs/heads/new", "HEAD"]));
    let changes = moved(&branch);
    assert!(changes.contains(&(PathBuf::from("queue/.git/refs/heads/new"), What::Appeared)), "{changes:?}");
    let add = || drop(git(&here, &["worktree", "add", "-q", "../queue-late", "new"]));
    let changes = moved(&add);
    assert!(changes.contains(&(PathBuf::from("queue-late/a.txt"), What::Appeared)), "{changes:?}");
    let gone = || fs::remove_dir_all(repository.root().join("queue-ui")).unwrap();
    assert!(moved(&gone).contains(&(PathBuf::from("queue-ui/new"), What::Vanished)));
}

#[test]
fn refuses_what_is_no_main_checkout() {
    let repository = Repository::new();
    let open = |path: &Path| Original::open(path, &Layout::default());
    assert!(matches!(open(&repository.root()), Err(SandboxError::NotACheckout { .. })));
    assert!(matches!(open(&repository.root().join("nowhere")), Err(SandboxError::Io { .. })));
    assert!(matches!(open(&repository.root().join("queue-ui")), Err(SandboxError::LinkedWorktree { .. })));
    let layout = |database: Option<&str>, private: &[&str]| Layout {
        database: database.map(PathBuf::from),
        private: private.iter().map(|&path| path.to_owned()).collect(),
    };
    for layout in [layout(Some("../x.db"), &[]), layout(None, &["/etc"]), layout(None, &["a/../.."])] {
        assert!(matches!(
            Original::open(&repository.checkout(), &layout),
            Err(SandboxError::NotInside { .. })
        ));
    }
    fs::rename(repository.checkout().join(".git"), repository.root().join("elsewhere")).unwrap();
    symlink("../elsewhere", repository.checkout().join(".git")).unwrap();
    assert!(matches!(open(&repository.checkout()), Err(SandboxError::Elsewhere { .. })));
}

#[test]
fn refuses_to_copy_into_the_original() {
    let repository = Repository::new();
    let original = repository.open(None);
    let before = original.fingerprint().unwrap();
    for under in [repository.checkout().join("runs/new"), repository.root().join("queue-ui")] {
        assert!(matches!(Base::copy(&original, &under), Err(SandboxError::Inside { .. })));
    }
    let temp = tempfile::tempdir().unwrap();
    let base = Base::copy(&original, temp.path()).unwrap();
    let inside = base.sandbox(&repository.checkout().join("runs"), "one", &[]);
    assert!(matches!(inside, Err(SandboxError::Inside { .. })));
    assert!(matches!(Base::copy(&original, temp.path()), Err(SandboxError::Exists { .. })));
    assert_eq!(before.differences(&original.fingerprint().unwrap()), []);
}

#[test]
fn omitting_refuses_to_leave_the_checkout() {
    let repository = Repository::new();
    let temp = tempfile::tempdir().unwrap();
    let base = Base::copy(&repository.open(None), temp.path()).unwrap();
    let refused = base.sandbox(temp.path(), "one", &["../queue-ui".to_owned()]);
    assert!(matches!(refused, Err(SandboxError::NotInside { .. })));
    assert!(!temp.path().join("one").exists());
    let without = base.sandbox(temp.path(), "one", &["./ops/".to_owned(), "not/there".to_owned()]).unwrap();
    assert!(!without.worktree("agent/ui").unwrap().join("ops").exists());
    assert_eq!(git(without.checkout(), &["status", "--porcelain"]), "");
}
