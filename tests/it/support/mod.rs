//! What several flows need to set their stage.

pub(crate) mod legacy_copy;
