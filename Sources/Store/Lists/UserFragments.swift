/// The longer conditions of lists of users. Subqueries that yield a value, unlike EXISTS, are never
/// turned into a hash of everybody by the planner.
enum UserFragments {
  static let reach: StaticString = """
    (u.user_id = #1 OR u.company_id = ANY(#3) OR (
               SELECT true FROM roster.group_members AS m
                WHERE m.organization_id = $1 AND m.user_id = u.user_id AND m.group_id = ANY(#2)
                  AND m.suspended_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now())
                LIMIT 1))
    """

  static let reached: StaticString = """
    SELECT #1::uuid AS user_id
          UNION ALL
          SELECT m.user_id FROM roster.group_members AS m
           WHERE m.organization_id = $1 AND m.group_id = ANY(#2)
             AND m.suspended_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now())
          UNION ALL
          SELECT c.user_id FROM roster.users AS c
           WHERE c.organization_id = $1 AND c.company_id = ANY(#3)
    """

  static let search: StaticString = """
    (u.display_name_norm LIKE roster.contains_pattern(#1)
             OR e.address_norm LIKE roster.contains_pattern(#1))
    """

  static let found: StaticString = """
    SELECT s.user_id FROM roster.users AS s
           WHERE s.organization_id = $1
             AND s.display_name_norm LIKE roster.contains_pattern(#1)
          UNION ALL
          SELECT s.user_id FROM roster.emails AS s
           WHERE s.organization_id = $1 AND s.is_primary AND s.deleted_at IS NULL
             AND s.address_norm LIKE roster.contains_pattern(#1)
    """

  static let foundDeleted: StaticString = """
    SELECT s.user_id FROM roster.users AS s
           WHERE s.organization_id = $1
             AND s.display_name_norm LIKE roster.contains_pattern(#1)
          UNION ALL
          SELECT s.user_id FROM roster.emails AS s
           WHERE s.organization_id = $1 AND s.is_primary AND s.deleted_at IS NOT NULL
             AND s.address_norm LIKE roster.contains_pattern(#1)
    """

  static let group: StaticString = """
    EXISTS (
             SELECT FROM roster.group_members AS m
              WHERE m.organization_id = $1 AND m.user_id = u.user_id AND m.group_id = ANY(#1)
                AND m.suspended_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now()))
    """

  static let otherGroup: StaticString = """
    (SELECT true FROM roster.group_members AS m
              WHERE m.organization_id = $1 AND m.user_id = u.user_id AND m.group_id = ANY(#1)
                AND m.suspended_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now())
              LIMIT 1) IS NULL
    """

  static let members: StaticString = """
    SELECT m.user_id FROM roster.group_members AS m
           WHERE m.organization_id = $1 AND m.group_id = ANY(#1)
             AND m.suspended_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now())
    """

  static let role: StaticString = """
    coalesce(
             (SELECT true FROM roster.role_grants AS g
               WHERE g.organization_id = $1 AND g.user_id = u.user_id AND g.role_id = ANY(ARRAY(
                       SELECT r.role_id FROM roster.roles AS r
                        WHERE r.organization_id = $1
                          AND (r.role_id = ANY(#1) OR r.key = ANY(#2) OR r.aliases && #2)))
                 AND g.revoked_at IS NULL AND g.valid_from <= now()
                 AND (g.expires_at IS NULL OR g.expires_at > now())
               LIMIT 1),
             (SELECT true FROM roster.group_members AS m
                JOIN roster.role_grants AS g
                  ON g.organization_id = $1 AND g.group_id = m.group_id
                 AND g.role_id = ANY(ARRAY(
                       SELECT r.role_id FROM roster.roles AS r
                        WHERE r.organization_id = $1
                          AND (r.role_id = ANY(#1) OR r.key = ANY(#2) OR r.aliases && #2)))
                 AND g.revoked_at IS NULL AND g.valid_from <= now()
                 AND (g.expires_at IS NULL OR g.expires_at > now())
               WHERE m.organization_id = $1 AND m.user_id = u.user_id
                 AND m.suspended_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now())
               LIMIT 1))
    """

  static let otherRole: StaticString = """
    coalesce(
             (SELECT true FROM roster.role_grants AS g
               WHERE g.organization_id = $1 AND g.user_id = u.user_id AND g.role_id = ANY(ARRAY(
                       SELECT r.role_id FROM roster.roles AS r
                        WHERE r.organization_id = $1
                          AND (r.role_id = ANY(#1) OR r.key = ANY(#2) OR r.aliases && #2)))
                 AND g.revoked_at IS NULL AND g.valid_from <= now()
                 AND (g.expires_at IS NULL OR g.expires_at > now())
               LIMIT 1),
             (SELECT true FROM roster.group_members AS m
                JOIN roster.role_grants AS g
                  ON g.organization_id = $1 AND g.group_id = m.group_id
                 AND g.role_id = ANY(ARRAY(
                       SELECT r.role_id FROM roster.roles AS r
                        WHERE r.organization_id = $1
                          AND (r.role_id = ANY(#1) OR r.key = ANY(#2) OR r.aliases && #2)))
                 AND g.revoked_at IS NULL AND g.valid_from <= now()
                 AND (g.expires_at IS NULL OR g.expires_at > now())
               WHERE m.organization_id = $1 AND m.user_id = u.user_id
                 AND m.suspended_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now())
               LIMIT 1)) IS NULL
    """

  static let holders: StaticString = """
    SELECT g.user_id FROM roster.role_grants AS g
           WHERE g.organization_id = $1 AND g.user_id IS NOT NULL AND g.role_id = ANY(ARRAY(
                   SELECT r.role_id FROM roster.roles AS r
                    WHERE r.organization_id = $1
                      AND (r.role_id = ANY(#1) OR r.key = ANY(#2) OR r.aliases && #2)))
             AND g.revoked_at IS NULL AND g.valid_from <= now()
             AND (g.expires_at IS NULL OR g.expires_at > now())
          UNION ALL
          SELECT m.user_id FROM roster.role_grants AS g
            JOIN roster.group_members AS m
              ON m.organization_id = $1 AND m.group_id = g.group_id
             AND m.suspended_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now())
           WHERE g.organization_id = $1 AND g.group_id IS NOT NULL AND g.role_id = ANY(ARRAY(
                   SELECT r.role_id FROM roster.roles AS r
                    WHERE r.organization_id = $1
                      AND (r.role_id = ANY(#1) OR r.key = ANY(#2) OR r.aliases && #2)))
             AND g.revoked_at IS NULL AND g.valid_from <= now()
             AND (g.expires_at IS NULL OR g.expires_at > now())
    """
}
