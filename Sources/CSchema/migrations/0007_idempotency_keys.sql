-- A mutation sent twice takes effect once: its answer is stored beside its effect for 24 hours.
CREATE TABLE roster.idempotency_keys (
  -- the nil UUID where no organization exists yet
  organization_id uuid NOT NULL,
  principal_kind text NOT NULL,
  principal_id uuid NOT NULL,
  request_id uuid NOT NULL,
  method text NOT NULL,
  -- SHA-256 of the request's deterministic bytes without its request_id
  request_digest bytea NOT NULL CHECK (octet_length(request_digest) = 32),
  -- AES-256-GCM sealed, since it may hold a secret that is elsewhere kept only as a hash
  answer bytea,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, principal_kind, principal_id, request_id)
) WITH (fillfactor = 70);
CREATE INDEX idempotency_keys_expiry ON roster.idempotency_keys USING brin (expires_at)
  WITH (autosummarize = on);
CALL roster.isolate('roster.idempotency_keys');
GRANT SELECT, INSERT, UPDATE ON roster.idempotency_keys TO roster_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON roster.idempotency_keys TO roster_system;

COMMENT ON COLUMN roster.idempotency_keys.principal_kind IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.idempotency_keys.method IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.idempotency_keys.request_digest IS 'erase: after 24 hours';
COMMENT ON COLUMN roster.idempotency_keys.answer IS
  'erase: clear the rows that answer for the subject, else after 24 hours';
