//! Reads what the legacy owns: its queue file, as Ruby reads it, and snapshots of its database.

pub mod packs;
pub mod plain;
pub mod queue;
pub mod snapshot;
pub mod yaml;

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
