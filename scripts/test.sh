#!/usr/bin/env bash
# Everything that CI checks. The oracle's self-test takes minutes of one core and little of the other, so it runs
# beside the Rust side; what it printed is shown at the end, and either side's failure is this script's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/legacy-copy.sh target/legacy/standard

LOG=target/selftest.log
fixtures/gpuaas/selftest.sh >"$LOG" 2>&1 &
SELFTEST=$!
# shellcheck disable=SC2064 # this process, whatever SELFTEST is later
trap "kill $SELFTEST 2>/dev/null || true" EXIT

RUST=0
scripts/lint.sh &&
  cargo test --workspace --locked &&
  RUSTDOCFLAGS='-D warnings -A rustdoc::private_intra_doc_links' cargo doc --workspace --no-deps --locked || RUST=$?

echo "== the oracle's self-test"
ORACLE=0
wait "$SELFTEST" || ORACLE=$?
trap - EXIT
cat "$LOG"

if [ "$RUST" -ne 0 ] || [ "$ORACLE" -ne 0 ]; then
  echo "test: failed: Rust side exit $RUST, the oracle's self-test exit $ORACLE" >&2
  exit 1
fi
