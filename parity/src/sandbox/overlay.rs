//! A sandbox laid over the base by the system: what nobody writes is the base's, what somebody writes goes into a
//! folder beside the sandbox.
//!
//! Mounted in mounts of the harness's own, so that nothing of it is left when the harness is killed. The folder with
//! what was written lies where no command may write, so that it can be believed about what changed.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::room::Room;

/// What overlays are like, which depends on who mounts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Everything is as everywhere else.
    Whole,
    /// What an ordinary user may have: a folder of the base cannot be renamed. That is refused as between two file
    /// systems (`EXDEV`), upon which `mv` and the like copy and remove.
    OfUsers,
}

/// Where overlays may be mounted.
#[derive(Debug)]
pub(super) struct Mounts {
    /// The mounts they were found to work in. A thread with others would mount for the whole system to see.
    namespace: PathBuf,
    kind: Kind,
}

/// A mounted overlay.
#[derive(Debug)]
pub(super) struct Overlay {
    kind: Kind,
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
            fs::create_dir(layers.path().join(folder))?;
        }
        let [upper, work] = ["upper", "work"].map(|folder| layers.path().join(folder));
        system::mount(lower, &upper, &work, target, mounts.kind)?;
        let (mounted, lower) = (target.to_owned(), lower.to_owned());
        Ok(Self { kind: mounts.kind, mounted, lower, layers })
    }

    /// Whether what a command printed says that it was refused something that only these overlays refuse. What says
    /// nothing of it cannot be told from what was refused nothing.
    pub(super) fn has_refused(&self, printed: &[u8]) -> bool {
        // The words of `strerror(3)`, which begin with "Invalid" in some libraries, and the name of the error.
        let words = ["ross-device link", "EXDEV"];
        let says = |word: &str| printed.windows(word.len()).any(|part| part == word.as_bytes());
        self.kind == Kind::OfUsers && words.into_iter().any(says)
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
    /// Gets mounts for this thread and tries whether such overlays work in them. `room` is empty and lies where the
    /// base and the sandboxes do.
    pub(super) fn try_out(kind: Kind, room: Room) -> io::Result<Self> {
        system::own_mounts()?;
        let mounts = Self { namespace: system::namespace()?, kind };
        let [lower, target] = ["lower", "target"].map(|name| room.path().join(name));
        fs::create_dir_all(lower.join("folder"))?;
        fs::create_dir(&target)?;
        fs::write(lower.join("file"), "of the base")?;
        let overlay = Overlay::mount(&mounts, &lower, &target, room)?;
        // What a file system that lacks something for it refuses: to take a file of the base over, and to make a
        // folder of it anew.
        fs::OpenOptions::new().append(true).open(target.join("file"))?.write_all(b", and more")?;
        fs::remove_dir(target.join("folder"))?;
        fs::create_dir(target.join("folder"))?;
        let found = fs::read(overlay.upper().join("file"))?;
        if found != b"of the base, and more" || fs::read(lower.join("file"))? != b"of the base" {
            return Err(io::Error::other("what is written is not where it belongs"));
        }
        drop(overlay);
        Ok(mounts)
    }

    /// What overlays in them are like.
    pub(super) fn kind(&self) -> Kind {
        self.kind
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

    use super::Kind;
    pub(super) use crate::confine::own_mounts;
    use crate::confine::raised;

    /// The mounts that this thread has.
    pub(super) fn namespace() -> io::Result<PathBuf> {
        fs::read_link("/proc/thread-self/ns/mnt")
    }

    /// A folder of the base can be renamed. A mount that nobody needs after a crash need not be written to the disk.
    const WHOLE: &str = "redirect_dir=on,metacopy=off,index=off,volatile";

    /// What an ordinary user may ask for.
    const OF_USERS: &str = "userxattr,volatile";

    pub(super) fn mount(
        lower: &Path,
        upper: &Path,
        work: &Path,
        target: &Path,
        kind: Kind,
    ) -> io::Result<()> {
        let names =
            format!("lowerdir={},upperdir={},workdir={}", lower.display(), upper.display(), work.display());
        if names.contains(['\\', ':']) || names.matches(',').count() != 2 {
            return Err(io::Error::other("the path has a letter that mounts have another use for"));
        }
        let options = if kind == Kind::Whole { WHOLE } else { OF_USERS };
        let data = CString::new(format!("{names},{options}"))?;
        let flags = MountFlags::NOSUID | MountFlags::NODEV;
        // What is written is the business of whoever mounts: without his rights a file in a folder that may not be
        // written could not be changed.
        Ok(raised(|| rustix::mount::mount("overlay", target, "overlay", flags, Some(data.as_c_str())))?)
    }

    pub(super) fn unmount(target: &Path) -> io::Result<()> {
        Ok(raised(|| rustix::mount::unmount(target, UnmountFlags::DETACH))?)
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

    pub(super) fn mount(_: &Path, _: &Path, _: &Path, _: &Path, _: super::Kind) -> io::Result<()> {
        own_mounts()
    }

    pub(super) fn unmount(_: &Path) -> io::Result<()> {
        own_mounts()
    }
}
