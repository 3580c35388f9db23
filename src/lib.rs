//! Fairway: a work queue for coding agents that proves it matches the scripts it replaces.
