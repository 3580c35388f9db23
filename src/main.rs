//! The `fairway` binary: reads the process's environment, runs the call, and exits.

use std::process::ExitCode;

use fairway::cli::{self, Environment};

/// A queue of a hundred thousand tasks is millions of small texts, made in one thread and dropped in another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // First of all: the keeper of a sandbox has to begin with a single thread, and is started often.
    if let Some(code) = fairway_parity::confine::keeper(std::env::args_os()) {
        return code;
    }
    let text = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let user = text("USER").or_else(|| text("LOGNAME")).unwrap_or_else(|| "unknown".to_owned());
    let environment = Environment {
        directory: std::env::current_dir().unwrap_or_else(|_| ".".into()),
        config: text("FAIRWAY_CONFIG").map(Into::into),
        now: text("FAIRWAY_NOW"),
        actor: text("FAIRWAY_ACTOR"),
        task: text("FAIRWAY_TASK_ID"),
        session: text("FAIRWAY_SESSION_ID"),
        busy_ms: text("FAIRWAY_BUSY_MS"),
        shadowed: text("FAIRWAY_SHADOWED").is_some(),
        login: format!("{user}@{}", gethostname::gethostname().to_string_lossy()),
    };
    ExitCode::from(cli::run(std::env::args_os(), environment))
}
