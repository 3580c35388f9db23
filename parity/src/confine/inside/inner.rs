//! The inner keeper: lays down all rights that commands are not to have, says what is in force, and serves.

use std::io;
use std::path::{Path, PathBuf};

use rustix::process::{Signal, geteuid, set_child_subreaper, set_parent_process_death_signal};

use super::cgroup::Group;
use super::serve::{Watch, serve};
use super::{Inner, again, cgroup, landlock, mounts, rights, socket};
use crate::confine::Protection;
use crate::confine::spec::Layer;

/// The threads and processes of the keeper, which count like those of commands.
const KEEPER: u64 = 4;

/// Keeps a sandbox until the harness closes the socket.
pub(super) fn keep(inner: Inner) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let mut protections = inner.protections;
    if inner.own_processes {
        if let Err(error) = mounts::mount_processes() {
            return again(Layer::Processes, &format!("their file system is refused: {error}"));
        }
        protections.push(Protection::given("own-processes", Some("process namespace")));
    } else {
        // So that what loses its parent becomes the keeper's child and can be found.
        set_child_subreaper(Some(rustix::process::getpid()))?;
    }
    let no_memory = inner.cgroup.as_ref().map_or_else(Some, |group| group.no_memory.as_ref());
    protections.extend(rights::limit(&inner.spec.limits, no_memory));
    let (limit, watch) = limit_processes(inner.spec.limits.processes, inner.cgroup, inner.own_users);
    protections.push(limit);
    protections.push(rights::lay_down_capabilities(inner.own_users));
    let mut folders = vec![inner.spec.sandbox];
    if inner.own_mounts && protections.iter().any(|one| one.name == "private-tmp" && one.in_force) {
        folders.push(PathBuf::from("/tmp"));
    }
    // Threads that are started later are restricted like this one.
    protections.extend(landlock::restrict(&folders));
    serve(&socket()?, protections, inner.own_processes, watch)
}

/// Chooses how the number of processes is held: by a control group, by the limit of an ordinary user, or by looking.
fn limit_processes(most: u64, cgroup: Result<Group, String>, own_users: bool) -> (Protection, Watch) {
    let given = |means| Protection::given("process-limit", Some(means));
    let no_group = match cgroup {
        Ok(Group { folder, .. }) => {
            let held = cgroup::held(&folder);
            return (given("control group"), Watch::Group { folder, held });
        }
        Err(why) => why,
    };
    // Without a namespace of users, the limit counts what else the user runs.
    let running = if own_users { 0 } else { of_this_user() };
    let no_limit = if geteuid().is_root() {
        "a resource limit does not hold root".to_owned()
    } else {
        match rights::limit_processes(most + running + KEEPER) {
            Ok(()) => return (given("resource limit"), Watch::Nothing),
            Err(error) => format!("a resource limit cannot be set: {error}"),
        }
    };
    let lacks = format!(
        "nothing refuses a process, all are ended when too many are seen: {no_group}, and {no_limit}"
    );
    (given("counting").lacking(lacks), Watch::Count { most })
}

/// How many threads this user runs.
fn of_this_user() -> u64 {
    use std::os::unix::fs::MetadataExt;
    let user = geteuid().as_raw();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let own = entries.filter(|entry| entry.metadata().is_ok_and(|meta| meta.uid() == user));
    let threads =
        |folder: &Path| std::fs::read_dir(folder.join("task")).map_or(0, |tasks| tasks.count() as u64);
    own.map(|entry| threads(&entry.path())).sum()
}
