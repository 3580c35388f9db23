//! Packets: briefs that one agent hands to another, as Markdown from a template and as JSON.
//!
//! A packet is a Serialize type, the fields of which are the template's variables. Its template ships with Fairway
//! and gives way to the project's own, `.fairway/templates/<name>.md.j2`.

mod bugfix;
mod context;
mod task;
mod template;
mod watcher;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::ui::{Page, View};
pub use bugfix::BugfixPacket;
pub use context::ContextPacket;
pub use task::{DependencyBrief, TaskBrief};
use template::Template;
pub use template::TemplateError;
pub use watcher::WatchPacket;

/// What a packet says; its fields are the variables of its template.
pub trait Brief: Serialize {
    /// The kind of packet, which names the project's template.
    const NAME: &'static str;
    /// The shipped template.
    const TEMPLATE: &'static str;
    /// The shipped page, for a packet that can be one.
    const HTML: Option<&'static str> = None;
}

/// A packet, rendered.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Packet<T: Brief> {
    #[serde(flatten)]
    fields: T,
    #[serde(skip)]
    markdown: String,
    #[serde(skip)]
    html: Option<String>,
}

impl<T: Brief> Packet<T> {
    /// Renders the fields with the template of the project at `root`, or the shipped one.
    ///
    /// # Errors
    /// The template is broken, or names what the packet has not.
    pub fn render(root: &Path, fields: T) -> Result<Self, TemplateError> {
        let template = Template::find(root, T::NAME, T::TEMPLATE)?;
        let html = T::HTML.map(|page| Template::page(T::NAME, page).render(&fields)).transpose()?;
        Ok(Self { markdown: template.render(&fields)?, html, fields })
    }

    /// The document for a file of this name: JSON where it ends in `.json`, a page where it ends in `.html` and the packet
    /// can be one, else Markdown.
    pub fn document(&self, path: &Path) -> String {
        let ends = |wanted: &str| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(wanted));
        if ends("json") {
            // A packet holds texts, lists and maps with text keys, which always serialise.
            return serde_json::to_string_pretty(&self.fields).map(|text| text + "\n").unwrap_or_default();
        }
        match &self.html {
            Some(page) if ends("html") => page.clone(),
            _ => self.markdown.clone(),
        }
    }
}

impl<T: Brief> View for Packet<T> {
    fn show(&self, page: &mut Page) {
        page.line(self.markdown.trim_end());
    }
}

/// A packet that was written to a file.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PacketWritten {
    /// What kind of packet: `watcher`, `context`, `bugfix`.
    pub packet: &'static str,
    /// The file.
    pub path: PathBuf,
}

impl View for PacketWritten {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("{} packet written to {}", self.packet, self.path.display()));
    }
}
