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

#[test]
fn the_runbooks_work_as_written() {
    let mut pages: Vec<_> = std::fs::read_dir(root().join("runbooks"))
        .expect("there is a folder of runbooks")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    assert!(!pages.is_empty(), "no runbook was found");
    for page in pages {
        follow(&page).unwrap_or_else(|problem| panic!("{problem}"));
    }
}

#[test]
fn an_adapter_is_made_as_the_page_says() {
    follow(&root().join("docs/adapting.md")).unwrap_or_else(|problem| panic!("{problem}"));
}

#[test]
fn the_first_session_of_the_readme_works_as_written() {
    follow(&root().join("README.md")).unwrap_or_else(|problem| panic!("{problem}"));
}
