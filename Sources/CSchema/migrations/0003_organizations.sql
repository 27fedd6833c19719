-- Everything else belongs to one organization: its id leads every key of what it owns.
CREATE TABLE roster.organizations (
  organization_id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  name_norm text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(normalize(name, NFKC))) STORED,
  state text NOT NULL CHECK (state IN ('active', 'suspended')),
  settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
  -- raised to end every session and key of the organization at once
  access_epoch bigint NOT NULL DEFAULT 1,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CALL roster.isolate('roster.organizations');
GRANT SELECT, INSERT, UPDATE ON roster.organizations TO roster_service;
GRANT SELECT, UPDATE ON roster.organizations TO roster_system;

COMMENT ON COLUMN roster.organizations.slug IS 'erase: with the organization';
COMMENT ON COLUMN roster.organizations.name IS 'erase: with the organization';
COMMENT ON COLUMN roster.organizations.name_norm IS 'erase: with the organization';
COMMENT ON COLUMN roster.organizations.state IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.organizations.settings IS 'erase: never, no personal data';

CREATE FUNCTION roster.feed_organizations() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 1, organization_id, false FROM after_rows;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 1, organization_id, true FROM before_rows;
  ELSE
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 1, organization_id,
           coalesce(
             n.organization_id IS NULL
               OR n.state <> 'active'
               OR n.access_epoch > o.access_epoch
               OR n.settings -> 'role_mode' IS DISTINCT FROM o.settings -> 'role_mode',
             false)
      FROM before_rows AS o
      FULL JOIN after_rows AS n USING (organization_id)
     WHERE (o.state, o.access_epoch, o.settings -> 'role_mode')
           IS DISTINCT FROM (n.state, n.access_epoch, n.settings -> 'role_mode');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION roster.feed_organizations() FROM PUBLIC;

CREATE TRIGGER feed_insert AFTER INSERT ON roster.organizations
  REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_organizations();
CREATE TRIGGER feed_update AFTER UPDATE ON roster.organizations
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_organizations();
CREATE TRIGGER feed_delete AFTER DELETE ON roster.organizations
  REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_organizations();
CREATE TRIGGER feed_truncate BEFORE TRUNCATE ON roster.organizations
  FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate();
ALTER TABLE roster.organizations ENABLE ALWAYS TRIGGER feed_insert;
ALTER TABLE roster.organizations ENABLE ALWAYS TRIGGER feed_update;
ALTER TABLE roster.organizations ENABLE ALWAYS TRIGGER feed_delete;
ALTER TABLE roster.organizations ENABLE ALWAYS TRIGGER feed_truncate;
