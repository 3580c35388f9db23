//! `fairway packet …`.

mod bugfix;
mod context;
mod watcher;

use std::ffi::OsString;
use std::path::Path;

use clap::{Args, Subcommand};

use super::on_call::OnCall;
use super::{CliError, Session};
use crate::ops::{self, Context, OpError};
use crate::views::{Brief, Packet, PacketWritten};

/// For whom the packet is.
#[derive(Debug, Subcommand)]
pub enum PacketVerb {
    Context(OnCall<Box<context::ContextArgs>>),
    Bugfix(OnCall<Box<bugfix::BugfixArgs>>),
    Watcher(OnCall<Box<watcher::WatcherArgs>>),
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
            Self::Context(OnCall(args)) => context::run(session, *args),
            Self::Bugfix(OnCall(args)) => bugfix::run(session, *args),
            Self::Watcher(OnCall(args)) => watcher::run(session, *args),
        }
    }
}

/// Where a packet goes.
#[derive(Debug, Args)]
struct OutputArgs {
    /// Write to this file instead: JSON where its name ends in .json, else Markdown. An empty name is none.
    // No `PathBuf`, of which clap refuses an empty one: for the scripts `OUTPUT=` is no output.
    #[arg(long, value_name = "FILE")]
    output: Option<OsString>,
}

impl OutputArgs {
    /// Shows a packet, or writes it to the file that was named.
    fn deliver<T: Brief>(
        &self,
        session: &Session,
        context: &Context,
        command: &str,
        fields: T,
    ) -> Result<(), CliError> {
        let packet = Packet::render(&context.paths.root, fields).map_err(OpError::from)?;
        let Some(path) = self.output.as_ref().filter(|path| !path.is_empty()) else {
            session.ui.emit(command, &packet);
            return Ok(());
        };
        let path = session.path(Path::new(path));
        ops::write_document(&path, &packet.document(&path))?;
        session.ui.emit(command, &PacketWritten { packet: T::NAME, path });
        Ok(())
    }
}
