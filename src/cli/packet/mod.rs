//! `fairway packet …`.

mod bugfix;
mod context;
mod watcher;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{CliError, Session};
use crate::ops::{self, Context, OpError};
use crate::views::{Brief, Packet, PacketWritten};

/// For whom the packet is.
#[derive(Debug, Subcommand)]
pub enum PacketVerb {
    Context(Box<context::ContextArgs>),
    Bugfix(Box<bugfix::BugfixArgs>),
    Watcher(Box<watcher::WatcherArgs>),
}

impl PacketVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Context(_) => "packet context",
            Self::Bugfix(_) => "packet bugfix",
            Self::Watcher(_) => "packet watcher",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Context(args) => context::run(session, *args),
            Self::Bugfix(args) => bugfix::run(session, *args),
            Self::Watcher(args) => watcher::run(session, *args),
        }
    }
}

/// Shows a packet, or writes it to the file that was named: as JSON where the name ends in `.json`, else as Markdown.
fn deliver<T: Brief>(
    session: &Session,
    context: &Context,
    command: &str,
    fields: T,
    output: Option<&Path>,
) -> Result<(), CliError> {
    let packet = Packet::render(&context.paths.root, fields).map_err(OpError::from)?;
    let Some(path) = output.filter(|path| !path.as_os_str().is_empty()) else {
        session.ui.emit(command, &packet);
        return Ok(());
    };
    let path: PathBuf = session.path(path);
    ops::write_document(&path, &packet.document(&path))?;
    session.ui.emit(command, &PacketWritten { packet: T::NAME, path });
    Ok(())
}
