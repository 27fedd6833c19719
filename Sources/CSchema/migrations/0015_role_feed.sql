-- A role that is taken away must reach every replica before the call returns.
CREATE FUNCTION roster.feed_role_permissions() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT DISTINCT organization_id, 4::smallint, role_id, false FROM after_rows;
  ELSE
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT DISTINCT organization_id, 4::smallint, role_id, true FROM before_rows;
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION roster.feed_role_permissions() FROM PUBLIC;

-- Of a user the key is the user's, of a group the group's.
CREATE FUNCTION roster.feed_role_grants() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT DISTINCT organization_id, CASE WHEN user_id IS NULL THEN 3 ELSE 2 END::smallint,
           coalesce(user_id, group_id), false
      FROM after_rows;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT DISTINCT organization_id, CASE WHEN user_id IS NULL THEN 3 ELSE 2 END::smallint,
           coalesce(user_id, group_id), true
      FROM before_rows;
  ELSE
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT n.organization_id, CASE WHEN n.user_id IS NULL THEN 3 ELSE 2 END::smallint,
           coalesce(n.user_id, n.group_id),
           bool_or(coalesce(
             n.revoked_at IS NOT NULL
               OR n.valid_from > o.valid_from
               OR coalesce(n.expires_at, 'infinity') < coalesce(o.expires_at, 'infinity'),
             false))
      FROM before_rows AS o
      JOIN after_rows AS n USING (organization_id, grant_id)
     WHERE (o.revoked_at IS NULL, o.valid_from, o.expires_at)
           IS DISTINCT FROM (n.revoked_at IS NULL, n.valid_from, n.expires_at)
     GROUP BY 1, 2, 3;
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION roster.feed_role_grants() FROM PUBLIC;

CREATE TRIGGER feed_insert AFTER INSERT ON roster.role_permissions
  REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_role_permissions();
CREATE TRIGGER feed_update AFTER UPDATE ON roster.role_permissions
  REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_role_permissions();
CREATE TRIGGER feed_delete AFTER DELETE ON roster.role_permissions
  REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_role_permissions();
CREATE TRIGGER feed_truncate BEFORE TRUNCATE ON roster.role_permissions
  FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate();
CREATE TRIGGER feed_insert AFTER INSERT ON roster.role_grants
  REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_role_grants();
CREATE TRIGGER feed_update AFTER UPDATE ON roster.role_grants
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_role_grants();
CREATE TRIGGER feed_delete AFTER DELETE ON roster.role_grants
  REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_role_grants();
CREATE TRIGGER feed_truncate BEFORE TRUNCATE ON roster.role_grants
  FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate();
ALTER TABLE roster.role_permissions ENABLE ALWAYS TRIGGER feed_insert;
ALTER TABLE roster.role_permissions ENABLE ALWAYS TRIGGER feed_update;
ALTER TABLE roster.role_permissions ENABLE ALWAYS TRIGGER feed_delete;
ALTER TABLE roster.role_permissions ENABLE ALWAYS TRIGGER feed_truncate;
ALTER TABLE roster.role_grants ENABLE ALWAYS TRIGGER feed_insert;
ALTER TABLE roster.role_grants ENABLE ALWAYS TRIGGER feed_update;
ALTER TABLE roster.role_grants ENABLE ALWAYS TRIGGER feed_delete;
ALTER TABLE roster.role_grants ENABLE ALWAYS TRIGGER feed_truncate;

-- An administrator can change any role, for good, and is able to act now. Roles of users and of
-- groups count alike; what ends by itself does not.
CREATE FUNCTION roster.has_administrator(organization uuid) RETURNS bool
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT
      FROM roster.role_permissions AS p
      JOIN roster.role_grants AS g
        ON g.organization_id = p.organization_id AND g.role_id = p.role_id
       AND g.revoked_at IS NULL AND g.valid_from <= now() AND g.expires_at IS NULL
      LEFT JOIN roster.group_members AS m
        ON m.organization_id = g.organization_id AND m.group_id = g.group_id
       AND m.suspended_at IS NULL AND m.expires_at IS NULL
      JOIN roster.users AS u
        ON u.organization_id = p.organization_id AND u.user_id = coalesce(g.user_id, m.user_id)
       AND u.state = 'active' AND (u.locked_at IS NULL OR u.locked_until <= now())
     WHERE p.organization_id = organization AND p.permission = 'roles.edit' AND p.scope = 'all')
$$;
REVOKE ALL ON FUNCTION roster.has_administrator(uuid) FROM PUBLIC;

-- Raises when a change left an organization that had an administrator without one, so that the rest
-- of the flush, COMMIT included, is skipped.
CREATE FUNCTION roster.require_administrator(organization uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT roster.has_administrator(organization) THEN
    RAISE EXCEPTION 'no administrator would be left' USING ERRCODE = 'RS002';
  END IF;
END
$$;
REVOKE ALL ON FUNCTION roster.require_administrator(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roster.has_administrator(uuid), roster.require_administrator(uuid)
  TO roster_service, roster_system;
