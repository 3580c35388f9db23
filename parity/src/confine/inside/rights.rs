//! Limits and capabilities, laid down for good.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, clear_ambient_capability_set,
    configure_capability_in_ambient_set, remove_capability_from_bounding_set, set_capabilities,
};

use crate::confine::{Limits, Protection};

/// What root keeps: files of any owner, other users, signals. The rest is for changing the system itself, such as
/// mounting, making devices, loading modules, or lifting limits.
const KEPT: CapabilitySet = CapabilitySet::CHOWN
    .union(CapabilitySet::DAC_OVERRIDE)
    .union(CapabilitySet::DAC_READ_SEARCH)
    .union(CapabilitySet::FOWNER)
    .union(CapabilitySet::FSETID)
    .union(CapabilitySet::KILL)
    .union(CapabilitySet::SETGID)
    .union(CapabilitySet::SETUID);

/// Lets the inner keeper, a program anew, mount as this process may.
pub(super) fn hand_on_mounting() -> io::Result<()> {
    let mut sets = capabilities(None)?;
    sets.inheritable |= CapabilitySet::SYS_ADMIN | CapabilitySet::SETPCAP;
    set_capabilities(None, sets)?;
    for one in [CapabilitySet::SYS_ADMIN, CapabilitySet::SETPCAP] {
        configure_capability_in_ambient_set(one, true)?;
    }
    Ok(())
}

/// Sees to it that no command has a capability that is not [`KEPT`].
pub(super) fn lay_down_capabilities(own_users: bool) -> Protection {
    let name = "few-capabilities";
    let drop = || -> rustix::io::Result<()> {
        for one in CapabilitySet::all().difference(KEPT).iter() {
            match remove_capability_from_bounding_set(one) {
                // Unknown to this kernel.
                Err(rustix::io::Errno::INVAL) => {}
                other => other?,
            }
        }
        Ok(())
    };
    let held = capabilities(None).map_or(CapabilitySet::empty(), |sets| sets.permitted);
    if held.is_empty() {
        return Protection::given(name, Some("an ordinary user has none"));
    }
    if let Err(error) = drop() {
        return Protection::missing(name, format!("they cannot be laid down: {error}"));
    }
    let lay_down = || -> rustix::io::Result<()> {
        clear_ambient_capability_set()?;
        let none = CapabilitySet::empty();
        set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })
    };
    // The keeper of an ordinary user needs none any more.
    match if own_users { lay_down() } else { Ok(()) } {
        Ok(()) => Protection::given(name, None),
        Err(error) => Protection::missing(name, format!("they cannot be laid down: {error}")),
    }
}

/// Sets the limits that every process gets. Says of each whether it holds; `no_memory` says why nothing limits the
/// memory of all together.
pub(super) fn limit(limits: &Limits, no_memory: Option<&String>) -> Vec<Protection> {
    let together = |one: Protection| match no_memory {
        Some(why) if one.in_force && one.name == "memory-limit" => {
            one.lacking(format!("nothing limits all processes together: {why}"))
        }
        _ => one,
    };
    // A dump of memory is a large file that nobody asked for.
    let _ = set(Resource::Core, 0);
    [
        ("memory-limit", Resource::As, limits.memory),
        ("file-size-limit", Resource::Fsize, limits.file_size),
        ("time-limit", Resource::Cpu, limits.cpu_seconds),
    ]
    .into_iter()
    .map(|(name, resource, value)| match set(resource, value) {
        Ok(()) => Protection::given(name, Some("resource limit")),
        Err(error) => Protection::missing(name, format!("the limit cannot be set: {error}")),
    })
    .map(together)
    .collect()
}

/// Limits the processes of this user, who is not root, in this namespace of users.
pub(super) fn limit_processes(processes: u64) -> rustix::io::Result<()> {
    set(Resource::Nproc, processes)
}

fn set(resource: Resource, value: u64) -> rustix::io::Result<()> {
    let maximum = rustix::process::getrlimit(resource).maximum;
    let value = maximum.map_or(value, |maximum| maximum.min(value));
    setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })
}
