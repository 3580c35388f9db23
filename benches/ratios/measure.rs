//! Running programs turn by turn, and how long and how much memory they take.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;

/// What a program printed, and how long it ran.
pub(crate) struct Run {
    pub(crate) wall: Duration,
    pub(crate) stdout: Vec<u8>,
}

/// Runs a program to its end; one that fails ends the bench.
pub(crate) fn run(command: &mut Command) -> Result<Run, Failure> {
    run_with_findings(command, 0)
}

/// Runs a check to its end; `findings` is the exit code that says that it found something.
pub(crate) fn run_with_findings(command: &mut Command, findings: i32) -> Result<Run, Failure> {
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output().map_err(|error| named(command, &error))?;
    let wall = start.elapsed();
    if output.status.success() || output.status.code() == Some(findings) {
        return Ok(Run { wall, stdout: output.stdout });
    }
    Err(named(command, &String::from_utf8_lossy(&output.stderr)))
}

/// Runs a program as [`run`] does and answers the most memory it had at once, in bytes.
///
/// The kernel keeps that high-water mark, in `/proc`; it is read every millisecond until the program ends, so
/// that only a growth in its very last millisecond would be missed.
pub(crate) fn peak_memory(command: &mut Command) -> Result<u64, Failure> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| named(command, &error))?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        peak = high_water_mark(&status).unwrap_or(peak).max(peak);
        match child.try_wait()? {
            None => std::thread::sleep(Duration::from_millis(1)),
            Some(exit) if exit.success() && peak > 0 => return Ok(peak),
            Some(exit) if exit.success() => return Err("/proc shows no VmHWM; this needs Linux".into()),
            Some(exit) => return Err(named(command, &exit)),
        }
    }
}

fn high_water_mark(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let kibibytes = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?;
    kibibytes.parse::<u64>().ok().map(|value| value * 1024)
}

/// How long it takes until a page that is written to a new file in a folder is on the disk.
pub(crate) fn wait_for_disk(folder: &Path) -> Result<Duration, Failure> {
    let path = folder.join("page");
    let mut page = File::create(&path)?;
    let start = Instant::now();
    page.write_all(&[0; 4096])?;
    page.sync_data()?;
    let wall = start.elapsed();
    drop(page);
    std::fs::remove_file(path)?;
    Ok(wall)
}

/// The middle of some times.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// How often one time goes into another.
pub(crate) fn ratio(part: Duration, whole: Duration) -> f64 {
    part.as_secs_f64() / whole.as_secs_f64()
}

/// A time with a unit that suits it.
pub(crate) fn show(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.1} ms", time.as_secs_f64() * 1000.0)
    } else {
        format!("{:.2} s", time.as_secs_f64())
    }
}

fn named(command: &Command, problem: &dyn std::fmt::Display) -> Failure {
    format!("{}: {problem}", command.get_program().to_string_lossy()).into()
}
