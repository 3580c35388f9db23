//! The parsers that could read the legacy queue file: how far each agrees with Ruby on the YAML test suite, and what each
//! costs on a queue of 100,000 tasks. `docs/decisions/0001-yaml-reader.md` draws on it.
//!
//! Agreement is about a parser's nodes, before any rule of Psych's: the same documents refused, and the same nodes with
//! the same text out of the rest. Times are medians of several rounds taken turn by turn.

mod events;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use fairway::legacy::yaml::{Node, Sink, stream};

/// Why there is no table.
type Failure = Box<dyn std::error::Error>;

/// Rounds of each measurement, Ruby's slow `safe_load` included.
const ROUNDS: usize = 5;

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let queue = queue(root)?;
    // First, before anything else has used memory.
    let bytes = std::fs::read(&queue)?;
    read(&bytes)?;
    say(&format!("peak memory of this process after reading the queue: {}", peak()?))?;
    agreement(root)?;
    times(root, &queue, &bytes)
}

/// The queue that `cargo bench --bench ratios` uses too.
fn queue(root: &Path) -> Result<PathBuf, Failure> {
    let folder = root.join("target/bench");
    let queue = folder.join("queue-100000.yaml");
    if !queue.exists() {
        std::fs::create_dir_all(&folder)?;
        let generator = root.join("fixtures/gpuaas/tools/generate_queue.rb");
        std::fs::write(&queue, ruby(Command::new("ruby").arg(generator).args(["yaml", "100000", "1"]))?)?;
    }
    Ok(queue)
}

fn agreement(root: &Path) -> Result<(), Failure> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root.join("fixtures/yaml-test-suite"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    let script = root.join("benches/yaml_parsers/ruby.rb");
    let said = ruby(Command::new("ruby").arg(script).arg("events").args(&files))?;
    let (mut safer, mut saphyr) = (Tally::default(), Tally::default());
    for (file, theirs) in files.iter().zip(said.lines()) {
        let bytes = std::fs::read(file)?;
        safer.count(theirs, &events::libyaml_safer(&bytes));
        saphyr.count(theirs, &events::saphyr(&bytes));
    }
    say(&format!("agreement with libyaml in Ruby on {} documents", files.len()))?;
    say(&format!("  libyaml-safer  {safer}"))?;
    say(&format!("  saphyr-parser  {saphyr}"))
}

/// How a parser does against Ruby.
#[derive(Default)]
struct Tally {
    agree: usize,
    only_one_refuses: usize,
    other_nodes: usize,
}

impl Tally {
    fn count(&mut self, theirs: &str, ours: &str) {
        let tally = match (theirs == ours, (theirs == "refused") == (ours == "refused")) {
            (true, _) => &mut self.agree,
            (false, false) => &mut self.only_one_refuses,
            (false, true) => &mut self.other_nodes,
        };
        *tally += 1;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { agree, only_one_refuses, other_nodes } = self;
        write!(
            f,
            "{agree} agree, {only_one_refuses} refused by one side only, {other_nodes} with other nodes"
        )
    }
}

fn times(root: &Path, queue: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let script = root.join("benches/yaml_parsers/ruby.rb");
    let ruby_seconds = |what: &str| -> Result<f64, Failure> {
        Ok(ruby(Command::new("ruby").arg(&script).arg(what).arg(queue))?.trim().parse()?)
    };
    let mut rows: [(&str, Vec<f64>); 5] = [
        ("Ruby, safe_load", Vec::new()),
        ("Ruby, libyaml alone", Vec::new()),
        ("libyaml-safer alone", Vec::new()),
        ("saphyr-parser alone", Vec::new()),
        ("this reader, every value", Vec::new()),
    ];
    for _ in 0..ROUNDS {
        rows[0].1.push(ruby_seconds("load")?);
        rows[1].1.push(ruby_seconds("parse")?);
        rows[2].1.push(seconds(|| safer_alone(bytes))?);
        rows[3].1.push(seconds(|| saphyr_alone(bytes))?);
        rows[4].1.push(seconds(|| read(bytes))?);
    }
    say("seconds on a queue of 100,000 tasks, and in percent of Ruby's safe_load")?;
    let mut reference = None;
    for (name, mut times) in rows {
        times.sort_by(f64::total_cmp);
        let median = times[times.len() / 2];
        let reference = *reference.get_or_insert(median);
        say(&format!("  {name:<26} {median:6.2} s   {:5.1} %", 100.0 * median / reference))?;
    }
    Ok(())
}

fn seconds(work: impl FnOnce() -> Result<(), Failure>) -> Result<f64, Failure> {
    let started = Instant::now();
    work()?;
    Ok(started.elapsed().as_secs_f64())
}

fn safer_alone(bytes: &[u8]) -> Result<(), Failure> {
    let mut parser = libyaml_safer::Parser::new();
    parser.set_input(std::io::BufReader::with_capacity(16_384, bytes));
    for event in parser {
        event?;
    }
    Ok(())
}

fn saphyr_alone(bytes: &[u8]) -> Result<(), Failure> {
    for event in saphyr_parser::Parser::new_from_str(std::str::from_utf8(bytes)?) {
        event?;
    }
    Ok(())
}

/// Counts the items and lets them go.
#[derive(Default)]
struct Count(usize);

impl Sink for Count {
    fn restart(&mut self) {
        self.0 = 0;
    }

    fn item(&mut self, _index: usize, _item: Node) {
        self.0 += 1;
    }
}

fn read(bytes: &[u8]) -> Result<(), Failure> {
    let mut count = Count::default();
    stream(bytes, "tasks", &mut count)?;
    if count.0 == 100_000 { Ok(()) } else { Err(format!("{} tasks", count.0).into()) }
}

fn ruby(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| format!("ruby: {error}; install Ruby 3.1"))?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}

/// The most memory this process has held, as the kernel says it.
fn peak() -> Result<String, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.ok_or("no VmHWM in /proc/self/status")?.trim().to_owned())
}

fn say(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
