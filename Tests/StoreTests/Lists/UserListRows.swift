import Domain

/// The rows of ``UserListWorld``.
enum UserListRows {
  static let organization = OrganizationID(uuid(0xA0))
  static let other = OrganizationID(uuid(0xB0))
  /// Nearly everybody, one in two, one in 500 and those whose membership has ended.
  static let everyone = GroupID(uuid(0xA1))
  static let half = GroupID(uuid(0xA2))
  static let few = GroupID(uuid(0xA3))
  /// One in two, and one in 250.
  static let large = CompanyID(uuid(0xA4))
  static let small = CompanyID(uuid(0xA5))
  /// One in 1,000; everybody by a group; the few by a group; nobody any more.
  static let admin = RoleID(uuid(0xA6))

  static func user(_ number: Int) -> UserID { UserID(uuid(0xA_0000_0000 + UInt64(number))) }

  static func script(users count: Int) -> String {
    owner(organization, "a", count) + owner(other, "b", count / 10) + groups(count) + """
      CREATE VIEW live_members AS
        SELECT DISTINCT organization_id, group_id, user_id FROM roster.group_members
         WHERE suspended_at IS NULL AND coalesce(expires_at, 'infinity') > now();
      CREATE VIEW live_holders AS
        SELECT g.organization_id, coalesce(g.user_id, m.user_id) AS user_id, r.key
          FROM roster.role_grants AS g
          JOIN roster.roles AS r USING (organization_id, role_id)
          LEFT JOIN live_members AS m USING (organization_id, group_id)
         WHERE g.revoked_at IS NULL AND g.valid_from <= now()
           AND coalesce(g.expires_at, 'infinity') > now();
      ANALYZE;
      """
  }

  /// Users whose every property follows from their number.
  private static func owner(_ id: OrganizationID, _ letter: String, _ count: Int) -> String {
    """
    INSERT INTO roster.organizations
      (organization_id, slug, name, state, created_at, updated_at)
    VALUES ('\(id.text)', '\(letter)', '\(letter)', 'active', now(), now());
    INSERT INTO roster.companies (organization_id, company_id, name, created_at, updated_at)
    VALUES ('\(id.text)', '\(large.text)', 'Large', now(), now()),
           ('\(id.text)', '\(small.text)', 'Small', now(), now());
    INSERT INTO roster.users (organization_id, user_id, kind, source, state, locked_at, lock_reason,
      locked_until, given_name, family_name, display_name, avatar_url, locale, external_id,
      attributes, created_at, updated_at, company_id, mfa_enabled, deactivated_at,
      deactivated_until, deleted_at)
    SELECT '\(id.text)',
           ('01900000-0000-7000-8000-000\(letter)' || lpad(to_hex(n), 8, '0'))::uuid,
           CASE n % 1000 WHEN 4 THEN 'service' ELSE 'human' END,
           CASE WHEN n % 10 = 1 THEN 'directory' WHEN n % 1500 = 2 THEN 'sign_in' ELSE 'manual' END,
           CASE WHEN n % 20 = 0 THEN 'inactive' WHEN n % 50 = 1 THEN 'invited'
                WHEN n % 100 = 2 THEN 'deleted' ELSE 'active' END,
           CASE WHEN n % 500 < 3 THEN now() END, CASE WHEN n % 500 < 3 THEN '' END,
           CASE WHEN n % 500 = 1 THEN now() - interval '1 hour' END, '', '',
           initcap(left(md5('name' || n), 6)) || ' ' || n % 300, '', '',
           CASE WHEN n % 2 = 0 THEN 'x-' || n END, '{}',
           timestamptz '2026-01-01 00:00:00Z' - n * interval '1 minute', now(),
           CASE WHEN n % 250 = 7 THEN '\(small.text)'
                WHEN n % 2 = 0 THEN '\(large.text)' END::uuid,
           n % 3 = 0, CASE WHEN n % 20 = 0 THEN now() END,
           CASE WHEN n % 40 = 0 THEN now() - interval '1 hour' END,
           CASE WHEN n % 100 = 2 THEN now() END
      FROM generate_series(1, \(count)) AS n;
    INSERT INTO roster.emails (organization_id, email_id, user_id, address, is_primary, created_at,
      deleted_at)
    SELECT organization_id, user_id, user_id,
           left(md5('mail' || user_id), 8) || right(user_id::text, 6) || '@\(letter).example',
           true, now(), deleted_at
      FROM roster.users WHERE organization_id = '\(id.text)';
    INSERT INTO roster.user_activity (organization_id, user_id, last_login_at)
    SELECT '\(id.text)',
           ('01900000-0000-7000-8000-000\(letter)' || lpad(to_hex(n), 8, '0'))::uuid,
           CASE WHEN n % 4 > 0 AND n % 50 <> 1
                THEN timestamptz '2026-06-01 00:00:00Z' - (n * 7919 % 100003) * interval '1 minute'
           END
      FROM generate_series(1, \(count)) AS n;
    """
  }

