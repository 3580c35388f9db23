//! Import, against Ruby reading the same file and doing nothing with it.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::measure::{median, peak_memory, ratio, run, show};
use crate::project::{Project, QUEUE, fairway};
use crate::table::Row;
use crate::{Failure, say};

const ROUNDS: usize = 5;
const MEMORY_LIMIT: f64 = 300.0;

/// Prints the seconds that `safe_load` alone took: neither Ruby's start nor reading the file counts.
const SAFE_LOAD: &str = r#"
    require "yaml"; require "date"
    text = File.read(ARGV[0], encoding: "UTF-8")
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    YAML.safe_load(text, permitted_classes: [Date, Time], aliases: true)
    puts Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
"#;

/// Dry run, applied import and the memory of each.
pub(crate) fn compare(project: &Project) -> Result<Vec<Row>, Failure> {
    let (mut ruby, mut dry, mut applied) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        say(&format!("import, round {round} of {ROUNDS}"));
        ruby.push(safe_load(project)?);
        let place = project.fresh("import")?;
        dry.push(run(import(&place).arg("--dry-run"))?.wall);
        applied.push(run(&mut import(&place))?.wall);
    }
    say("import, memory");
    let place = project.fresh("import")?;
    let dry_peak = peak_memory(import(&place).arg("--dry-run"))?;
    let applied_peak = peak_memory(&mut import(&place))?;
    let (ruby, dry, applied) = (median(ruby), median(dry), median(applied));
    let method = format!(
        "wall time of the whole command, process start included, against YAML.safe_load alone as Ruby's own \
         clock has it; medians of {ROUNDS}, turn by turn"
    );
    Ok(vec![
        time("import --dry-run, 100,000 tasks, against Ruby's YAML.safe_load", dry, ruby, 0.25, &method),
        time(
            "import --state-once, 100,000 tasks, against Ruby's YAML.safe_load",
            applied,
            ruby,
            0.33,
            &method,
        ),
        memory("peak memory of import --dry-run", dry_peak),
        memory("peak memory of import --state-once", applied_peak),
    ])
}

fn import(place: &Path) -> Command {
    let mut command = fairway(place);
    command.args(["import", QUEUE, "--state-once"]);
    command
}

fn safe_load(project: &Project) -> Result<Duration, Failure> {
    let printed = run(Command::new("ruby").args(["-e", SAFE_LOAD]).arg(&project.queue))?.stdout;
    Ok(Duration::from_secs_f64(String::from_utf8(printed)?.trim().parse()?))
}

fn time(what: &str, fairway: Duration, ruby: Duration, limit: f64, method: &str) -> Row {
    let method = method.to_owned();
    let what = what.to_owned();
    Row {
        what,
        fairway: show(fairway),
        other: show(ruby),
        ratio: ratio(fairway, ruby),
        limit,
        disk: None,
        method,
    }
}

fn memory(what: &str, peak: u64) -> Row {
    #[expect(clippy::cast_precision_loss, reason = "a size is shown with one decimal")]
    let megabytes = peak as f64 / 1e6;
    Row {
        what: what.to_owned(),
        fairway: format!("{megabytes:.1} MB"),
        other: format!("{MEMORY_LIMIT:.0} MB"),
        ratio: megabytes / MEMORY_LIMIT,
        limit: 1.0,
        disk: None,
        method: "VmHWM of /proc/PID/status in one run, MB of 1,000,000 bytes, against the limit itself"
            .to_owned(),
    }
}
