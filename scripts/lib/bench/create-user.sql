-- The rows that CreateUser writes with `notify`, in the same two flushes, without row-level
-- security: claim of the request, user, address, key, event, outbox, stored answer, access feed.
\set i :i + 1
\startpipeline
BEGIN;
SELECT pg_current_xact_id(), now(), set_config('statement_timeout', '2000', true),
       set_config('lock_timeout', '1000', true);
INSERT INTO roster.idempotency_keys AS k (
  organization_id, principal_kind, principal_id, request_id, method, request_digest, expires_at)
VALUES (
  :organization, 'service_token', :principal,
  (:run || '-0001-4000-8' || lpad(to_hex(:client_id::int), 3, '0') || '-'
   || lpad(to_hex(:i::int), 12, '0'))::uuid,
  'roster.v1.UserService/CreateUser', decode(repeat('ab', 32), 'hex'), now() + interval '24 hours')
ON CONFLICT (organization_id, principal_kind, principal_id, request_id) DO UPDATE
   SET method = excluded.method
RETURNING method, request_digest, answer, xid, (SELECT epoch FROM roster.cluster_epoch);
SELECT slug, name, state, settings, version, created_at, updated_at
  FROM roster.organizations WHERE organization_id = :organization;
SELECT ARRAY(
  SELECT normalize(t.text, NFC)
    FROM unnest(ARRAY['Grace', 'Hopper', '']) WITH ORDINALITY AS t (text, place)
   ORDER BY t.place);
\endpipeline
\startpipeline
WITH added AS (
  INSERT INTO roster.users (
    organization_id, user_id, kind, source, state, given_name, family_name, display_name,
    external_id, locale, avatar_url, attributes, version, created_at, updated_at)
  VALUES (
    :organization,
    (:run || '-0002-7000-8' || lpad(to_hex(:client_id::int), 3, '0') || '-'
     || lpad(to_hex(:i::int), 12, '0'))::uuid,
    'human', 'manual', 'active', 'Grace', 'Hopper', '', NULL, '', '', '{}', 1, now(), now())
  RETURNING organization_id, user_id
), quiet AS (
  INSERT INTO roster.user_activity (organization_id, user_id)
  SELECT organization_id, user_id FROM added
)
INSERT INTO roster.emails (
  organization_id, email_id, user_id, address, is_primary, verified_at, created_at)
SELECT organization_id, user_id, user_id,
       'pgbench-' || :run || '-' || :client_id || '-' || :i || '@bench.example', true, NULL, now()
  FROM added;
INSERT INTO roster.subject_keys (organization_id, subject_id, sealed_key, created_at)
VALUES (
  :organization,
  (:run || '-0002-7000-8' || lpad(to_hex(:client_id::int), 3, '0') || '-'
   || lpad(to_hex(:i::int), 12, '0'))::uuid,
  decode(repeat('ab', 65), 'hex'), now());
INSERT INTO roster.events (
  organization_id, event_id, epoch, at, actor_kind, actor_id, action, target_kind, target_id,
  outcome, reason, request_id, trace_id, actor_details, target_details)
VALUES (
  :organization,
  (:month || '-7000-8' || lpad(to_hex(:client_id::int), 3, '0') || '-' || substr(:run::text, 5, 4)
   || lpad(to_hex(:i::int), 8, '0'))::uuid,
  (SELECT epoch FROM roster.cluster_epoch), now(), 'service_token', :principal, 'user.created',
  'user',
  (:run || '-0002-7000-8' || lpad(to_hex(:client_id::int), 3, '0') || '-'
   || lpad(to_hex(:i::int), 12, '0'))::uuid,
  'ok', NULL, gen_random_uuid(), NULL, NULL, decode(repeat('ab', 200), 'hex'));
INSERT INTO roster.outbox (
  organization_id, outbox_id, kind, template, subject_id, payload, created_at, next_at)
VALUES (
  :organization,
  (:run || '-0003-7000-8' || lpad(to_hex(:client_id::int), 3, '0') || '-'
   || lpad(to_hex(:i::int), 12, '0'))::uuid,
  'email', 'user_created',
  (:run || '-0002-7000-8' || lpad(to_hex(:client_id::int), 3, '0') || '-'
   || lpad(to_hex(:i::int), 12, '0'))::uuid,
  decode(repeat('ab', 150), 'hex'), now(), now());
WITH changed AS (
  UPDATE roster.idempotency_keys SET answer = decode(repeat('ab', 330), 'hex')
   WHERE organization_id = :organization AND principal_kind = 'service_token'
     AND principal_id = :principal
     AND request_id = (:run || '-0001-4000-8' || lpad(to_hex(:client_id::int), 3, '0') || '-'
                       || lpad(to_hex(:i::int), 12, '0'))::uuid
     AND xid = pg_current_xact_id()
  RETURNING 1
)
SELECT roster.expect((SELECT count(*) FROM changed), 1);
SELECT EXISTS (
  SELECT FROM roster.access_feed WHERE xid = pg_current_xact_id_if_assigned() AND narrowing);
COMMIT;
\endpipeline