  private static func groups(_ count: Int) -> String {
    """
    INSERT INTO roster.groups (organization_id, group_id, name, description, managed_by,
      created_at, updated_at)
    SELECT o.organization_id, g.id::uuid, g.name, '', 'local', now(), now()
      FROM roster.organizations AS o,
           (VALUES ('\(everyone.text)', 'Everyone'), ('\(half.text)', 'Half'),
                   ('\(few.text)', 'Few')) AS g (id, name);
    INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
      joined_at, added_by_kind, added_by, expires_at, suspended_at)
    SELECT u.organization_id, g.id::uuid, u.user_id, 'manual', u.user_id, now(), 'user', u.user_id,
           CASE WHEN g.n = 500 AND u.number % 1000 = 0 THEN now() - interval '1 hour' END,
           CASE WHEN u.state = 'inactive' AND u.number % 1000 <> 500 THEN now() END
      FROM (SELECT organization_id, user_id, state,
                   ('x' || right(user_id::text, 8))::bit(32)::int AS number
              FROM roster.users) AS u
      JOIN (VALUES ('\(everyone.text)', 1), ('\(half.text)', 2), ('\(few.text)', 500)) AS g (id, n)
        ON u.number % g.n = 0;
    INSERT INTO roster.roles (organization_id, role_id, key, aliases, name, description, kind, rank,
      created_at, updated_at)
    SELECT o.organization_id, r.id::uuid, r.key, ARRAY[r.key || '_alias'], r.key, '', 'custom', 1,
           now(), now()
      FROM roster.organizations AS o,
           (VALUES ('\(admin.text)', 'admin'), ('\(uuid(0xA7).text)', 'reader'),
                   ('\(uuid(0xA8).text)', 'editor'), ('\(uuid(0xA9).text)', 'former'))
             AS r (id, key);
    INSERT INTO roster.role_grants (organization_id, grant_id, role_id, user_id, group_id, source,
      valid_from, expires_at, justification, granted_by_kind, granted_by, created_at)
    SELECT organization_id, gen_random_uuid(), '\(admin.text)', user_id, NULL, 'manual',
           now() - interval '1 day', NULL::timestamptz, '', 'user', user_id, now()
      FROM roster.users WHERE ('x' || right(user_id::text, 8))::bit(32)::int % 1000 = 5
    UNION ALL
    SELECT o.organization_id, gen_random_uuid(), g.role::uuid, NULL, g.id::uuid, 'manual',
           now() - interval '1 day', CASE WHEN g.ended THEN now() - interval '1 hour' END, '',
           'user', g.id::uuid, now()
      FROM roster.organizations AS o,
           (VALUES ('\(everyone.text)', '\(uuid(0xA7).text)', false),
                   ('\(few.text)', '\(uuid(0xA8).text)', false),
                   ('\(half.text)', '\(uuid(0xA9).text)', true)) AS g (id, role, ended);
    """
  }
}
