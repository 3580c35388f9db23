//! Pure data: ids, tasks, states, records and problems. No I/O and no policy.

pub mod diagnostic;
