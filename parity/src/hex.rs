//! Bytes as hexadecimal digits.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// All of them.
pub fn text(bytes: impl AsRef<[u8]>) -> String {
    let bytes = bytes.as_ref();
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The first eight: enough to tell things apart, and to be read by people.
pub fn short(bytes: impl AsRef<[u8]>) -> String {
    text(bytes.as_ref().iter().take(8).copied().collect::<Vec<_>>())
}

/// SHA-256 of bytes.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    text(Sha256::digest(bytes))
}
