//! What a run in a sandbox finds around it.

use std::fs;

use fairway_parity::process::{Call, Ending, hermetic_environment, run};
use fairway_parity::sandbox::{Base, Sandbox};

use crate::support::Repository;

fn shell(sandbox: &Sandbox, cwd: &std::path::Path, script: &str) -> (Ending, String) {
    let path = format!("{}:/usr/bin:/bin", sandbox.bin().display());
    let call = Call {
        argv: ["sh", "-c", script].map(str::to_owned).into(),
        cwd: cwd.to_owned(),
        env: hermetic_environment(sandbox, &path, &[]),
        stdin: Vec::new(),
        timeout: std::time::Duration::from_secs(30),
        output_limit: 1 << 20,
        mark: None,
    };
    let done = run(&call).unwrap();
    (done.ending, String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned())
}

#[test]
fn a_run_sees_its_rooms_and_linked_programs() {
    let repository = Repository::new();
    let temp = tempfile::tempdir().unwrap();
    let base = Base::copy(&repository.open(None), temp.path()).unwrap();
    let sandbox = base.sandbox(temp.path(), "one", &[]).unwrap();
    sandbox.link_program("greet", &sandbox.checkout().join("run.sh")).unwrap();
    assert!(sandbox.link_program("../greet", &sandbox.checkout().join("run.sh")).is_err());
    assert!(sandbox.link_program("other", std::path::Path::new("/no/such/program")).is_err());
    let (ending, said) = shell(&sandbox, sandbox.checkout(), "greet; cd; pwd; cd $TMPDIR; pwd; date +%Z");
    let [home, temp] = [sandbox.home(), sandbox.temp()].map(|path| path.display().to_string());
    assert_eq!((ending, said), (Ending::Exit(0), format!("ran\n{home}\n{temp}\nUTC\n")));
}

#[test]
fn commits_are_the_same_wherever_they_are_made() {
    let repository = Repository::new();
    let temp = tempfile::tempdir().unwrap();
    let base = Base::copy(&repository.open(None), temp.path()).unwrap();
    let commit = |name: &str| {
        let sandbox = base.sandbox(temp.path(), name, &[]).unwrap();
        shell(&sandbox, sandbox.checkout(), "git commit -q --allow-empty -m two && git rev-parse HEAD")
    };
    let (one, two) = (commit("one"), commit("two"));
    assert_eq!(one.0, Ending::Exit(0), "{}", one.1);
    assert_eq!(one, two);
}

#[test]
fn a_copy_cannot_reach_the_remotes_of_the_original() {
    let repository = Repository::new();
    let remote = repository.root().join("remote.git");
    crate::support::git(&repository.root(), &["init", "-q", "--bare", "remote.git"]);
    crate::support::git(&repository.checkout(), &["remote", "add", "origin", remote.to_str().unwrap()]);
    let temp = tempfile::tempdir().unwrap();
    let base = Base::copy(&repository.open(None), temp.path()).unwrap();
    let sandbox = base.sandbox(temp.path(), "one", &[]).unwrap();
    let (ending, said) = shell(&sandbox, sandbox.checkout(), "git push origin main");
    assert_ne!(ending, Ending::Exit(0));
    assert!(said.contains("not allowed"), "{said}");
    assert!(fs::read_dir(remote.join("refs/heads")).unwrap().next().is_none());
}

#[test]
fn git_finds_no_repository_above_a_sandbox() {
    let repository = Repository::new();
    // The rooms lie in a repository themselves.
    let around = tempfile::tempdir().unwrap();
    crate::support::git(around.path(), &["init", "-q"]);
    let base = Base::copy(&repository.open(None), around.path()).unwrap();
    let sandbox = base.sandbox(around.path(), "one", &[]).unwrap();
    let (ending, _) = shell(&sandbox, sandbox.home(), "git rev-parse --git-dir");
    assert_eq!(ending, Ending::Exit(128));
}
