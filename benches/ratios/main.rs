//! What Fairway costs next to what it replaces, as ratios within one run.
//!
//! Times of different machines, or of one machine on different days, say little; a ratio of two times taken turn
//! by turn says something. Nothing here fails on a time: the table shows each ratio beside its limit.

mod harness;
mod import;
mod measure;
mod project;
mod ready;
mod table;

use std::io::Write;
use std::process::ExitCode;

use project::Project;
use table::Row;

/// Why there is no table: a program that failed, or is not there.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn bench() -> Result<(), Failure> {
    let project = Project::prepare()?;
    let mut rows: Vec<Row> = import::compare(&project)?;
    rows.extend(ready::compare(&project)?);
    rows.push(harness::share(&project)?);
    write!(std::io::stdout(), "\n{}", table::render(&rows))?;
    Ok(())
}

/// Says what is being done; the whole takes minutes.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "bench: {text}");
}
