//! Sandboxes that share with the base: what they cost, that nothing gets through to it, and that a survey of them
//! shows what a survey of a whole copy does.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Command;

use fairway_parity::sandbox::{Aside, Base, Sandbox, Sharing, Surveyor};
use globset::{Glob, GlobSetBuilder};
use walkdir::WalkDir;

use crate::support::{Repository, described, git, mode};
use crate::whole::Whole;

/// Bytes of the files below `folder` that lie in its own file system.
fn bytes(folder: &Path) -> u64 {
    let files = WalkDir::new(folder).same_file_system(true).into_iter().filter_map(Result::ok);
    files.filter(|entry| entry.file_type().is_file()).map(|entry| entry.metadata().unwrap().len()).sum()
}

/// The ways that can be had here. Only root can be sure of overlays, of both kinds; `tests/ordinary` is about what
/// others can have.
fn ways(base: &mut Base) -> Vec<Sharing> {
    // Of the copies that share their blocks, every file system makes one that does or does not.
    let all = [Sharing::Overlay, Sharing::UserOverlay, Sharing::Reflink, Sharing::Objects, Sharing::Nothing];
    let ways: Vec<Sharing> = all.into_iter().filter(|way| base.share_by(*way).is_ok()).collect();
    assert!(ways.len() >= if rustix::process::geteuid().is_root() { 5 } else { 3 });
    ways
}

/// Renames a folder of the base, or does as `mv` does where that is refused.
fn rename(way: Sharing, from: &Path, to: &Path) {
    let renamed = fs::rename(from, to);
    if way == Sharing::UserOverlay {
        assert_eq!(renamed.unwrap_err().kind(), ErrorKind::CrossesDevices);
        assert!(Command::new("mv").arg(from).arg(to).status().unwrap().success());
    } else {
        renamed.unwrap();
    }
}

#[test]
fn a_sandbox_costs_what_it_may_change_and_not_what_git_holds() {
    let repository = Repository::new();
    let noise: Vec<u8> =
        (0..4_u64 << 20).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes()[7]).collect();
    fs::write(repository.checkout().join("large"), &noise).unwrap();
    git(&repository.checkout(), &["-c", "core.compression=0", "add", "large"]);
    git(&repository.checkout(), &["commit", "-qm", "large"]);
    git(&repository.checkout(), &["rm", "-q", "large"]);
    git(&repository.checkout(), &["commit", "-qm", "small again"]);
    let temp = tempfile::tempdir().unwrap();
    let mut base = Base::copy(&repository.open(None), temp.path()).unwrap();
    for way in ways(&mut base) {
        base.share_by(way).unwrap();
        let before = bytes(temp.path());
        let sandbox = base.sandbox(temp.path(), "one", &[]).unwrap();
        let cost = bytes(temp.path()) - before;
        let is_whole = matches!(way, Sharing::Reflink | Sharing::Nothing);
        let most = if is_whole { u64::MAX } else { 1 << 20 };
        assert!(cost < most, "{way:?}: {cost} bytes");
        assert!(!is_whole || cost > 4 << 20, "the measure does not see copies");
        assert_eq!(
            git(sandbox.checkout(), &["cat-file", "-s", "HEAD~1:large"]).trim(),
            noise.len().to_string()
        );
    }
}

#[test]
fn git_finds_the_same_in_every_sandbox_and_the_base_is_left_alone() {
    let repository = Repository::new();
    let place = repository.checkout().join("place");
    symlink(repository.checkout().join("ops"), place).unwrap();
    let temp = tempfile::tempdir().unwrap();
    let mut base = Base::copy(&repository.open(None), temp.path()).unwrap();
    let root = base.checkout().parent().unwrap().to_owned();
    let mut told = Vec::new();
    for way in ways(&mut base) {
        base.share_by(way).unwrap();
        let before = Whole::of(&root);
        let sandbox = base.sandbox(temp.path(), "one", &[]).unwrap();
        let here = sandbox.checkout().to_owned();
        let worktrees = sandbox.worktrees().to_vec();
        let folders: Vec<&Path> = worktrees.iter().map(|worktree| worktree.path.as_path()).collect();
        assert_eq!(fs::read_link(here.join("place")).unwrap(), here.join("ops"), "{way:?}");
        let fresh = described(&sandbox.root().join("tree"), &here, &folders);
        fs::write(here.join("place/tool"), "changed\n").unwrap();
        fs::write(folders[0].join("new"), "new\n").unwrap();
        git(&here, &["commit", "-qam", "two"]);
        git(&here, &["gc", "-q"]);
        rename(way, &here.with_file_name("queue-ui"), &here.with_file_name("queue-moved"));
        git(&here, &["worktree", "repair", "../queue-moved"]);
        fs::remove_dir_all(here.join(".worktrees")).unwrap();
        git(&here, &["worktree", "prune"]);
        let after = git(&here, &["worktree", "list", "--porcelain"]);
        let after = after.replace(sandbox.root().to_str().unwrap(), "ROOT");
        // A commit is named after the time too.
        let after = after.replace(git(&here, &["rev-parse", "HEAD"]).trim(), "TWO");
        told.push((fresh, git(&here, &["status", "--porcelain"]), after));
        // Git touches a borrowed object that it is to write again, where no keeper mounts the base read-only.
        if way != Sharing::Objects {
            assert_eq!(before.changes(&Whole::of(&root)), Vec::<String>::new(), "{way:?}");
        }
    }
    assert!(told.iter().all(|one| *one == told[0]), "{told:#?}");
}

