//! The mounts of a sandbox: everything read-only but the sandbox itself, and a folder for temporary files that
//! nobody else sees.

use std::ffi::CString;
use std::fs;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, StatVfsMountFlags, statvfs};
use rustix::mount::{
    MountFlags, MountPropagationFlags, mount, mount_bind_recursive, mount_change, mount_remount,
};

use crate::confine::Protection;
use crate::confine::namespace::enter_as_user;
use crate::confine::spec::Spec;

/// The folder for temporary files that programs know by heart.
const TEMPORARY: &str = "/tmp";

/// A mount, as `/proc/self/mountinfo` tells of it (`proc_pid_mountinfo(5)`).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mount {
    pub(super) point: PathBuf,
    pub(super) root: PathBuf,
    options: String,
    pub(super) kind: String,
    pub(super) super_options: String,
}

/// Arranges the mounts and notes what they protect. `Err` says why mounts are not to be had at all.
pub(super) fn arrange(spec: &Spec, protections: &mut Vec<Protection>) -> Result<(), String> {
    let refused = |error: rustix::io::Errno| format!("mounts are refused: {error}");
    let all = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", all).map_err(refused)?;
    mount_bind_recursive(&spec.sandbox, &spec.sandbox).map_err(refused)?;
    let mounts = mounts().map_err(|error| format!("the mounts cannot be read: {error}"))?;
    for one in mounts.iter().filter(|one| !one.point.starts_with(&spec.sandbox) && !one.is_of_the_system()) {
        // One that cannot be made read-only matters only where the original lies in it, which is looked at below.
        let _ = mount_remount(&one.point, one.flags() | MountFlags::BIND | MountFlags::RDONLY, "");
    }
    protections.push(match replace_temporary(spec) {
        Ok(()) => Protection::given("private-tmp", None),
        Err(why) => Protection::missing("private-tmp", why),
    });
    let writable: Vec<String> = spec
        .guarded
        .iter()
        .filter(|folder| folder.exists() && !is_read_only(folder))
        .map(|folder| format!("{} can still be written", folder.display()))
        .collect();
    protections.push(if writable.is_empty() {
        Protection::given("read-only-original", Some("mount namespace"))
    } else {
        Protection::missing("read-only-original", writable.join(", "))
    });
    Ok(())
}

/// Tries whether an ordinary user may lay overlays, on a file system in memory that goes with this process.
pub(super) fn try_as_user() -> Result<(), String> {
    enter_as_user()?;
    let attempt = || -> io::Result<()> {
        let room = Path::new(TEMPORARY);
        mount("tmpfs", room, "tmpfs", MountFlags::empty(), None)?;
        let folders = ["lower", "upper", "work", "target"].map(|name| room.join(name));
        folders.iter().try_for_each(fs::create_dir)?;
        let [lower, upper, work, target] = folders.each_ref().map(|folder| folder.display());
        let data = format!("lowerdir={lower},upperdir={upper},workdir={work},userxattr");
        let data = CString::new(data)?;
        Ok(mount("overlay", target.to_string(), "overlay", MountFlags::empty(), Some(data.as_c_str()))?)
    };
    attempt().map_err(|error| format!("overlays are refused in a namespace of users: {error}"))
}

/// The file system of processes, as those of the new namespace see it.
pub(super) fn mount_processes() -> rustix::io::Result<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount("proc", "/proc", "proc", flags, None)
}

fn is_read_only(folder: &Path) -> bool {
    statvfs(folder).is_ok_and(|system| system.f_flag.contains(StatVfsMountFlags::RDONLY))
}

/// Puts an empty file system over the folder for temporary files, and what has to stay visible back into it.
fn replace_temporary(spec: &Spec) -> Result<(), String> {
    let temporary = Path::new(TEMPORARY);
    let mut kept = Vec::new();
    for path in std::iter::once(&spec.sandbox).chain(&spec.guarded).chain(&spec.visible) {
        if path.starts_with(temporary) && path.exists() {
            kept.push((path, open(path).map_err(|error| format!("{}: {error}", path.display()))?));
        }
    }
    if kept.iter().any(|(path, _)| *path == temporary) {
        return Err(format!("{TEMPORARY} itself is in use"));
    }
    let data = CString::new("mode=1777,size=512m").map_err(|error| error.to_string())?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount("tmpfs", temporary, "tmpfs", flags, Some(data.as_c_str())).map_err(|error| error.to_string())?;
    // What is in another comes after it.
    kept.sort_by_key(|(path, _)| path.components().count());
    for (path, from) in kept {
        put_back(path, &from).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn open(path: &Path) -> rustix::io::Result<OwnedFd> {
    rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())
}

fn put_back(path: &Path, from: &OwnedFd) -> io::Result<()> {
    let from = PathBuf::from(format!("/proc/self/fd/{}", from.as_raw_fd()));
    if path.exists() {
        // It came along with the folder that holds it. A sandbox still has to be writable in there.
        mount_bind_recursive(&from, path)?;
        return Ok(());
    }
    if from.is_dir() {
        fs::create_dir_all(path)?;
    } else {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::File::create(path)?;
    }
    mount_bind_recursive(&from, path)?;
    Ok(())
}

impl Mount {
    /// What has to stay writable because it is no storage: devices and processes. Landlock keeps them.
    fn is_of_the_system(&self) -> bool {
        let kinds = ["proc", "devtmpfs", "devpts", "mqueue"];
        kinds.contains(&self.kind.as_str()) || self.point == Path::new("/dev")
    }

    /// The flags that it has, which a remount must name again.
    fn flags(&self) -> MountFlags {
        self.options.split(',').fold(MountFlags::empty(), |flags, option| {
            flags
                | match option {
                    "nosuid" => MountFlags::NOSUID,
                    "nodev" => MountFlags::NODEV,
                    "noexec" => MountFlags::NOEXEC,
                    "noatime" => MountFlags::NOATIME,
                    "nodiratime" => MountFlags::NODIRATIME,
                    "relatime" => MountFlags::RELATIME,
                    _ => MountFlags::empty(),
                }
        })
    }
}

/// All mounts, those below others after them.
pub(super) fn mounts() -> io::Result<Vec<Mount>> {
    Ok(fs::read_to_string("/proc/self/mountinfo")?.lines().filter_map(parse).collect())
}

fn parse(line: &str) -> Option<Mount> {
    let (here, there) = line.split_once(" - ")?;
    let mut here = here.split(' ').skip(3);
    let (root, point, options) = (here.next()?, here.next()?, here.next()?);
    let mut there = there.split(' ');
    let (kind, super_options) = (there.next()?, there.nth(1)?);
    Some(Mount {
        root: unescape(root),
        point: unescape(point),
        options: options.to_owned(),
        kind: kind.to_owned(),
        super_options: super_options.to_owned(),
    })
}

/// Blanks and the like are written as three octal digits.
fn unescape(text: &str) -> PathBuf {
    let mut plain = text.to_owned();
    for (code, letter) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        plain = plain.replace(code, letter);
    }
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_is_read_with_its_flags() {
        let line =
            "36 35 98:0 /mnt1 /mnt\\0402 rw,noatime,nosuid master:1 - ext3 /dev/root rw,errors=continue";
        let mount = parse(line).unwrap();
        assert_eq!(mount.point, Path::new("/mnt 2"));
        assert_eq!(mount.root, Path::new("/mnt1"));
        assert_eq!(mount.flags(), MountFlags::NOATIME | MountFlags::NOSUID);
        assert_eq!((mount.kind.as_str(), mount.super_options.as_str()), ("ext3", "rw,errors=continue"));
        assert!(!mount.is_of_the_system());
    }
}
