-- What a user's life needs: an address that waits to be confirmed, what a deleted user comes back
-- to, and the rights to delete one.
ALTER TABLE roster.users
  ADD COLUMN pending_email text,
  -- the state that a deleted user comes back to
  ADD COLUMN deleted_from text CHECK (deleted_from IN ('invited', 'active', 'inactive'));
COMMENT ON COLUMN roster.users.pending_email IS 'erase: delete row';
COMMENT ON COLUMN roster.users.deleted_from IS 'erase: never, no personal data';

-- What a deleted user had belongs to whoever comes next.
DROP INDEX roster.users_external_id;
CREATE UNIQUE INDEX users_external_id ON roster.users (organization_id, external_id)
  WHERE external_id IS NOT NULL AND state <> 'deleted';

-- Companies count those who are not deleted.
CREATE INDEX users_company_present ON roster.users (organization_id, company_id)
  WHERE company_id IS NOT NULL AND state <> 'deleted';
CREATE INDEX users_without_company ON roster.users (organization_id, user_id)
  WHERE company_id IS NULL AND state <> 'deleted';

-- By these a user's rows are found when they go.
CREATE INDEX emails_user ON roster.emails (organization_id, user_id);
CREATE INDEX role_requests_user ON roster.role_requests (organization_id, user_id);

-- What ends by itself, for who records it.
CREATE INDEX users_lock_end ON roster.users (organization_id, locked_until)
  WHERE locked_until IS NOT NULL;
CREATE INDEX users_deactivation_end ON roster.users (organization_id, deactivated_until)
  WHERE deactivated_until IS NOT NULL;

-- An end by itself holds from its instant on, whether somebody recorded it or not.
CREATE FUNCTION roster.present_state(state text, deactivated_until timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN state = 'inactive' AND deactivated_until <= now() THEN 'active' ELSE state END
$$;
CREATE FUNCTION roster.present_lock(locked_at timestamptz, locked_until timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN locked_until <= now() THEN NULL ELSE locked_at END
$$;
REVOKE ALL ON FUNCTION roster.present_state(text, timestamptz),
  roster.present_lock(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roster.present_state(text, timestamptz),
  roster.present_lock(timestamptz, timestamptz)
  TO roster_service, roster_system, roster_search;

GRANT DELETE ON roster.users, roster.emails, roster.passwords, roster.user_activity
  TO roster_service, roster_system;
GRANT SELECT ON roster.passwords TO roster_system;
