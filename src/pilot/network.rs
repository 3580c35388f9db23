//! File systems of other machines. A lock on one can be lost without a word to its holder, and SQLite's write-ahead log does
//! not work there (docs/decisions/0002): no lane becomes Fairway's on one.

use std::io;
use std::path::Path;

/// What `statfs` calls them: include/uapi/linux/magic.h, and the file systems' own headers.
const KNOWN: [(u64, &str); 14] = [
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFF53_4D42, "CIFS"),
    (0xFE53_4D42, "SMB 2"),
    (0x5346_414F, "AFS"),
    (0x6B41_4653, "AFS"),
    (0x0102_1997, "9P"),
    (0x00C3_6400, "Ceph"),
    (0x0BD0_0BD0, "Lustre"),
    (0x564C, "NCP"),
    (0x7375_7245, "Coda"),
    (0x4750_4653, "GPFS"),
    (0x7461_636F, "OCFS2"),
    (0x0116_1970, "GFS2"),
];

/// The name of the network file system on which a file or folder lies; none when it is a local one, as far as is known.
///
/// # Errors
/// It cannot be asked.
pub fn network(place: &Path) -> io::Result<Option<&'static str>> {
    #[expect(clippy::cast_sign_loss, reason = "a number of 32 bits that stands in one of 64")]
    let kind = rustix::fs::statfs(place)?.f_type as u64 & 0xFFFF_FFFF;
    Ok(named(kind))
}

fn named(kind: u64) -> Option<&'static str> {
    KNOWN.iter().find(|(number, _)| *number == kind).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_folder_is_none() {
        assert_eq!(network(tempfile::tempdir().unwrap().path()).unwrap(), None);
        assert_eq!(network(Path::new("/proc")).unwrap(), None);
        assert!(network(Path::new("/nowhere")).is_err());
    }

    #[test]
    fn those_of_other_machines_are_known() {
        // The numbers that nfs(5) and mount.cifs(8) mounts show in `stat -f -c %t`.
        for (kind, name) in [(0x6969, "NFS"), (0xff53_4d42, "CIFS"), (0xfe53_4d42, "SMB 2")] {
            assert_eq!(named(kind), Some(name));
        }
        for local in [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630] {
            assert_eq!(named(local), None, "ext4, XFS, Btrfs, tmpfs, overlay");
        }
    }
}
