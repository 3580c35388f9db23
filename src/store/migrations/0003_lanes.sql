-- Who may change the tasks of a lane: the scripts that Fairway is to replace, or Fairway.
--
-- A row is written each time a lane changes hands, and never changed: the one with the highest epoch holds. A lane without
-- a row is the scripts'.

CREATE TABLE lane_authorities (
  project_id TEXT NOT NULL,
  -- The name of a role.
  lane TEXT NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  holder TEXT NOT NULL CHECK (holder IN ('legacy', 'fairway', 'nobody')),
  -- The pilot under which it changed hands.
  pilot TEXT NOT NULL,
  reason TEXT NOT NULL,
  since TEXT NOT NULL,
  by TEXT NOT NULL CHECK (by <> ''),
  PRIMARY KEY (project_id, lane, epoch)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER lane_authorities_no_update BEFORE UPDATE ON lane_authorities
  BEGIN SELECT RAISE(ABORT, 'who held a lane is never rewritten'); END;
CREATE TRIGGER lane_authorities_no_delete BEFORE DELETE ON lane_authorities
  BEGIN SELECT RAISE(ABORT, 'who held a lane is never removed'); END;
CREATE TRIGGER lane_authorities_in_turn BEFORE INSERT ON lane_authorities
WHEN NEW.epoch <> (SELECT COALESCE(MAX(epoch), 0) + 1 FROM lane_authorities
                   WHERE project_id = NEW.project_id AND lane = NEW.lane)
  BEGIN SELECT RAISE(ABORT, 'a lane changes hands in turn'); END;
