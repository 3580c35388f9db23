//! Namespaces for this thread, and mounts of its own in which the rest of the system does not see what is mounted.

use std::cell::Cell;
use std::fs;
use std::io;

use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::process::{getegid, geteuid};
use rustix::thread::UnshareFlags;

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
    thread_local! {
        static OWN: Cell<bool> = const { Cell::new(false) };
    }
    if OWN.get() {
        return Ok(());
    }
    detach(UnshareFlags::NEWNS)?;
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    OWN.set(true);
    Ok(())
}
