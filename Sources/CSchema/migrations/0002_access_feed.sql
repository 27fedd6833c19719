-- Replicas answer checks from memory: every change of access leaves the key of what changed here.
-- Keys only, never states: two writers of one row may commit in the reverse order of their xids.
CREATE TABLE roster.access_feed (
  organization_id uuid NOT NULL,
  -- Domain.AccessFeedKind: 1 organization, 2 user, 3 group, 4 role, 5 policy, 6 session,
  -- 7 API key, 8 company, 9 catalogue
  kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 9),
  key uuid NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  seq bigint GENERATED ALWAYS AS IDENTITY,
  -- true when the change may have taken a right away: its COMMIT waits for every replica
  narrowing bool NOT NULL,
  PRIMARY KEY (xid, seq)
);
CALL roster.isolate('roster.access_feed');
GRANT SELECT, INSERT ON roster.access_feed TO roster_service;
GRANT SELECT, INSERT, DELETE ON roster.access_feed TO roster_system;

-- TRUNCATE has no transition table, so the feed could not say what went.
CREATE FUNCTION roster.refuse_truncate() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE of %.% would bypass the access feed; use DELETE',
    TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'feature_not_supported';
END
$$;
REVOKE ALL ON FUNCTION roster.refuse_truncate() FROM PUBLIC;
