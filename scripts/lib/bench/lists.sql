-- One organization with :users users of every kind; :number sets its users apart from others.
INSERT INTO roster.organizations (organization_id, slug, name, state, created_at, updated_at)
VALUES (:'organization', 'lists-' || :'number', 'Lists', 'active', now(), now());
INSERT INTO roster.companies (organization_id, company_id, name, created_at, updated_at)
VALUES (:'organization', '019a0000-0000-7000-8000-0000000000a4', 'Middle', now(), now()),
       (:'organization', '019a0000-0000-7000-8000-0000000000a5', 'Large', now(), now());
INSERT INTO roster.users (
  organization_id, user_id, kind, source, state, locked_at, lock_reason, given_name, family_name,
  display_name, avatar_url, locale, external_id, attributes, created_at, updated_at, company_id,
  mfa_enabled, deactivated_at)
SELECT :'organization', ('019a0000-0000-7000-8000-' || :'number' || lpad(to_hex(n), 10, '0'))::uuid,
       CASE n % 1000 WHEN 4 THEN 'service' ELSE 'human' END,
       CASE WHEN n % 100 = 1 THEN 'import' WHEN n % 3 = 0 THEN 'directory' ELSE 'manual' END,
       CASE WHEN n % 20 = 0 THEN 'inactive' WHEN n % 50 = 1 THEN 'invited' ELSE 'active' END,
       CASE n % 1000 WHEN 3 THEN now() END, CASE n % 1000 WHEN 3 THEN '' END, '', '',
       md5('name' || n) || ' ' || n, '', '', CASE WHEN n % 2 = 0 THEN 'x-' || n END, '{}',
       timestamptz '2026-01-01' - n * interval '1 minute', now(),
       CASE WHEN n % 100 = 7 THEN '019a0000-0000-7000-8000-0000000000a4'
            ELSE '019a0000-0000-7000-8000-0000000000a5' END::uuid,
       n % 3 = 0, CASE WHEN n % 20 = 0 THEN now() END
  FROM generate_series(1, :users) AS n;
INSERT INTO roster.emails (
  organization_id, email_id, user_id, address, is_primary, created_at)
SELECT organization_id, user_id, user_id, md5('mail' || user_id) || '@bench.example', true, now()
  FROM roster.users WHERE organization_id = :'organization';
INSERT INTO roster.user_activity (organization_id, user_id, last_login_at)
SELECT :'organization', ('019a0000-0000-7000-8000-' || :'number' || lpad(to_hex(n), 10, '0'))::uuid,
       CASE WHEN n % 4 > 0
            THEN timestamptz '2026-06-01' - (n * 7919 % 100003) * interval '1 minute' END
  FROM generate_series(1, :users) AS n;
INSERT INTO roster.groups (
  organization_id, group_id, name, description, managed_by, created_at, updated_at)
SELECT :'organization', ('019a0000-0000-7000-8000-0000000000a' || n)::uuid, 'Group ' || n, '',
       'local', now(), now() FROM unnest(ARRAY[1, 3, 4]) AS n;
INSERT INTO roster.group_members (
  organization_id, group_id, user_id, source, source_id, joined_at, added_by_kind, added_by)
SELECT :'organization', ('019a0000-0000-7000-8000-0000000000a' || g.digit)::uuid,
       ('019a0000-0000-7000-8000-' || :'number' || lpad(to_hex(n), 10, '0'))::uuid, 'manual',
       '00000000-0000-0000-0000-000000000000', now(), 'user', :'organization'
  FROM (VALUES (1, 1), (3, 500), (4, 100)) AS g (digit, share),
       generate_series(1, :users) AS n
 WHERE n % g.share = 0 AND (g.share > 1 OR n % 10 > 0);
INSERT INTO roster.roles (
  organization_id, role_id, key, aliases, name, description, kind, rank, created_at, updated_at)
SELECT :'organization', ('019a0000-0000-7000-8000-0000000000b' || r.n)::uuid, r.key, '{}', r.key,
       '', 'custom', 1, now(), now() FROM (VALUES (1, 'admin'), (2, 'reader')) AS r (n, key);
INSERT INTO roster.role_grants (
  organization_id, grant_id, role_id, user_id, group_id, source, valid_from, justification,
  granted_by_kind, granted_by, created_at)
SELECT :'organization'::uuid, gen_random_uuid(), '019a0000-0000-7000-8000-0000000000b1'::uuid,
       ('019a0000-0000-7000-8000-' || :'number' || lpad(to_hex(n), 10, '0'))::uuid, NULL, 'manual',
       now(), '', 'user', :'organization'::uuid, now()
  FROM generate_series(1, :users) AS n WHERE n % 1000 = 5
UNION ALL
SELECT :'organization'::uuid, gen_random_uuid(), '019a0000-0000-7000-8000-0000000000b2', NULL,
       '019a0000-0000-7000-8000-0000000000a1'::uuid, 'manual', now(), '', 'user',
       :'organization'::uuid, now();
VACUUM ANALYZE;
