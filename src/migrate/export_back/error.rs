//! Why nothing goes back.

use super::yaml::EditError;

/// An export back that did not take place. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum BackError {
    /// The queue file cannot be edited.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The mapping names something that does not exist.
    #[error("the mapping of the way back names {0}, which does not exist")]
    Mapping(String),
}

impl BackError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Edit(error) => error.hint(),
            Self::Mapping(_) => "parity/mappings/gpuaas.toml in Fairway's sources shows what a mapping says",
        }
    }
}
