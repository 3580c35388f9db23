#!/bin/sh
# Speaks for an agent behind an API: makes one request, and tells Fairway how it went.
#
#   api-bridge.sh REQUEST       a command line, such as 'curl --fail --silent https://...'
#
# Fairway starts it with FAIRWAY_SESSION_ID, FAIRWAY_ROLE and FAIRWAY_TASK_ID set; `fairway session` without an id
# means that session. Its output is the transcript.
set -u

# While the request runs, say every minute that the session lives.
beat() {
  trap 'kill "$pause" 2>/dev/null; exit' TERM
  while :; do
    sleep 60 &
    pause=$!
    wait "$pause"
    fairway session upsert >/dev/null
  done
}
beat &
heart=$!

sh -c "$1"
code=$?
kill "$heart" 2>/dev/null

if [ "$code" = 0 ]; then
  fairway session end --exit-code 0 --reason "the request was answered"
else
  fairway session end --status failed --exit-code "$code" --reason "the request failed"
fi
