//! What a survey shows of a sandbox in which somebody worked: files and git, and nothing that one side has alone.

use std::fs;
use std::path::Path;

use fairway_parity::observation::{Delta, RowChange};
use fairway_parity::sandbox::{Aside, Base, Layout, Original, Sandbox, Survey, Surveyor};
use globset::{Glob, GlobSetBuilder};

use crate::support::{Repository, git, mode};

struct Place {
    _repository: Repository,
    _temp: tempfile::TempDir,
    sandbox: Sandbox,
    surveyor: Surveyor,
    aside: Aside,
}

impl Place {
    fn new() -> Self {
        let repository = Repository::new();
        let temp = tempfile::tempdir().unwrap();
        let original = repository.open(None);
        let sandbox = Base::copy(&original, temp.path()).unwrap().sandbox(temp.path(), "one", &[]).unwrap();
        let documents = GlobSetBuilder::new().add(Glob::new("packets/*.md").unwrap()).build().unwrap();
        let aside = Aside { private: vec!["ops".to_owned()], documents };
        let mut place =
            Self { _repository: repository, _temp: temp, sandbox, surveyor: Surveyor::default(), aside };
        let first = place.survey();
        assert!(!first.files.is_empty() && !first.git.is_empty(), "at first, everything is new");
        assert_eq!(place.survey(), Survey::default());
        place
    }

    fn survey(&mut self) -> Survey {
        self.surveyor.look(&self.sandbox, &self.aside).unwrap()
    }

    fn here(&self) -> &Path {
        self.sandbox.checkout()
    }
}

/// `section[key]` and what became of it.
fn told(delta: &Delta) -> Vec<String> {
    let rows = delta.sections.iter().flat_map(|(section, rows)| rows.iter().map(move |row| (section, row)));
    rows.map(|(section, (key, change))| {
        let what = match change {
            RowChange::Added(_) => "added".to_owned(),
            RowChange::Removed => "removed".to_owned(),
            RowChange::Changed(columns) => columns.keys().cloned().collect::<Vec<_>>().join(" "),
        };
        format!("{section}[{key}] {what}")
    })
    .collect()
}

#[test]
fn files_show_by_path_type_mode_and_content() {
    let mut place = Place::new();
    let here = place.here().to_owned();
    fs::write(here.join("a.txt"), "b\n").unwrap();
    fs::set_permissions(here.join("run.sh"), mode(0o644)).unwrap();
    fs::remove_file(here.join("link")).unwrap();
    fs::create_dir(here.join("new")).unwrap();
    fs::write(here.join("new/file"), "new\n").unwrap();
    fs::write(here.join("../queue-ui/a.txt"), "ui\n").unwrap();
    fs::write(here.join("../stray"), "beside\n").unwrap();
    // Content that is as it was is no change, whenever it was written.
    fs::write(here.join(".worktrees/queue-ops/a.txt"), "a\n").unwrap();
    let survey = place.survey();
    assert_eq!(
        told(&survey.files),
        [
            "[../queue-ui/a.txt] digest",
            "[../stray] added",
            "[a.txt] digest",
            "[link] removed",
            "[new] added",
            "[new/file] added",
            "[run.sh] mode",
        ]
    );
    assert!(survey.git.is_empty(), "{:?}", survey.git);
}

#[test]
fn a_change_in_the_same_tick_of_the_clock_is_seen() {
    let mut place = Place::new();
    let file = place.here().join("a.txt");
    for text in ["1\n", "2\n", "3\n", "4\n"] {
        fs::write(&file, text).unwrap();
        assert_eq!(told(&place.survey().files), ["[a.txt] digest"], "{text}");
    }
}

#[test]
fn what_one_side_has_alone_is_left_out_in_every_checkout() {
    let mut place = Place::new();
    let here = place.here().to_owned();
    for checkout in [here.clone(), here.join("../queue-ui"), here.join(".worktrees/queue-ops")] {
        fs::write(checkout.join("ops/tool"), "other\n").unwrap();
        git(&checkout, &["add", "ops/tool"]);
    }
    assert_eq!(place.survey(), Survey::default());
}

