//! Every command on a page that operators follow is run, in order, as it stands on the page.
//!
//! A fence that opens with `sh` holds commands; `exit=N` after it says how they end. A `text` fence after it
//! holds lines that they print, in that order, perhaps with others between. Other fences are only read.

mod page;
mod session;

use std::path::Path;

use page::Page;
use session::Session;

/// Runs a page's commands in a fresh directory.
fn follow(path: &Path) -> Result<(), String> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    let page = Page::parse(&text).map_err(|problem| format!("{name}: {problem}"))?;
    let session = Session::start();
    page.steps.iter().try_for_each(|step| session.run(step)).map_err(|problem| format!("{name}:{problem}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The runbooks, each followed by a test of its own.
const RUNBOOKS: [&str; 5] = ["cutover.md", "migration-dry-run.md", "parity.md", "pilot.md", "rollback.md"];

fn runbook(name: &str) {
    assert!(RUNBOOKS.contains(&name));
    follow(&root().join("runbooks").join(name)).unwrap_or_else(|problem| panic!("{problem}"));
}

#[test]
fn every_runbook_is_followed() {
    let mut pages: Vec<String> = std::fs::read_dir(root().join("runbooks"))
        .expect("there is a folder of runbooks")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    pages.sort();
    assert_eq!(pages, RUNBOOKS);
}

#[test]
fn a_queue_is_cut_over_as_the_page_says() {
    runbook("cutover.md");
}

#[test]
fn a_migration_is_tried_as_the_page_says() {
    runbook("migration-dry-run.md");
}

#[test]
fn a_lane_is_piloted_as_the_page_says() {
    runbook("pilot.md");
}

#[test]
fn a_lane_goes_back_as_the_page_says() {
    runbook("rollback.md");
}

#[test]
fn parity_is_shown_as_the_page_says() {
    runbook("parity.md");
}

#[test]
fn an_adapter_is_made_as_the_page_says() {
    follow(&root().join("docs/adapting.md")).unwrap_or_else(|problem| panic!("{problem}"));
}

#[test]
fn the_first_session_of_the_readme_works_as_written() {
    follow(&root().join("README.md")).unwrap_or_else(|problem| panic!("{problem}"));
}
