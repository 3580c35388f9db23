#!/usr/bin/env bash
# Fuzzes the readers with libFuzzer, each for a number of executions: a panic, a hang of ten seconds or more than 1 GB of
# memory ends it, and leaves the input under fuzz/artifacts.
#
#   fuzz-readers.sh [yaml|database|adapter]...
#
# YAML_RUNS, DATABASE_RUNS and ADAPTER_RUNS say how many executions; SEEDS names a folder of more YAML documents to begin
# with. What cargo-fuzz would do is done here with the stable compiler and without a sanitizer: the code under test has no
# `unsafe`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

HOST="$(rustc -vV | sed -n 's/^host: //p')"
COVERAGE="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing"

# runs TARGET: how many executions.
runs() {
  case "$1" in
    yaml) echo "${YAML_RUNS:-10000000}" ;;
    database) echo "${DATABASE_RUNS:-200000}" ;;
    adapter) echo "${ADAPTER_RUNS:-200000}" ;;
    *) echo "fuzz-readers: there is no target $1" >&2 && exit 2 ;;
  esac
}

# put FOLDER FILE...: copies files under names that cannot clash.
put() {
  local folder="$1" file
  shift
  mkdir -p "$folder"
  for file in "$@"; do
    [ ! -f "$file" ] || cp "$file" "$folder/$(sha256sum "$file" | cut -c 1-16)"
  done
}

# A database of every kind that the reader meets: each journal, and one of the prototype.
databases() {
  local folder="$1" scratch mode
  mkdir -p "$folder"
  scratch="$(mktemp -d)"
  for mode in DELETE WAL; do
    # The log stays beside the file: what is fuzzed is the file alone.
    sqlite3 "$scratch/$mode.db" "PRAGMA page_size = 512; PRAGMA journal_mode = $mode;
      CREATE TABLE tasks (id TEXT PRIMARY KEY, title TEXT, role TEXT, status TEXT, extra TEXT, file_order INTEGER, in_yaml INTEGER);
      CREATE TABLE task_dependencies (task_id TEXT, depends_on TEXT, position INTEGER, PRIMARY KEY (task_id, depends_on));
      CREATE TABLE task_history (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT, to_status TEXT, at TEXT);
      CREATE TABLE odd (a, b BLOB, c REAL); CREATE INDEX odd_a ON odd (a);
      INSERT INTO tasks VALUES ('A-1', 'ä', 'A-backend', 'todo', '{}', 0, 1), ('A-2', NULL, '', 'done', 'x', 1, 0);
      INSERT INTO task_dependencies VALUES ('A-2', 'A-1', 0); INSERT INTO task_history VALUES (7, 'A-2', 'done', '2026-01-01');
      INSERT INTO odd VALUES (1, x'00ff', 1.5), ('long' || hex(zeroblob(600)), NULL, -0.0);" >/dev/null
    put "$folder" "$scratch/$mode.db"
  done
  sqlite3 "$scratch/prototype.db" <tests/it/migrate_prototype.sql >/dev/null
  put "$folder" "$scratch/prototype.db"
  rm -r "$scratch"
}

# seeds TARGET: what it begins with.
seeds() {
  local corpus="fuzz/corpus/$1"
  case "$1" in
    yaml) put "$corpus" fixtures/yaml-test-suite/*.yaml fixtures/samples/*.yaml fixtures/renamed/*.yaml ${SEEDS:+"$SEEDS"/*} ;;
    database) databases "$corpus" ;;
    adapter) put "$corpus" parity/adapters/*.toml parity/mappings/*.toml fixtures/minimal/checkout/.fairway/parity/adapters/*.toml ;;
  esac
}

[ $# -gt 0 ] || set -- yaml database adapter
for target in "$@"; do
  runs "$target" >/dev/null
done
RUSTFLAGS="$COVERAGE" cargo build --release --locked --manifest-path fuzz/Cargo.toml --target "$HOST"
for target in "$@"; do
  seeds "$target"
  mkdir -p "fuzz/artifacts/$target"
  count="$(runs "$target")"
  echo "fuzz-readers: $target, $count executions"
  "fuzz/target/$HOST/release/$target" "fuzz/corpus/$target" -runs="$count" -timeout=10 -rss_limit_mb=1000 -print_final_stats=1 \
    -artifact_prefix="fuzz/artifacts/$target/" 2>&1 | grep -E '^(stat::|==|#[0-9]+[[:space:]]+(DONE|pulse)|SUMMARY|thread|Test unit)|panicked' | tail -n 20
done
