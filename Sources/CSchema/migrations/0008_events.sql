-- Every mutation leaves its events in its own transaction; nobody may change or delete one.
CREATE TABLE roster.events (
  -- the nil UUID for what concerns the installation
  organization_id uuid NOT NULL,
  event_id uuid NOT NULL,
  epoch int NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL,
  actor_kind text NOT NULL,
  actor_id uuid NOT NULL,
  action text NOT NULL,
  target_kind text NOT NULL,
  target_id uuid NOT NULL,
  outcome text NOT NULL,
  reason text,
  request_id uuid,
  trace_id bytea CHECK (octet_length(trace_id) = 16),
  -- sealed with the subject's key: deleting the key is the erasure, and seals still verify
  actor_details bytea,
  target_details bytea,
  PRIMARY KEY (organization_id, event_id)
) PARTITION BY RANGE (event_id);
CREATE INDEX events_position ON roster.events (epoch, xid);
CREATE INDEX events_target ON roster.events (organization_id, target_id, event_id);
CREATE INDEX events_actor ON roster.events (organization_id, actor_id, event_id);
CREATE INDEX events_action ON roster.events (organization_id, action, event_id);

-- A seal covers the events visible in its snapshot and not in the one before.
CREATE TABLE roster.event_seals (
  organization_id uuid NOT NULL,
  seal_no bigint NOT NULL CHECK (seal_no > 0),
  epoch int NOT NULL,
  snapshot pg_snapshot NOT NULL,
  event_count bigint NOT NULL CHECK (event_count >= 0),
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  previous_digest bytea NOT NULL CHECK (octet_length(previous_digest) = 32),
  at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, seal_no)
);

CREATE TABLE roster.subject_keys (
  organization_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  -- AES-256-GCM sealed by the key ring's `subject` key
  sealed_key bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, subject_id)
);

CALL roster.isolate('roster.events');
CALL roster.isolate('roster.event_seals');
CALL roster.isolate('roster.subject_keys');
GRANT SELECT, INSERT ON roster.events TO roster_service, roster_system;
GRANT SELECT ON roster.event_seals TO roster_service;
GRANT SELECT, INSERT ON roster.event_seals TO roster_system;
GRANT SELECT, INSERT ON roster.subject_keys TO roster_service, roster_system;

COMMENT ON COLUMN roster.events.actor_kind IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.events.action IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.events.target_kind IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.events.outcome IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.events.reason IS 'erase: never, a reason code';
COMMENT ON COLUMN roster.events.trace_id IS 'erase: never, random';
COMMENT ON COLUMN roster.events.actor_details IS 'erase: delete the subject''s key';
COMMENT ON COLUMN roster.events.target_details IS 'erase: delete the subject''s key';
COMMENT ON COLUMN roster.event_seals.digest IS 'erase: never, a digest of sealed bytes';
COMMENT ON COLUMN roster.event_seals.previous_digest IS 'erase: never, a digest of sealed bytes';
COMMENT ON COLUMN roster.subject_keys.sealed_key IS 'erase: delete row';
