//! The harness against real systems: the legacy scripts with themselves, and a small made-up pair.

mod copy;
mod made_up;
mod reference;
