-- What lists of users sort and filter by, and what ends by itself: a lock, a deactivation.
ALTER TABLE roster.users
  ADD COLUMN company_id uuid,
  ADD COLUMN mfa_enabled bool NOT NULL DEFAULT false,
  -- the lock ends by itself then
  ADD COLUMN locked_until timestamptz,
  ADD COLUMN deactivation_reason text,
  -- the deactivation ends by itself then
  ADD COLUMN deactivated_until timestamptz,
  -- a deleted user's rows are purged then
  ADD COLUMN purge_at timestamptz,
  ADD FOREIGN KEY (organization_id, company_id) REFERENCES roster.companies;

COMMENT ON COLUMN roster.users.deactivation_reason IS 'erase: delete row';

CREATE INDEX users_created ON roster.users (organization_id, created_at, user_id);
CREATE INDEX users_display_name ON roster.users (organization_id, display_name_norm, user_id);
CREATE INDEX users_mfa ON roster.users (organization_id, mfa_enabled, user_id);
CREATE INDEX users_state ON roster.users (organization_id, state, user_id);
CREATE INDEX users_company ON roster.users (organization_id, company_id, user_id)
  WHERE company_id IS NOT NULL;
CREATE INDEX users_purge ON roster.users (organization_id, purge_at) WHERE purge_at IS NOT NULL;
CREATE INDEX emails_primary_address ON roster.emails (organization_id, address_norm, user_id)
  WHERE is_primary AND deleted_at IS NULL;

-- Written at every sign-in, so apart from the wide row: one row a user, from the user's creation.
CREATE TABLE roster.user_activity (
  organization_id uuid NOT NULL,
  user_id uuid NOT NULL,
  last_login_at timestamptz,
  last_active_at timestamptz,
  failed_count int NOT NULL DEFAULT 0,
  last_failed_at timestamptz,
  PRIMARY KEY (organization_id, user_id),
  FOREIGN KEY (organization_id, user_id) REFERENCES roster.users
) WITH (fillfactor = 70);
CREATE INDEX user_activity_last_login
  ON roster.user_activity (organization_id, last_login_at NULLS FIRST, user_id);
CALL roster.isolate('roster.user_activity');
CREATE POLICY search ON roster.user_activity FOR SELECT TO roster_search USING (true);
GRANT SELECT, INSERT, UPDATE ON roster.user_activity TO roster_service;
GRANT SELECT, UPDATE ON roster.user_activity TO roster_system;
GRANT SELECT ON roster.user_activity TO roster_search;
INSERT INTO roster.user_activity (organization_id, user_id)
SELECT organization_id, user_id FROM roster.users;

CREATE OR REPLACE FUNCTION roster.feed_users() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 2, user_id, false FROM after_rows;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 2, user_id, true FROM before_rows;
  ELSE
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 2, user_id,
           coalesce(
             n.state IS NULL
               OR n.state <> 'active'
               OR n.locked_at IS NOT NULL
               OR n.access_epoch > o.access_epoch
               OR n.kind <> o.kind
               OR n.company_id IS DISTINCT FROM o.company_id,
             false)
      FROM before_rows AS o
      FULL JOIN after_rows AS n USING (organization_id, user_id)
     WHERE (o.state, o.locked_at IS NULL, o.locked_until, o.deactivated_until, o.access_epoch,
            o.kind, o.company_id)
           IS DISTINCT FROM
           (n.state, n.locked_at IS NULL, n.locked_until, n.deactivated_until, n.access_epoch,
            n.kind, n.company_id);
  END IF;
  RETURN NULL;
END
$$;
