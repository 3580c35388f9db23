//! The outer keeper: gets mounts and processes of its own, makes all but the sandbox read-only, and starts the
//! inner keeper.

use std::io;
use std::process::{Command, Stdio};

use rustix::process::geteuid;
use rustix::thread::UnshareFlags;

use super::cgroup::Cgroup;
use super::{INNER, Inner, again, mounts, rights};
use crate::confine::Protection;
use crate::confine::namespace::{detach, detach_as_user};
use crate::confine::spec::{Layer, Spec};

/// What was given up for something of its own.
#[derive(Default)]
struct Own {
    mounts: bool,
    processes: bool,
    users: bool,
    /// Why not.
    refused: Option<String>,
}

/// Keeps a sandbox until it is no longer wanted.
pub(super) fn keep(spec: Spec) -> io::Result<()> {
    let mut protections = Vec::new();
    // Before the namespaces: what may be written is decided by who is asking now.
    let cgroup = Cgroup::join(&spec.limits);
    let own = match unshare(&spec) {
        Ok(own) => own,
        Err(why) => return again(Layer::Mounts, &why),
    };
    let why = || own.refused.clone().unwrap_or_default();
    if own.mounts {
        match mounts::arrange(&spec, &mut protections) {
            Ok(()) => {}
            Err(why) => return again(Layer::Mounts, &why),
        }
    } else {
        protections.push(Protection::missing("read-only-original", why()));
        protections.push(Protection::missing("private-tmp", why()));
    }
    if !own.processes {
        protections.push(Protection::missing("own-processes", why()));
    }
    if own.users {
        rights::hand_on_mounting()?;
    }
    let inner = Inner {
        spec,
        protections,
        own_processes: own.processes,
        own_mounts: own.mounts,
        own_users: own.users,
        cgroup: cgroup.as_ref().map(Cgroup::told).map_err(Clone::clone),
    };
    let text = serde_json::to_string(&inner)?;
    let mut child = Command::new("/proc/self/exe")
        .args(super::super::VERB)
        .args([INNER, &text])
        .stdin(Stdio::inherit())
        .spawn()?;
    // The text may hold paths of the original, which are nobody's business in a list of processes for long; the
    // inner keeper ends when the harness closes the socket.
    let ended = child.wait();
    if let Ok(cgroup) = cgroup {
        cgroup.leave();
    }
    ended.map(|_| ())
}

/// Gets namespaces. `Err` when they were got and turned out to be useless, so that a fresh start is needed.
fn unshare(spec: &Spec) -> Result<Own, String> {
    if let Some(why) = spec.without(Layer::Mounts) {
        return Ok(Own { refused: Some(why.to_owned()), ..Own::default() });
    }
    let processes = spec.without(Layer::Processes).is_none();
    let mut flags = UnshareFlags::NEWNS | UnshareFlags::NEWIPC;
    if processes {
        flags |= UnshareFlags::NEWPID;
    }
    let own = |users| Own {
        mounts: true,
        processes,
        users,
        refused: spec.without(Layer::Processes).map(str::to_owned),
    };
    // Who has the right needs no namespace of users, in which files of others would seem to be nobody's.
    if geteuid().is_root() && detach(flags).is_ok() {
        return Ok(own(false));
    }
    match detach_as_user(flags) {
        Err(error) => {
            return Ok(Own { refused: Some(format!("namespaces are refused: {error}")), ..Own::default() });
        }
        Ok(mapped) => {
            mapped.map_err(|error| format!("a namespace of users cannot be set up: {error}"))?;
        }
    }
    Ok(own(true))
}
