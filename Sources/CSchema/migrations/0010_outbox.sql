-- The decision to send is exactly once: a message is a row of the transaction that decided it.
CREATE TABLE roster.outbox (
  organization_id uuid NOT NULL,
  outbox_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('email', 'webhook')),
  template text NOT NULL,
  -- whom the message is about; its key seals the payload
  subject_id uuid NOT NULL,
  payload bytea NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at timestamptz NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL,
  locked_until timestamptz,
  done_at timestamptz,
  last_error text,
  PRIMARY KEY (organization_id, outbox_id)
) WITH (fillfactor = 70);
CREATE INDEX outbox_due ON roster.outbox (next_at) WHERE done_at IS NULL;
CALL roster.isolate('roster.outbox');
GRANT INSERT ON roster.outbox TO roster_service;
GRANT SELECT, UPDATE, DELETE ON roster.outbox TO roster_system;

COMMENT ON COLUMN roster.outbox.kind IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.outbox.template IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.outbox.payload IS 'erase: delete the subject''s key and the row';
COMMENT ON COLUMN roster.outbox.last_error IS 'erase: delete row';
