-- Lanes that Fairway took over while others stay with the scripts: who answers for each, what happened in them since, and
-- when the two sides were brought together.

CREATE TABLE pilots (
  project_id TEXT NOT NULL,
  -- Under which its lane changed hands.
  name TEXT NOT NULL,
  lane TEXT NOT NULL,
  person TEXT NOT NULL CHECK (person <> ''),
  -- The migration that it stands on.
  migration TEXT NOT NULL,
  started_at TEXT NOT NULL,
  by TEXT NOT NULL CHECK (by <> ''),
  PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;

-- What a call wrote in a lane that was Fairway's, row by row and in its order: what the scripts have to be told. The number
-- is in the mark by which the scripts' row is found again.
CREATE TABLE lane_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  -- The number of the first event of the same call.
  call INTEGER NOT NULL,
  lane TEXT NOT NULL,
  pilot TEXT NOT NULL,
  source_table TEXT NOT NULL,
  row_key TEXT NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('new', 'changed', 'gone')),
  -- What the audit says of the call, as JSON.
  detail TEXT,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX lane_events_pilot ON lane_events (project_id, pilot, id);

CREATE TABLE pilot_syncs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL CHECK (by <> ''),
  -- Whether the scripts were told.
  write_legacy INTEGER NOT NULL CHECK (write_legacy IN (0, 1)),
  -- How many of their commands were run.
  told INTEGER NOT NULL,
  -- How many rows came in.
  brought INTEGER NOT NULL,
  -- How many events the scripts do not know of yet.
  pending INTEGER NOT NULL,
  -- Why it stopped, when it did.
  cause TEXT
) STRICT;

CREATE TRIGGER pilots_no_update BEFORE UPDATE ON pilots
  BEGIN SELECT RAISE(ABORT, 'who answers for a pilot is never rewritten'); END;
CREATE TRIGGER pilots_no_delete BEFORE DELETE ON pilots
  BEGIN SELECT RAISE(ABORT, 'a pilot is never removed'); END;
CREATE TRIGGER lane_events_no_update BEFORE UPDATE ON lane_events
  BEGIN SELECT RAISE(ABORT, 'lane_events is append-only'); END;
CREATE TRIGGER lane_events_no_delete BEFORE DELETE ON lane_events
  BEGIN SELECT RAISE(ABORT, 'lane_events is append-only'); END;
CREATE TRIGGER pilot_syncs_no_update BEFORE UPDATE ON pilot_syncs
  BEGIN SELECT RAISE(ABORT, 'pilot_syncs is append-only'); END;
CREATE TRIGGER pilot_syncs_no_delete BEFORE DELETE ON pilot_syncs
  BEGIN SELECT RAISE(ABORT, 'pilot_syncs is append-only'); END;
