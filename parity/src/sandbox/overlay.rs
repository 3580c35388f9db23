//! A sandbox laid over the base by the system: what nobody writes is the base's, what somebody writes goes into a
//! folder beside the sandbox.
//!
//! Mounted in mounts of the harness's own, so that nothing of it is left when the harness is killed. The folder with
//! what was written lies where no command may write, so that it can be believed about what changed.

use std::io;
use std::path::{Path, PathBuf};

use super::room::Room;

/// Where overlays may be mounted.
#[derive(Debug)]
pub(super) struct Mounts {
    /// The mounts they were found to work in. A thread with others would mount for the whole system to see.
    namespace: PathBuf,
}

/// A mounted overlay.
#[derive(Debug)]
pub(super) struct Overlay {
    mounted: PathBuf,
    lower: PathBuf,
    layers: Room,
}

impl Overlay {
    /// Lays a sandbox over `lower` at the empty folder `target`; `layers` is an empty room for what is written.
    pub(super) fn mount(mounts: &Mounts, lower: &Path, target: &Path, layers: Room) -> io::Result<Self> {
        if mounts.namespace != system::namespace()? {
            return Err(io::Error::other("this thread has other mounts than the base"));
        }
        for folder in ["upper", "work"] {
            std::fs::create_dir(layers.path().join(folder))?;
        }
        system::mount(lower, &layers.path().join("upper"), &layers.path().join("work"), target)?;
        Ok(Self { mounted: target.to_owned(), lower: lower.to_owned(), layers })
    }

    /// Where it is mounted.
    pub(super) fn ground(&self) -> &Path {
        &self.mounted
    }

    /// What it is laid over.
    pub(super) fn lower(&self) -> &Path {
        &self.lower
    }

    /// What was written, and marks for what was removed.
    pub(super) fn upper(&self) -> PathBuf {
        self.layers.path().join("upper")
    }
}

impl Drop for Overlay {
    fn drop(&mut self) {
        // Whoever drops has nobody to tell, and it goes with the mounts of the harness.
        let _ = system::unmount(&self.mounted);
    }
}

impl Mounts {
    /// Gets mounts for this thread and tries whether an overlay over `lower` works in them. `room` is empty and
    /// lies where the sandboxes will.
    pub(super) fn try_out(lower: &Path, room: Room) -> io::Result<Self> {
        system::own_mounts()?;
        let mounts = Self { namespace: system::namespace()? };
        let target = room.path().join("target");
        std::fs::create_dir(&target)?;
        let overlay = Overlay::mount(&mounts, lower, &target, room)?;
        std::fs::write(target.join("written"), "")?;
        if !overlay.upper().join("written").exists() {
            return Err(io::Error::other("what is written cannot be found again"));
        }
        drop(overlay);
        Ok(mounts)
    }
}

/// Whether the folder `upper/…` shows nothing, or something else, of the folder of the same name below it.
#[cfg(target_os = "linux")]
pub(super) fn stands_alone(upper: &Path) -> bool {
    let mut value = [0_u8; 4096];
    let has = |name: &str, value: &mut [u8]| rustix::fs::lgetxattr(upper, name, value).is_ok();
    ["trusted.overlay", "user.overlay"].iter().any(|prefix| {
        has(&format!("{prefix}.opaque"), &mut value) || has(&format!("{prefix}.redirect"), &mut value)
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn stands_alone(_upper: &Path) -> bool {
    true
}

#[cfg(target_os = "linux")]
mod system {
    use std::ffi::CString;
    use std::fs;
    use std::io;
    use std::path::{Path, PathBuf};

    use rustix::mount::{MountFlags, UnmountFlags};

    pub(super) use crate::confine::own_mounts;

    /// The mounts that this thread has.
    pub(super) fn namespace() -> io::Result<PathBuf> {
        fs::read_link("/proc/thread-self/ns/mnt")
    }

    /// What root asks for: a folder of the base can be renamed, as everywhere else. A mount that nobody needs after
    /// a crash need not be written to the disk.
    const WHOLE: &str = "redirect_dir=on,metacopy=off,index=off,volatile";

    /// What an ordinary user may ask for.
    const PLAIN: &str = "userxattr,volatile";

    pub(super) fn mount(lower: &Path, upper: &Path, work: &Path, target: &Path) -> io::Result<()> {
        let names =
            format!("lowerdir={},upperdir={},workdir={}", lower.display(), upper.display(), work.display());
        if names.contains(['\\', ':']) || names.matches(',').count() != 2 {
            return Err(io::Error::other("the path has a letter that mounts have another use for"));
        }
        let attempt = |options: &str| -> io::Result<()> {
            let data = CString::new(format!("{names},{options}"))?;
            let flags = MountFlags::NOSUID | MountFlags::NODEV;
            Ok(rustix::mount::mount("overlay", target, "overlay", flags, Some(data.as_c_str()))?)
        };
        attempt(WHOLE).or_else(|error| attempt(PLAIN).map_err(|_| error))
    }

    pub(super) fn unmount(target: &Path) -> io::Result<()> {
        Ok(rustix::mount::unmount(target, UnmountFlags::DETACH)?)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::io;
    use std::path::{Path, PathBuf};

    pub(super) fn own_mounts() -> io::Result<()> {
        Err(io::Error::other("only Linux has overlays"))
    }

    pub(super) fn namespace() -> io::Result<PathBuf> {
        own_mounts().map(|()| PathBuf::new())
    }

    pub(super) fn mount(_: &Path, _: &Path, _: &Path, _: &Path) -> io::Result<()> {
        own_mounts()
    }

    pub(super) fn unmount(_: &Path) -> io::Result<()> {
        own_mounts()
    }
}
