-- Events are kept by month of their version 7 id, so that old months can be detached whole.
-- The smallest version 7 UUID of an instant: its 48 bits of milliseconds, then zeros.
CREATE FUNCTION roster.event_id_floor(instant timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM instant) * 1000)::bigint), 12, '0')
          || repeat('0', 20))::uuid
$$;
REVOKE ALL ON FUNCTION roster.event_id_floor(timestamptz) FROM PUBLIC;

-- Makes the partitions that are missing from last month to three months ahead of `now`, and
-- returns how many. There is no DEFAULT partition: a row that no month holds must fail.
-- Attached, not created in place: only ATTACH leaves writers of the other months alone.
CREATE FUNCTION roster.make_event_partitions() RETURNS int
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
REVOKE ALL ON FUNCTION roster.make_event_partitions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roster.make_event_partitions() TO roster_system;

SELECT roster.make_event_partitions();
