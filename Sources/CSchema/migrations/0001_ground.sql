-- Everything stands in one schema, so that no statement depends on a search_path.
-- compatible-from: 1
CREATE SCHEMA roster;
GRANT USAGE ON SCHEMA roster TO roster_service, roster_system, roster_search;

-- One row for each migration applied; the newest says which programs may still serve.
CREATE TABLE roster.schema_version (
  version int PRIMARY KEY,
  compatible_from int NOT NULL,
  name text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (compatible_from BETWEEN 1 AND version)
);
GRANT SELECT ON roster.schema_version TO roster_service, roster_system;
COMMENT ON COLUMN roster.schema_version.name IS 'erase: never, names a migration';

-- xids restart after dump and restore and are reused after an asynchronous failover:
-- whoever restores or promotes raises the epoch, and a position is (epoch, xid).
CREATE TABLE roster.cluster_epoch (
  one bool PRIMARY KEY DEFAULT true CHECK (one),
  epoch int NOT NULL CHECK (epoch > 0),
  id uuid NOT NULL,
  feed_floor xid8 NOT NULL
);
INSERT INTO roster.cluster_epoch (epoch, id, feed_floor)
VALUES (1, gen_random_uuid(), pg_current_xact_id());
GRANT SELECT ON roster.cluster_epoch TO roster_service;
GRANT SELECT, UPDATE ON roster.cluster_epoch TO roster_system;

-- A replica whose primary key is absent here or differs has the wrong keys_file and won't start.
CREATE TABLE roster.key_fingerprints (
  key_id bigint PRIMARY KEY CHECK (key_id BETWEEN 0 AND 4294967295),
  fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT ON roster.key_fingerprints TO roster_service, roster_system;
COMMENT ON COLUMN roster.key_fingerprints.fingerprint IS 'erase: never, a digest of a random key';

-- Raises when a change touched another number of rows than its decision rests on, so that the
-- rest of the flush, COMMIT included, is skipped.
CREATE FUNCTION roster.expect(counted bigint, expected bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
  IF counted IS DISTINCT FROM expected THEN
    RAISE EXCEPTION 'expected % rows, counted %', expected, counted USING ERRCODE = 'RS001';
  END IF;
  RETURN counted;
END
$$;
REVOKE ALL ON FUNCTION roster.expect(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roster.expect(bigint, bigint) TO roster_service, roster_system;

-- The second wall behind `organization_id = $1`: row-level security, forced on the owner too.
-- current_setting without its second argument fails when no organization is set.
CREATE PROCEDURE roster.isolate(guarded regclass)
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', guarded);
  EXECUTE format(
    'CREATE POLICY service ON %s TO roster_service
       USING (organization_id = current_setting(''roster.organization'')::uuid)
       WITH CHECK (organization_id = current_setting(''roster.organization'')::uuid)',
    guarded);
  EXECUTE format(
    'CREATE POLICY system ON %s TO roster_system USING (true) WITH CHECK (true)', guarded);
  EXECUTE format(
    'CREATE POLICY owner ON %s TO roster_owner USING (true) WITH CHECK (true)', guarded);
END
$$;
REVOKE ALL ON PROCEDURE roster.isolate(regclass) FROM PUBLIC;
