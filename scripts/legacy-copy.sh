#!/usr/bin/env bash
# Builds the standard legacy copy at DEST, unless it is there and complete.
#
#   legacy-copy.sh DEST
#
# The stamp DEST.stamp is written last. It names the place, since links between a repository and its worktrees are
# absolute, and the digest of the files the copy was built from; a copy whose stamp says anything else is built again.
# Callers at the same time wait for one another.
set -euo pipefail

FIXTURE="$(cd "$(dirname "${BASH_SOURCE[0]}")/../fixtures/gpuaas" && pwd)"
DEST="${1:?usage: legacy-copy.sh DEST}"
mkdir -p "$(dirname "$DEST")"
DEST="$(cd "$(dirname "$DEST")" && pwd)/$(basename "$DEST")"

digest() {
  (cd "$FIXTURE" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)
}

exec 9>"$DEST.lock"
flock 9

STAMP="$DEST $(digest)"
if [ -f "$DEST.stamp" ] && [ "$(cat "$DEST.stamp")" = "$STAMP" ] && [ -f "$DEST/.git/agent_queue/agent_queue.db" ]; then
  exit 0
fi

echo "legacy-copy: building $DEST (about half a minute)"
rm -rf "$DEST" "$DEST.stamp"
"$FIXTURE/build-copy.sh" "$DEST" --quiet 9>&-
echo "$STAMP" >"$DEST.stamp"
