//! What setting a scenario up costs on a large repository, against a small one.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use fairway_parity::sandbox::{Base, Layout, Original, Sharing};

use crate::measure::{median, ratio, run, show};
use crate::project::Project;
use crate::table::Row;
use crate::{Failure, say};

/// How many sandboxes are made of each.
const ROUNDS: usize = 15;

/// A repository to make: packs of so many mebibytes each, and files in the checkout.
struct Size {
    name: &'static str,
    packs: usize,
    mebibytes: usize,
    files: usize,
}

const SMALL: Size = Size { name: "small", packs: 1, mebibytes: 10, files: 20 };
const LARGE: Size = Size { name: "large", packs: 16, mebibytes: 64, files: 2000 };

/// Makes sandboxes of both, turn by turn.
pub(crate) fn compare(project: &Project) -> Result<Vec<Row>, Failure> {
    // As the harness does before it starts a thread, so that an ordinary user measures overlays too.
    fairway_parity::confine::prepare(Path::new(env!("CARGO_BIN_EXE_fairway")));
    let place = project.path("sandboxes");
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    fs::create_dir_all(&place)?;
    let [(small, of_small), (large, of_large)] = [base(&place, &SMALL)?, base(&place, &LARGE)?];
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for (times, base) in times.iter_mut().zip([&large, &small]) {
            let begun = Instant::now();
            let sandbox = base.sandbox(&place, &format!("one-{round}"), &[])?;
            times.push(begun.elapsed());
            drop(sandbox);
        }
    }
    drop((small, large));
    fs::remove_dir_all(&place)?;
    let [large, small] = times.map(median);
    Ok(vec![Row {
        what: "a sandbox of 1 GB and 2,000 files, against one of 10 MB and 20".to_owned(),
        fairway: show(large),
        other: show(small),
        ratio: ratio(large, small),
        limit: 3.0,
        disk: None,
        method: format!(
            "making a sandbox of a base copy that is there, median of {ROUNDS} each, taken in turns; sandboxes are {}, and {}",
            of_large.name(),
            of_small.name()
        ),
    }])
}

/// A base copy of a repository of this size, and how sandboxes are made of it.
fn base(place: &Path, size: &Size) -> Result<(Base, Sharing), Failure> {
    say(&format!("a repository of {} MB", size.packs * size.mebibytes));
    let place = place.join(size.name);
    let checkout = place.join("original/queue");
    fs::create_dir_all(&checkout)?;
    let git = |arguments: &[&str]| {
        let quiet = ["-c", "core.bigFileThreshold=1m", "-c", "core.compression=0", "-c", "gc.auto=0"];
        let who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"];
        run(Command::new("git").current_dir(&checkout).args(quiet).args(who).args(arguments))
    };
    git(&["init", "--quiet", "--initial-branch=main"])?;
    for number in 0..size.files {
        let folder = checkout.join(format!("folder-{}", number / 50));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("file-{number}")), format!("{number}\n").repeat(50))?;
    }
    // Each version of one file is a pack of its own, for git puts a large file into one at once.
    for seed in 1..=size.packs {
        noise(&checkout.join("large"), size.mebibytes, seed as u64)?;
        git(&["add", "--all"])?;
        git(&["commit", "--quiet", "--message", "a version"])?;
    }
    git(&["rm", "--quiet", "large"])?;
    git(&["commit", "--quiet", "--message", "without"])?;
    let original = Original::open(&checkout, &Layout::default())?;
    let mut base = Base::copy(&original, &place)?;
    // Commands would run under a keeper, which mounts the base read-only.
    let how = base.share(true);
    Ok((base, how))
}

/// Writes bytes that cannot be compressed.
fn noise(path: &Path, mebibytes: usize, seed: u64) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut block = Vec::with_capacity(1 << 20);
    for _ in 0..mebibytes {
        block.clear();
        while block.len() < 1 << 20 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            block.extend(state.to_le_bytes());
        }
        file.write_all(&block)?;
    }
    Ok(())
}
