-- What previews ask: has_administrator as it would be without a user's own grants, or a role.
CREATE FUNCTION roster.has_administrator_beside(organization uuid, holder uuid, gone uuid)
RETURNS bool
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT
      FROM roster.role_permissions AS p
      JOIN roster.role_grants AS g
        ON g.organization_id = p.organization_id AND g.role_id = p.role_id
       AND g.revoked_at IS NULL AND g.valid_from <= now() AND g.expires_at IS NULL
       AND g.user_id IS DISTINCT FROM holder
      LEFT JOIN roster.group_members AS m
        ON m.organization_id = g.organization_id AND m.group_id = g.group_id
       AND m.suspended_at IS NULL AND m.expires_at IS NULL
      JOIN roster.users AS u
        ON u.organization_id = p.organization_id AND u.user_id = coalesce(g.user_id, m.user_id)
       AND u.state = 'active' AND (u.locked_at IS NULL OR u.locked_until <= now())
     WHERE p.organization_id = organization AND p.permission = 'roles.edit' AND p.scope = 'all'
       AND p.role_id IS DISTINCT FROM gone)
$$;
REVOKE ALL ON FUNCTION roster.has_administrator_beside(uuid, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roster.has_administrator_beside(uuid, uuid, uuid) TO roster_service;

-- Ids of events that a statement writes for many rows at once: UUIDv7 of the instant.
CREATE FUNCTION roster.make_event_id(at timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE AS $$
  SELECT overlay(
    overlay(gen_random_uuid()::text PLACING '7' FROM 15 FOR 1)
    PLACING regexp_replace(
      lpad(to_hex(floor(extract(epoch FROM at) * 1000)::int8), 12, '0'), '^(.{8})', '\1-')
    FROM 1 FOR 13)::uuid
$$;
REVOKE ALL ON FUNCTION roster.make_event_id(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roster.make_event_id(timestamptz) TO roster_service, roster_system;
