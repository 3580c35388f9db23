//! Compares two queue systems on one scenario, as processes.
