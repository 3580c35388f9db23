//! A control group for one sandbox, where one may be made. It is the only limit on processes that holds root, and
//! the only one on the memory of all processes together.

use std::fs;
use std::io;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, openat, unlinkat};
use serde::{Deserialize, Serialize};

use super::mounts::mounts;
use crate::confine::Limits;

/// What the groups of all sandboxes are called, before a number.
pub(super) const PREFIX: &str = "fairway-parity-";

/// The keeper itself: two processes and the threads of the inner one.
const KEEPER: u64 = 5;

/// Where a thread joins, in the first version of control groups. The outer keeper has one thread only, and for a
/// whole process the system waits ten milliseconds until nobody can be about to make another.
const THREADS: &str = "tasks";

/// Where a process joins, in both versions.
const PROCESSES: &str = "cgroup.procs";

/// The group that this process is in.
pub(super) struct Cgroup {
    folder: PathBuf,
    parts: Vec<Part>,
    /// Why it does not limit the memory of all processes together.
    no_memory: Option<String>,
}

/// A group as the inner keeper knows it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Group {
    /// Where the limit on processes is.
    pub(super) folder: PathBuf,
    /// Why it does not limit the memory of all processes together.
    pub(super) no_memory: Option<String>,
}

/// One group of one controller.
struct Part {
    /// The folder above it, opened while it could be written.
    above: OwnedFd,
    folder: PathBuf,
}

impl Cgroup {
    /// Makes a group and joins it. `Err` says why not.
    pub(super) fn join(limits: &Limits) -> Result<Self, String> {
        let processes = (limits.processes + KEEPER).to_string();
        let memory = limits.memory.to_string();
        let part = make("pids", &[("pids.max", &processes)])?;
        let folder = part.folder.clone();
        let mut parts = vec![part];
        let mut no_memory = None;
        if set(&folder.join("memory.max"), &memory).is_err() {
            // Its own hierarchy in the first version of control groups.
            match make("memory", &[("memory.limit_in_bytes", &memory)]) {
                Ok(part) => parts.push(part),
                Err(why) => no_memory = Some(why),
            }
        }
        Ok(Self { folder, parts, no_memory })
    }

    /// What the inner keeper has to know of it.
    pub(super) fn told(&self) -> Group {
        Group { folder: self.folder.clone(), no_memory: self.no_memory.clone() }
    }

    /// Goes back to the group above, so that the empty group can be removed.
    pub(super) fn leave(self) {
        for part in self.parts {
            // What is left over is removed at the next start.
            let _ = part.leave();
        }
    }
}

impl Part {
    fn leave(&self) -> rustix::io::Result<()> {
        let flags = OFlags::WRONLY | OFlags::CLOEXEC;
        let members = openat(&self.above, THREADS, flags, Mode::empty())
            .or_else(|_| openat(&self.above, PROCESSES, flags, Mode::empty()))?;
        rustix::io::write(members, b"0")?;
        unlinkat(&self.above, self.folder.file_name().unwrap_or_default(), AtFlags::REMOVEDIR)
    }
}

/// How often the limit on processes has held somebody.
pub(super) fn held(folder: &Path) -> u64 {
    let events = fs::read_to_string(folder.join("pids.events")).unwrap_or_default();
    let max = events.lines().find_map(|line| line.strip_prefix("max "));
    max.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

/// Writes to a file that the system keeps. Where it is not there, something else lies over the control groups, and a
/// file of that name would hold nobody.
fn set(file: &Path, value: &str) -> io::Result<()> {
    fs::OpenOptions::new().write(true).open(file)?.write_all(value.as_bytes())
}

/// Makes a group of one controller below the one that this process is in, or beside it, and joins it.
fn make(controller: &str, settings: &[(&str, &String)]) -> Result<Part, String> {
    let mut why = format!("there is no control group for {controller}");
    for above in candidates(controller) {
        sweep(&above);
        let folder = above.join(format!("{PREFIX}{}", std::process::id()));
        let attempt = || -> io::Result<OwnedFd> {
            fs::create_dir(&folder)?;
            for (file, value) in settings {
                set(&folder.join(file), value)?;
            }
            set(&folder.join(THREADS), "0").or_else(|_| set(&folder.join(PROCESSES), "0"))?;
            Ok(rustix::fs::open(&above, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?)
        };
        match attempt() {
            Ok(above) => return Ok(Part { above, folder }),
            Err(error) => {
                let _ = fs::remove_dir(&folder);
                why = format!("no control group can be made in {}: {error}", above.display());
            }
        }
    }
    Err(why)
}

/// Removes the groups of keepers that are gone. A group with processes cannot be removed.
fn sweep(above: &Path) {
    for entry in fs::read_dir(above).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        if number.is_some_and(|number| !Path::new("/proc").join(number).exists()) {
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// The groups below which one may be made: where this process is, then the one above.
fn candidates(controller: &str) -> Vec<PathBuf> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let mut found = Vec::new();
    for mount in mounts().unwrap_or_default() {
        let own = groups.lines().find_map(|line| {
            let mut parts = line.splitn(3, ':').skip(1);
            let (controllers, path) = (parts.next()?, parts.next()?);
            let one = match mount.kind.as_str() {
                "cgroup" => {
                    controllers.split(',').any(|one| one == controller)
                        && mount.super_options.split(',').any(|one| one == controller)
                }
                "cgroup2" => controllers.is_empty(),
                _ => false,
            };
            one.then_some(path)
        });
        let Some(own) = own else { continue };
        let below = Path::new(own).strip_prefix(&mount.root).unwrap_or(Path::new(""));
        let here = mount.point.join(below);
        if here.starts_with(&mount.point) && here != mount.point {
            found.extend(here.parent().map(Path::to_owned));
        }
        found.insert(0, here);
    }
    found
}
