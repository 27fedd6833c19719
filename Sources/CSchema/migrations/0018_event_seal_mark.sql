-- How far events are sealed, of all organizations at once: what is new is then one range of
-- events_position, however many organizations and seals there are.
CREATE TABLE roster.event_seal_mark (
  one bool PRIMARY KEY DEFAULT true CHECK (one),
  -- every event of an epoch before, and of this epoch in the snapshot, is in a seal
  epoch int NOT NULL CHECK (epoch >= 0),
  snapshot pg_snapshot NOT NULL
);
INSERT INTO roster.event_seal_mark (epoch, snapshot) VALUES (0, '1:1:');
GRANT SELECT, UPDATE ON roster.event_seal_mark TO roster_system;

-- Raises the epoch once every transaction has ended that writes an event under the one before:
-- a seal of the new epoch covers all events of the old. For whoever restores or promotes.
CREATE FUNCTION roster.raise_epoch() RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
  raised int;
BEGIN
  LOCK TABLE roster.events IN SHARE MODE;
  UPDATE roster.cluster_epoch SET epoch = epoch + 1, feed_floor = pg_current_xact_id()
  RETURNING epoch INTO raised;
  RETURN raised;
END
$$;
REVOKE ALL ON FUNCTION roster.raise_epoch() FROM PUBLIC;
