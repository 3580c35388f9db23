//! The keeper of sandboxes as a program of its own, for this package's tests. `fairway` carries the same.

use std::process::ExitCode;

fn main() -> ExitCode {
    fairway_parity::confine::keeper(std::env::args_os()).unwrap_or(ExitCode::FAILURE)
}
