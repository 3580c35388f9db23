//! Reads what the legacy owns: its queue file, as Ruby reads it, and snapshots of its database.

pub mod yaml;
