# Read before a bash program (BASH_ENV): writes down each line that runs, one file a process.
if [ -n "${FAIRWAY_COVER:-}" ]; then
  exec {FAIRWAY_COVER_FD}>>"$FAIRWAY_COVER/$$.shell"
  BASH_XTRACEFD=$FAIRWAY_COVER_FD
  PS4=$'+\001${BASH_SOURCE}\001${LINENO}\001'
  set -x
fi
