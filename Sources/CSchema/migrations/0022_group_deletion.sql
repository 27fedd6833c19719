-- What the preview of a group's deletion asks: has_administrator as it would be without the group,
-- and the roles that its members would keep.
CREATE FUNCTION roster.has_administrator_without(organization uuid, leaving uuid) RETURNS bool
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT
      FROM roster.role_permissions AS p
      JOIN roster.role_grants AS g
        ON g.organization_id = p.organization_id AND g.role_id = p.role_id
       AND g.revoked_at IS NULL AND g.valid_from <= now() AND g.expires_at IS NULL
       AND g.group_id IS DISTINCT FROM leaving
      LEFT JOIN roster.group_members AS m
        ON m.organization_id = g.organization_id AND m.group_id = g.group_id
       AND m.suspended_at IS NULL AND m.expires_at IS NULL
      JOIN roster.users AS u
        ON u.organization_id = p.organization_id AND u.user_id = coalesce(g.user_id, m.user_id)
       AND u.state = 'active' AND (u.locked_at IS NULL OR u.locked_until <= now())
     WHERE p.organization_id = organization AND p.permission = 'roles.edit' AND p.scope = 'all')
$$;
REVOKE ALL ON FUNCTION roster.has_administrator_without(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roster.has_administrator_without(uuid, uuid) TO roster_service;

-- The roles that a user has now, own ones and by groups, but not by one group.
CREATE FUNCTION roster.roles_without(organization uuid, holder uuid, leaving uuid) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
  SELECT ARRAY(
    SELECT g.role_id FROM roster.role_grants AS g
     WHERE g.organization_id = organization AND g.user_id = holder AND g.revoked_at IS NULL
       AND g.valid_from <= now() AND (g.expires_at IS NULL OR g.expires_at > now())
    UNION
    SELECT g.role_id
      FROM roster.group_members AS m
      JOIN roster.role_grants AS g
        ON g.organization_id = organization AND g.group_id = m.group_id AND g.revoked_at IS NULL
       AND g.valid_from <= now() AND (g.expires_at IS NULL OR g.expires_at > now())
     WHERE m.organization_id = organization AND m.user_id = holder AND m.group_id <> leaving
       AND m.suspended_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now()))
$$;
REVOKE ALL ON FUNCTION roster.roles_without(uuid, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roster.roles_without(uuid, uuid, uuid) TO roster_service;