/// Does what shows in a survey, in three steps.
fn work(way: Sharing, sandbox: &Sandbox, step: usize) {
    let here = sandbox.checkout();
    let at = |path: &str| here.join(path);
    match step {
        0 => {
            fs::write(at("a.txt"), "other\n").unwrap();
            fs::write(at("packets/one.md"), "seen as an answer\n").unwrap();
            fs::write(at("deep/er/new"), "new\n").unwrap();
            fs::set_permissions(at("run.sh"), mode(0o700)).unwrap();
            rename(way, &at("deep/er"), &at("moved"));
            fs::remove_file(at("link")).unwrap();
            symlink(at("deep"), at("link")).unwrap();
            fs::remove_dir_all(at("full")).unwrap();
            fs::write(at("ops/tool"), "nobody looks\n").unwrap();
        }
        1 => {
            // Back to what it was, and a folder of the base anew with something else in it.
            fs::write(at("a.txt"), "a\n").unwrap();
            fs::create_dir_all(at("full/b")).unwrap();
            fs::write(at("full/b/two"), "another\n").unwrap();
            fs::remove_dir_all(at("deep")).unwrap();
            fs::write(at("deep"), "a file now\n").unwrap();
            fs::remove_file(at("moved/old")).unwrap();
        }
        _ => {
            fs::remove_file(at("deep")).unwrap();
            fs::create_dir(at("deep")).unwrap();
            fs::set_permissions(at("full/b"), mode(0o700)).unwrap();
            fs::remove_file(at("run.sh")).unwrap();
            fs::create_dir(at("run.sh")).unwrap();
        }
    }
}

#[test]
fn a_survey_shows_the_same_whatever_is_shared() {
    let repository = Repository::new();
    for (path, text) in [
        ("deep/er/old", "old\n"),
        ("deep/flat", "flat\n"),
        ("full/a/one", "one\n"),
        ("full/b/two", "two\n"),
        ("packets/one.md", "one\n"),
    ] {
        let path = repository.checkout().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let temp = tempfile::tempdir().unwrap();
    let mut base = Base::copy(&repository.open(None), temp.path()).unwrap();
    let documents = GlobSetBuilder::new().add(Glob::new("packets/*.md").unwrap()).build().unwrap();
    let aside = Aside { private: vec!["ops".to_owned()], documents };
    let mut seen = Vec::new();
    for way in ways(&mut base) {
        base.share_by(way).unwrap();
        let sandbox = base.sandbox(temp.path(), "one", &[]).unwrap();
        let mut surveyor = Surveyor::default();
        let first = surveyor.look(&sandbox, &aside).unwrap();
        let laid_over = matches!(way, Sharing::Overlay | Sharing::UserOverlay);
        if laid_over {
            assert!(first.files.is_empty(), "nothing was written yet: {first:?}");
        }
        let mut surveys = Vec::new();
        for step in 0..3 {
            work(way, &sandbox, step);
            surveys.push(surveyor.look(&sandbox, &aside).unwrap());
            assert!(surveyor.look(&sandbox, &aside).unwrap().files.is_empty(), "{way:?}");
        }
        assert!(surveys.iter().all(|survey| !survey.files.is_empty()));
        seen.push(surveys);
        let device = |path: &Path| fs::symlink_metadata(path).unwrap().dev();
        assert_eq!(laid_over, device(sandbox.root()) != device(sandbox.checkout()));
    }
    for other in &seen[1..] {
        assert_eq!(&seen[0], other);
    }
}
