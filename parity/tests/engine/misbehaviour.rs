//! References that misbehave: the scenario says what happened, the run goes on, and nothing of it stays.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fairway_parity::report::{RunResult, run_report};
use fairway_parity::{RunRequest, Verdict};

use crate::made_up::{Pair, READY, adapter};

/// An outcome rule, so that a scenario can go on after the worst.
const AFTER: &str = "behaviour = \"tiny\"\nsummary = \"another scenario\"\nstart = \"standard\"\n\
                     [[steps]]\noperation = \"claim\"\n";

/// Runs a reference whose `ready` does this in front of a sound candidate, with a scenario after it that is sound.
fn misbehaving(script: &str) -> (Pair, RunResult) {
    let pair = Pair::new("echo same", "echo same", READY);
    let bad = adapter("one", "echo same")
        .replace(r#"'./queue.sh ready "$(echo same)"'"#, &format!("'''{script}'''"));
    assert!(bad.contains(script), "{bad}");
    let claim = "[[operations.claim.outcomes]]\nexit = [7]\ngives = \"held\"\n";
    let with_claim = |text: &str| text.replace("[state.sections]", &format!("{claim}[state.sections]"));
    pair.write("adapters/one.toml", &with_claim(&bad));
    pair.write("adapters/two.toml", &with_claim(&adapter("two", "echo same")));
    pair.write("scenarios/tiny/sound.toml", &format!("{AFTER}expect = \"held\"\n"));
    let result = pair.run_as(|request| RunRequest { timeout: Duration::from_secs(2), ..request });
    assert_eq!(result.counts.matched, 1, "the run goes on\n{}", run_report(&result));
    assert!(result.original_untouched, "{}", run_report(&result));
    let rooms = rooms(&pair.folder.path().join("out/raw"));
    assert!(!rooms.is_empty() && rooms.iter().all(|room| !room.exists()), "{rooms:?}");
    (pair, result)
}

/// The sandboxes that the records name, of what was run in them by its whole path.
fn rooms(raw: &Path) -> Vec<PathBuf> {
    let mut rooms = Vec::new();
    for entry in walkdir::WalkDir::new(raw).into_iter().flatten() {
        if entry.path().extension().is_some_and(|end| end == "command") {
            let text = fs::read_to_string(entry.path()).unwrap();
            let command: serde_json::Value = serde_json::from_str(&text).unwrap();
            let program = PathBuf::from(command["argv"][0].as_str().unwrap());
            rooms.extend(program.parent().filter(|_| program.is_absolute()).map(Path::to_owned));
        }
    }
    rooms
}

fn places(result: &RunResult) -> Vec<String> {
    result.scenarios[0].differences.iter().map(|found| found.place.to_string()).collect()
}

#[test]
fn one_that_hangs_is_killed_and_compared_as_such() {
    let began = Instant::now();
    let (_, result) = misbehaving("sleep 300");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!(result.verdict, Verdict::Mismatched, "{}", run_report(&result));
    assert_eq!(places(&result)[..2], ["step 1 · outcome", "step 1 · ending"]);
    assert!(run_report(&result).contains("timed out"), "{}", run_report(&result));
}

#[test]
fn one_that_closes_its_output_and_hangs_is_killed_too() {
    let (_, result) = misbehaving("exec 0<&- 1>&- 2>&-; sleep 300");
    assert_eq!(places(&result)[..2], ["step 1 · outcome", "step 1 · ending"], "{}", run_report(&result));
    assert!(run_report(&result).contains("timed out"), "{}", run_report(&result));
}

#[test]
fn one_that_stops_itself_is_killed_too() {
    let (_, result) = misbehaving("kill -STOP $$");
    assert_eq!(places(&result)[..2], ["step 1 · outcome", "step 1 · ending"], "{}", run_report(&result));
    assert!(run_report(&result).contains("timed out"), "{}", run_report(&result));
}

#[test]
fn one_that_hangs_before_it_begins_is_told_by_its_setup() {
    let pair = Pair::new("echo same", "echo same", READY);
    let setup = "[[setup]]\nargv = [\"sh\", \"-c\", \"sleep 300\"]\n[operations.ready]";
    pair.write("adapters/one.toml", &adapter("one", "echo same").replacen("[operations.ready]", setup, 1));
    pair.write("scenarios/tiny/another.toml", READY);
    let result = pair.run_as(|request| RunRequest { timeout: Duration::from_secs(1), ..request });
    assert_eq!(result.counts.errored, 2, "the run goes on\n{}", run_report(&result));
    let error = result.scenarios[0].error.as_deref().unwrap_or_default();
    assert!(error.contains("start") && error.contains("sleep 300") && error.contains("timed out"), "{error}");
}

#[test]
fn one_that_crashes_is_told_by_its_signal() {
    let (_, result) = misbehaving("kill -SEGV $$");
    assert_eq!(result.verdict, Verdict::Mismatched, "{}", run_report(&result));
    assert!(run_report(&result).contains("\"signal 11\" -> \"exited\""), "{}", run_report(&result));
}

#[test]
fn one_that_prints_binary_cannot_be_read() {
    let (pair, result) = misbehaving(r"tr '\000' '\377' </dev/zero | head -c 300");
    assert_eq!(result.verdict, Verdict::Errored, "{}", run_report(&result));
    let error = result.scenarios[0].error.as_deref().unwrap_or_default();
    assert!(error.contains("reference-") && error.contains("`ready`"), "{error}");
    let raw = pair.folder.path().join("out/raw/tiny/ready");
    let runs = ["reference-1", "reference-2"].map(|run| raw.join(run).join("01.stdout"));
    let printed = runs.iter().find_map(|file| fs::read(file).ok()).unwrap();
    assert_eq!(printed, [0xff; 300], "what was printed is kept as it was");
}

#[test]
fn one_that_prints_a_hundred_megabytes_is_stopped() {
    let (pair, result) = misbehaving("head -c 104857600 /dev/zero");
    assert_eq!(result.verdict, Verdict::Mismatched, "{}", run_report(&result));
    assert!(run_report(&result).contains("printed too much"), "{}", run_report(&result));
    let kept = pair.folder.path().join("out/raw/tiny/ready/reference-1/01.stdout");
    assert!(fs::metadata(kept).unwrap().len() <= 1 << 20, "a record is no dump");
}

#[test]
fn one_that_prints_a_hundred_megabytes_of_errors_is_stopped() {
    let (pair, result) = misbehaving("head -c 104857600 /dev/zero >&2; ./queue.sh ready same");
    assert!(run_report(&result).contains("printed too much"), "{}", run_report(&result));
    let kept = pair.folder.path().join("out/raw/tiny/ready/reference-1/01.stderr");
    assert!(fs::metadata(kept).unwrap().len() <= 1 << 20, "a record is no dump");
}

#[test]
fn one_that_closes_its_output_has_no_answer() {
    let (_, result) = misbehaving("exec 1>&- 2>&-; sleep 0.1");
    assert_eq!(result.verdict, Verdict::Errored, "{}", run_report(&result));
    assert!(result.scenarios[0].error.as_deref().unwrap_or_default().contains("`ready`"));
}

#[test]
fn one_that_deletes_its_database_has_no_state() {
    let (_, result) = misbehaving("rm queue.db; ./queue.sh ready same");
    assert_eq!(result.verdict, Verdict::Errored, "{}", run_report(&result));
    let error = result.scenarios[0].error.as_deref().unwrap_or_default();
    assert!(error.contains("step 1 (ready)") && error.contains("there is no database"), "{error}");
}

#[test]
fn one_that_overwrites_its_database_has_no_state() {
    let (_, result) = misbehaving("head -c 8192 /dev/zero | tr '\\000' x >queue.db; ./queue.sh ready same");
    assert_eq!(result.verdict, Verdict::Errored, "{}", run_report(&result));
    let error = result.scenarios[0].error.as_deref().unwrap_or_default();
    assert!(error.contains("step 1 (ready)") && error.contains("not a database"), "{error}");
}

#[test]
fn one_that_removes_all_that_it_has_is_told_and_cleaned_up_after() {
    let (_, result) = misbehaving("./queue.sh ready same; here=$PWD; cd /; rm -rf \"$here\"");
    assert_eq!(result.verdict, Verdict::Errored, "{}", run_report(&result));
    let error = result.scenarios[0].error.as_deref().unwrap_or_default();
    assert!(error.contains("step 1 (ready)"), "{error}");
}

#[test]
fn one_that_takes_all_rights_from_its_folder_is_cleaned_up_after() {
    let (_, result) = misbehaving("./queue.sh ready same; mkdir -p shut/in; chmod 000 shut");
    assert_eq!(
        places(&result),
        ["step 1 · files · [shut/in]", "step 1 · files · [shut]"],
        "{}",
        run_report(&result)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn one_that_leaves_children_is_told_by_them_and_they_end() {
    // In the group, in a session of its own, and in one with an empty environment: each is found.
    let script = "./queue.sh ready same; sleep 301 & setsid sleep 302 & setsid env -i sleep 303 & sleep 0.2";
    let (_, result) = misbehaving(script);
    assert_eq!(result.verdict, Verdict::Mismatched, "{}", run_report(&result));
    let left = ["sleep 301", "sleep 302", "sleep 303"];
    assert_eq!(places(&result), left.map(|command| format!("step 1 · processes · [{command}]")));
    // Not through `pgrep`, which a small installation of Debian lacks.
    let words =
        |process: std::fs::DirEntry| std::fs::read(process.path().join("cmdline")).unwrap_or_default();
    let running = || std::fs::read_dir("/proc").unwrap().map(Result::unwrap).map(words);
    let alive =
        |command: &str| running().any(|words| words == (command.replace(' ', "\0") + "\0").as_bytes());
    assert!(left.iter().all(|command| !alive(command)), "all were killed");
}

#[cfg(target_os = "linux")]
#[test]
fn processes_are_left_out_by_name_and_for_a_reason() {
    let pair = Pair::new("echo same", "echo same", READY);
    let bad =
        adapter("one", "echo same").replace("'./queue.sh ready", "'setsid sleep 304 & ./queue.sh ready");
    pair.write("adapters/one.toml", &bad);
    assert_eq!(places(&pair.run()), ["step 1 · processes · [sleep 304]"]);
    let omit = "[[omit]]\nchannel = \"processes\"\nreason = \"a watcher of the legacy\"\n[[steps]]";
    pair.write("scenarios/tiny/ready.toml", &READY.replacen("[[steps]]", omit, 1));
    let result = pair.run();
    assert_eq!(result.verdict, Verdict::Matched, "{}", run_report(&result));
    assert!(run_report(&result).contains("leave out the channel `processes`"), "{}", run_report(&result));
}
