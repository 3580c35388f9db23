-- Migrations of a legacy queue into this store: what was applied, from which sources, and what was undone again.
--
-- A row is written in the transaction that writes the queue. It is never removed, and changes once: when the migration is
-- rolled back.

CREATE TABLE migrations (
  project_id TEXT NOT NULL,
  -- The name of its folder beside the store.
  id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('applied', 'rolled_back')),
  plan_sha256 TEXT NOT NULL,
  -- The digests of its sources, by source.
  sources TEXT NOT NULL CHECK (json_valid(sources)),
  -- The digest of the copy of the store as it was before; none when it held nothing.
  before_sha256 TEXT,
  -- The last number of each table that counts, as the migration left it.
  marks TEXT NOT NULL CHECK (json_valid(marks)),
  -- Why it was applied without a rehearsal, when it was.
  no_rehearsal_reason TEXT,
  applied_at TEXT NOT NULL,
  applied_by TEXT NOT NULL CHECK (applied_by <> ''),
  rolled_back_at TEXT,
  rolled_back_by TEXT,
  PRIMARY KEY (project_id, id),
  CHECK ((state = 'rolled_back') = (rolled_back_at IS NOT NULL)),
  CHECK ((rolled_back_at IS NULL) = (rolled_back_by IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER migrations_no_delete BEFORE DELETE ON migrations
  BEGIN SELECT RAISE(ABORT, 'a migration is never removed'); END;
CREATE TRIGGER migrations_only_roll_back BEFORE UPDATE ON migrations
WHEN OLD.state <> 'applied' OR NEW.state <> 'rolled_back'
  OR NEW.id <> OLD.id OR NEW.plan_sha256 <> OLD.plan_sha256 OR NEW.sources <> OLD.sources
  OR NEW.applied_at <> OLD.applied_at OR NEW.applied_by <> OLD.applied_by
  BEGIN SELECT RAISE(ABORT, 'a migration changes only by being rolled back'); END;
