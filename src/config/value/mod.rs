//! The kinds of value a key can have: plain TOML types, closed sets of words, and text with a form of its own.

mod address;
mod field_names;
mod globs;
mod names;
mod pattern;
mod plain;
mod queue_source;
mod role_names;
mod template;
mod text;
mod time_span;

pub use address::Address;
pub use field_names::FieldNames;
pub use globs::Globs;
pub use pattern::Pattern;
pub(super) use plain::choose;
pub use queue_source::QueueSource;
pub use role_names::RoleNames;
pub use template::Template;
pub use time_span::TimeSpan;