#[test]
fn of_a_document_only_the_content_is_left_out() {
    let mut place = Place::new();
    let folder = place.here().join("packets");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.md"), "one\n").unwrap();
    fs::write(folder.join("a.txt"), "one\n").unwrap();
    assert_eq!(
        told(&place.survey().files),
        ["[packets] added", "[packets/a.md] added", "[packets/a.txt] added"]
    );
    fs::write(folder.join("a.md"), "two\n").unwrap();
    fs::write(folder.join("a.txt"), "two\n").unwrap();
    assert_eq!(told(&place.survey().files), ["[packets/a.txt] digest"]);
    // So it is with a file that an answer was read from.
    fs::write(folder.join("a.txt"), "three\n").unwrap();
    place.surveyor.document(&place.here().join("./packets/a.txt"));
    assert_eq!(told(&place.survey().files), ["[packets/a.txt] "]);
    assert_eq!(place.survey(), Survey::default());
    fs::set_permissions(folder.join("a.md"), mode(0o600)).unwrap();
    assert_eq!(told(&place.survey().files), ["[packets/a.md] mode"]);
}

#[test]
fn git_shows_refs_worktrees_heads_and_indexes() {
    let mut place = Place::new();
    let here = place.here().to_owned();
    git(&here, &["branch", "topic"]);
    assert_eq!(told(&place.survey().git), ["refs[refs/heads/topic] added"]);
    git(&here, &["pack-refs", "--all"]);
    assert_eq!(place.survey(), Survey::default(), "packed or not, a ref is a ref");
    git(&here, &["branch", "-D", "topic"]);
    assert_eq!(told(&place.survey().git), ["refs[refs/heads/topic] removed"]);
    git(&here, &["switch", "-q", "--detach"]);
    assert_eq!(told(&place.survey().git), ["worktrees[.] branch detached"]);
    fs::write(here.join("../queue-ui/a.txt"), "ui\n").unwrap();
    git(&here.join("../queue-ui"), &["add", "a.txt"]);
    assert_eq!(told(&place.survey().git), ["staged[../queue-ui/a.txt] added"]);
    git(&here.join("../queue-ui"), &["commit", "-qm", "ui"]);
    assert_eq!(
        told(&place.survey().git),
        ["refs[refs/heads/agent/ui] target", "staged[../queue-ui/a.txt] removed"]
    );
    git(&here, &["worktree", "add", "-q", "-b", "review/x", ".worktrees/review-x"]);
    let survey = place.survey();
    assert_eq!(
        told(&survey.git),
        ["refs[refs/heads/review/x] added", "worktrees[.worktrees/review-x] added"]
    );
    assert!(told(&survey.files).contains(&"[.worktrees/review-x/a.txt] added".to_owned()));
    fs::remove_dir_all(here.join(".worktrees/review-x")).unwrap();
    assert_eq!(told(&place.survey().git), ["worktrees[.worktrees/review-x] missing"]);
}

#[test]
fn a_repository_without_a_commit_has_files_all_the_same() {
    let temp = tempfile::tempdir().unwrap();
    let checkout = temp.path().join("empty");
    fs::create_dir(&checkout).unwrap();
    git(&checkout, &["init", "-q", "-b", "main"]);
    let original = Original::open(&checkout, &Layout::default()).unwrap();
    let rooms = tempfile::tempdir().unwrap();
    let sandbox = Base::copy(&original, rooms.path()).unwrap().sandbox(rooms.path(), "one", &[]).unwrap();
    let mut surveyor = Surveyor::default();
    surveyor.look(&sandbox, &Aside::default()).unwrap();
    fs::write(sandbox.checkout().join("first"), "first\n").unwrap();
    git(sandbox.checkout(), &["add", "first"]);
    let survey = surveyor.look(&sandbox, &Aside::default()).unwrap();
    assert_eq!(told(&survey.files), ["[first] added"]);
    assert_eq!(told(&survey.git), ["staged[first] added"]);
}
