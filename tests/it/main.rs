//! Fairway through its real binary: one file per verb or flow.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod support;

mod bad_data;
mod checkpoints;
mod claim_storm;
mod claims;
mod coordinator;
mod envelope;
mod export_back;
mod fuzz_lock;
mod gate;
mod git_check;
mod goldens;
mod handoffs;
mod help;
mod hierarchy;
mod import_kill;
mod import_oracle;
mod import_queue;
mod import_snapshot;
mod invariants;
mod launches;
mod leases;
mod migrate_cut;
mod migrate_move;
mod migrate_prototype;
mod migrate_size;
mod migrate_verify;
mod minimal;
mod ordinary_user;
mod packets;
mod parity;
mod parity_artifact;
mod parity_fuzz;
mod parity_reports;
mod parity_soak;
mod pilot;
mod pilot_drill;
mod postgres;
mod readers;
mod records;
mod regression_packs;
mod reports;
mod reviews;
mod role_names;
mod runbooks;
mod sessions;
mod setup;
mod shadow;
mod shadow_handed;
mod shadow_targets;
mod store_check;
mod store_export;
mod store_file;
mod tasks;
mod waivers;
mod watchers;
mod way_back;
mod worktrees;
mod yaml_psych;
