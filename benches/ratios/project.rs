//! The queue of 100,000 tasks, and projects to import it into.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::measure::run;
use crate::{Failure, say};

/// How many tasks the generated queue has.
const TASKS: &str = "100000";
/// The generator makes the same queue from the same seed.
const SEED: &str = "1";
/// The program as it is installed, by copying it. Run as the linker left it, a short call takes about a millisecond more
/// (docs/speed.md).
static INSTALLED: OnceLock<PathBuf> = OnceLock::new();
/// Where copies are made instead of under `target/bench`: a folder in memory, say, to leave the disk out.
const PLACE: &str = "FAIRWAY_BENCH_DIR";
/// Where the preset looks for the queue.
pub(crate) const QUEUE: &str = "doc/governance/Agent_Work_Queue.yaml";

/// Where the bench works.
pub(crate) struct Project {
    root: PathBuf,
    folder: PathBuf,
    /// The generated queue.
    pub(crate) queue: PathBuf,
}

impl Project {
    /// Generates the queue unless it is there.
    pub(crate) fn prepare() -> Result<Self, Failure> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let folder = std::env::var_os(PLACE).map_or_else(|| root.join("target/bench"), PathBuf::from);
        // Programs are started elsewhere.
        let folder = std::path::absolute(folder)?;
        std::fs::create_dir_all(&folder)?;
        let installed = folder.join("bin").join("fairway");
        std::fs::create_dir_all(folder.join("bin"))?;
        let _ = std::fs::remove_file(&installed);
        std::fs::copy(env!("CARGO_BIN_EXE_fairway"), &installed)?;
        let queue = folder.join(format!("queue-{TASKS}.yaml"));
        if !queue.exists() {
            say(&format!("generating a queue of {TASKS} tasks"));
            let generator = root.join("fixtures/gpuaas/tools/generate_queue.rb");
            let yaml = run(Command::new("ruby").arg(generator).args(["yaml", TASKS, SEED]))?.stdout;
            let unfinished = queue.with_extension("part");
            std::fs::write(&unfinished, yaml)?;
            std::fs::rename(unfinished, &queue)?;
        }
        INSTALLED.get_or_init(|| installed);
        Ok(Self { root, folder, queue })
    }

    /// This repository.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A file or folder of the bench.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A project with the lanes of the generated queue, and that queue where the scripts have theirs, in place of
    /// the project that was there.
    pub(crate) fn fresh(&self, name: &str) -> Result<PathBuf, Failure> {
        let place = self.path(name);
        if place.exists() {
            std::fs::remove_dir_all(&place)?;
        }
        run(Command::new("git").args(["init", "--quiet", "--initial-branch=master"]).arg(&place))?;
        run(fairway(&place).args(["init", "--preset", "gpuaas"]))?;
        std::fs::create_dir_all(place.join("doc/governance"))?;
        std::fs::copy(&self.queue, place.join(QUEUE))?;
        Ok(place)
    }
}

/// The binary.
fn program() -> &'static Path {
    INSTALLED.get().map_or(Path::new(env!("CARGO_BIN_EXE_fairway")), PathBuf::as_path)
}

/// The binary, in a project.
pub(crate) fn fairway(place: &Path) -> Command {
    let mut command = Command::new(program());
    for name in ["FAIRWAY_CONFIG", "FAIRWAY_ROLE", "FAIRWAY_NOW", "FAIRWAY_ACTOR"] {
        command.env_remove(name);
    }
    command.current_dir(place);
    command
}
