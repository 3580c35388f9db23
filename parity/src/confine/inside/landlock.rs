//! Landlock: writes only where they belong, no TCP, and no signals to anybody else. It holds root too, cannot be
//! taken off, and forbids to change mounts; it does not know of modes, owners, times and extended attributes.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, LandlockStatus, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};

use crate::confine::Protection;

/// The devices that programs write to without changing anything.
const DEVICES: [&str; 8] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
    "/dev/ptmx",
    "/dev/pts",
];

/// The newest set of rights that this knows of. Older kernels take what they know.
const NEWEST: ABI = ABI::V6;

/// Restricts this thread, and whatever it starts, to writing below `folders`.
pub(super) fn restrict(folders: &[PathBuf]) -> [Protection; 2] {
    let [writes, tcp] = ["landlock-writes", "landlock-tcp"];
    let status = match try_restrict(folders) {
        Ok(status) => status,
        Err(error) => return [writes, tcp].map(|name| Protection::missing(name, error.to_string())),
    };
    let abi = match status.landlock {
        LandlockStatus::Available { effective_abi, .. } => effective_abi,
        LandlockStatus::NotEnabled => {
            return [writes, tcp].map(|name| Protection::missing(name, "it is switched off"));
        }
        LandlockStatus::NotImplemented => {
            return [writes, tcp].map(|name| Protection::missing(name, "the kernel has no Landlock"));
        }
    };
    if status.ruleset == RulesetStatus::NotEnforced {
        return [writes, tcp].map(|name| Protection::missing(name, "the kernel does not enforce it"));
    }
    let means = format!("ABI {}", abi as i32);
    let writes = if abi >= ABI::V3 {
        Protection::given(writes, Some(&means))
    } else {
        Protection::missing(writes, format!("{means} does not stop truncation"))
    };
    let tcp = if abi >= ABI::V4 {
        Protection::given(tcp, Some(&means))
    } else {
        Protection::missing(tcp, format!("{means} does not know of TCP"))
    };
    [writes, tcp]
}

fn try_restrict(folders: &[PathBuf]) -> Result<landlock::RestrictionStatus, RulesetError> {
    let writing = AccessFs::from_write(NEWEST);
    // No device may be made, since what it leads to is no file of the sandbox.
    let granted = writing & !(AccessFs::MakeChar | AccessFs::MakeBlock);
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(writing)?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .add_rules(path_beneath_rules(folders, granted))?
        .add_rules(path_beneath_rules(
            DEVICES.map(Path::new),
            AccessFs::WriteFile | AccessFs::Truncate | AccessFs::IoctlDev,
        ))?
        .restrict_self()
}
