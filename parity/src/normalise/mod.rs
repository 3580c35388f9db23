//! Normalisers: named rules that mask what two honest runs may differ in.
//!
//! A masked value still has to be what the rule says it is, so that a rule for times cannot hide a missing one. What
//! is none stays as it is, and differs. How much was masked is counted beside how much was compared.

mod claim;
mod mask;
mod rule;

pub use claim::Claim;
pub use mask::{Bytes, Masked, Masker};
pub use rule::{Normaliser, parse};
