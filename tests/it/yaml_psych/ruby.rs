//! The other side: one Ruby process for a whole batch.

use super::cases::repository;

/// One answer line for each document; `psych.rb` says what it holds.
pub(crate) fn answers(documents: &[&[u8]]) -> Vec<String> {
    let mut input = String::new();
    for document in documents {
        input.extend(document.iter().map(|byte| format!("{byte:02x}")));
        input.push('\n');
    }
    let program = repository().join("tests/it/psych_cases/psych.rb");
    let store = repository().join("fixtures/gpuaas/checkout/scripts/ops/agent_queue_store.rb");
    let output = duct::cmd!("ruby", "-EUTF-8:UTF-8", program, store)
        .env("TZ", "UTC")
        .stdin_bytes(input)
        .read()
        .unwrap_or_else(|error| {
            panic!(
                "{error}\nthese tests need Ruby 3.1 with its sqlite3 gem: apt-get install ruby ruby-sqlite3"
            )
        });
    let lines: Vec<String> = output.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), documents.len(), "an answer for each document");
    lines
}
