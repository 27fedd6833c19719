-- A page of a backend's events must come in the order of the index, though most actors have few:
-- planned for the few, it would fetch and sort the backend's million. So the planner is told that
-- each actor, target and action has many.
CREATE FUNCTION roster.set_event_statistics(partition regclass) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['actor_id', 'target_id', 'action'] LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET (n_distinct = 20)', partition, name);
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION roster.set_event_statistics(regclass) FROM PUBLIC;

SELECT roster.set_event_statistics(inhrelid) FROM pg_inherits
 WHERE inhparent = 'roster.events'::regclass;

CREATE OR REPLACE FUNCTION roster.make_event_partitions() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  month timestamp;
  partition text;
  made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('roster.make_event_partitions', 0));
  FOR ahead IN -1..3 LOOP
    month := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead);
    partition := 'events_' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass('roster.' || partition) IS NOT NULL;
    EXECUTE format(
      'CREATE TABLE roster.%I (LIKE roster.events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
      partition);
    EXECUTE format('ALTER TABLE roster.%I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE roster.%I FORCE ROW LEVEL SECURITY', partition);
    EXECUTE format(
      'CREATE POLICY owner ON roster.%I TO roster_owner USING (true) WITH CHECK (true)', partition);
    PERFORM roster.set_event_statistics(to_regclass('roster.' || partition));
    EXECUTE format(
      'ALTER TABLE roster.events ATTACH PARTITION roster.%I FOR VALUES FROM (%L) TO (%L)',
      partition,
      roster.event_id_floor(month AT TIME ZONE 'UTC'),
      roster.event_id_floor((month + make_interval(months => 1)) AT TIME ZONE 'UTC'));
    made := made + 1;
  END LOOP;
  RETURN made;
END
$$;
