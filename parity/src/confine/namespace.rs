//! Namespaces for this thread or process, and mounts of its own in which the rest of the system does not see what is
//! mounted.

use std::cell::Cell;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::process::{getegid, geteuid};
use rustix::thread::{CapabilitySet, CapabilitySets, UnshareFlags, capabilities, set_capabilities};

use super::VERB;

/// The word that asks a program that carries the keeper whether an ordinary user may mount.
pub(super) const MOUNTS: &str = "--mounts";

thread_local! {
    /// Whether this thread has mounts of its own.
    static OWN: Cell<bool> = const { Cell::new(false) };
}

/// What came of [`prepare`].
static PREPARED: OnceLock<Result<(), String>> = OnceLock::new();

/// `unshare(2)`.
#[expect(
    deprecated,
    reason = "unsound only when the table of files is detached, which is never asked for here"
)]
pub(super) fn detach(flags: UnshareFlags) -> rustix::io::Result<()> {
    rustix::thread::unshare(flags)
}

/// Gets namespaces together with one of users, in which this user may use them and stays who he is. The first error
/// is that they are refused, the second that they were got and are of no use.
pub(super) fn detach_as_user(flags: UnshareFlags) -> Result<io::Result<()>, rustix::io::Errno> {
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    detach(flags | UnshareFlags::NEWUSER)?;
    let map = || -> io::Result<()> {
        fs::write("/proc/self/setgroups", "deny")?;
        fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
        fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
    };
    Ok(map())
}

/// Gives this thread, and the threads and programs that it starts from now on, mounts of their own. They go with the
/// last of them, however it ends.
pub(crate) fn own_mounts() -> io::Result<()> {
    if OWN.get() {
        return Ok(());
    }
    if let Some(Err(why)) = PREPARED.get() {
        return Err(io::Error::other(why.clone()));
    }
    raised(|| -> io::Result<()> {
        detach(UnshareFlags::NEWNS)?;
        Ok(mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?)
    })?;
    OWN.set(true);
    Ok(())
}

/// Gets this process the right to mount for itself, where it has none and may have it. An ordinary user needs a
/// namespace of users for that, which only a process with one thread can enter and none can leave: so this comes
/// before threads are started, and `program`, which carries the keeper, tries whether the namespace is of any use.
/// Whether it was got shows when overlays are asked for.
pub fn prepare(program: &Path) {
    // Root in a namespace of users would lose what it may do to files of others.
    let is_root = geteuid().is_root();
    let may_mount = capabilities(None).is_ok_and(|sets| sets.permitted.contains(CapabilitySet::SYS_ADMIN));
    if !is_root && !may_mount {
        PREPARED.get_or_init(|| try_out(program).and_then(|()| enter()));
    }
}

/// Has another process try what [`enter`] would do for good.
fn try_out(program: &Path) -> Result<(), String> {
    let failed = |error| format!("whether they are allowed cannot be tried: {error}");
    let mut command = Command::new(program);
    command.args(VERB).arg(MOUNTS).env_clear().current_dir("/");
    let done = command.stdin(Stdio::null()).stderr(Stdio::null()).output().map_err(failed)?;
    match String::from_utf8_lossy(&done.stdout).trim() {
        "" if done.status.success() => Ok(()),
        "" => Err(format!("whether they are allowed cannot be tried: {}", done.status)),
        why => Err(why.to_owned()),
    }
}

/// Enters a namespace of users and one of mounts.
fn enter() -> Result<(), String> {
    let entered = enter_as_user();
    // The rights of the namespace are for mounting. To read a file that its owner has shut is not what they are for.
    let laid_aside = capabilities(None).and_then(|sets| {
        set_capabilities(None, CapabilitySets { effective: CapabilitySet::empty(), ..sets })
    });
    entered?;
    laid_aside.map_err(|error| format!("rights cannot be laid aside: {error}"))?;
    OWN.set(true);
    Ok(())
}

/// What both the trial and the process itself do. The rights of the namespace are in effect afterwards.
pub(super) fn enter_as_user() -> Result<(), String> {
    match detach_as_user(UnshareFlags::NEWNS) {
        Err(rustix::io::Errno::INVAL) => return Err("this process has several threads already".to_owned()),
        Err(error) => return Err(format!("a namespace of users is refused: {error}")),
        Ok(mapped) => mapped.map_err(|error| format!("a namespace of users cannot be set up: {error}"))?,
    }
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)
        .map_err(|error| format!("mounts are refused in a namespace of users: {error}"))
}

/// Does `work` with the rights that were laid aside.
pub(crate) fn raised<T>(work: impl FnOnce() -> T) -> T {
    let Ok(sets) = capabilities(None) else { return work() };
    if sets.effective == sets.permitted {
        return work();
    }
    // Where they cannot be taken up again, the work itself says what it lacks.
    let _ = set_capabilities(None, CapabilitySets { effective: sets.permitted, ..sets });
    let done = work();
    let _ = set_capabilities(None, sets);
    done
}
