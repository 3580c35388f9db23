//! What Fairway costs next to what it replaces, as ratios within one run.
//!
//! Times of different machines, or of one machine on different days, say little; a ratio of two times taken turn
//! by turn says something. Nothing here fails on a time: the table shows each ratio beside its limit.
//!
//! `cargo bench --bench ratios -- import verbs` takes only the parts that are named.

mod claims;
mod gate;
mod harness;
mod import;
mod measure;
mod migrate;
mod project;
mod ready;
mod sandboxes;
mod shadow;
mod table;
mod verbs;

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

/// What can be measured by itself.
type Part = fn(&Project) -> Result<Vec<Row>, Failure>;
const PARTS: [(&str, Part); 9] = [
    ("import", import::compare),
    ("migrate", migrate::compare),
    ("ready", ready::compare),
    ("verbs", verbs::compare),
    ("harness", harness::compare),
    ("sandboxes", sandboxes::compare),
    ("shadow", shadow::compare),
    ("gate", gate::compare),
    ("claims", claims::compare),
];

fn bench() -> Result<(), Failure> {
    // cargo adds flags of its own.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(word) = wanted.iter().find(|word| PARTS.iter().all(|(name, _)| name != word)) {
        let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no part `{word}`; expected one of {}", names.join(", ")).into());
    }
    let project = Project::prepare()?;
    let mut rows: Vec<Row> = Vec::new();
    for (name, part) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            rows.extend(part(&project)?);
        }
    }
    write!(std::io::stdout(), "\n{}", table::render(&rows))?;
    Ok(())
}

/// Says what is being done; the whole takes minutes.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "bench: {text}");
}
