-- One organization with :users users whose ids pgbench can compute.
INSERT INTO roster.organizations (organization_id, slug, name, state, created_at, updated_at)
VALUES (:'organization', 'bench', 'Bench', 'active', now(), now());
INSERT INTO roster.users (
  organization_id, user_id, kind, source, state, given_name, family_name, display_name,
  avatar_url, locale, attributes, created_at, updated_at)
SELECT :'organization',
       ('019a0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
       'human', 'manual', 'active', 'Grace', 'Hopper ' || n, '', '', '', '{}', now(), now()
  FROM generate_series(1, :users) AS n;
INSERT INTO roster.emails (
  organization_id, email_id, user_id, address, is_primary, created_at)
SELECT organization_id, user_id, user_id, 'seed-' || user_id || '@bench.example', true, now()
  FROM roster.users WHERE organization_id = :'organization';
VACUUM ANALYZE roster.users, roster.emails;
