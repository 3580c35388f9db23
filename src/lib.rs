//! Fairway: a work queue for coding agents that proves it matches the scripts it replaces.
//!
//! Rooms, from the bottom: [`model`] is data, [`policy`] decides, [`git`], [`config`], [`process`], [`store`] and [`legacy`]
//! read and keep, [`migrate`] moves a queue, [`pilot`] says which
//! commands and lanes may be used for real, [`ops`] is what each verb does, [`views`] is what it shows,
//! [`ui`] renders, [`cli`] parses. Each may use those before it, never those after it.

pub mod cli;
pub mod config;
pub mod git;
pub mod legacy;
pub mod migrate;
pub mod model;
pub mod ops;
pub mod pilot;
pub mod policy;
pub mod process;
pub mod store;
pub mod ui;
pub mod views;
