-- What a hard delete takes away beside the person's own rows: the key of what events say about
-- them, messages to them, and answers that tell of them.
ALTER TABLE roster.idempotency_keys
  -- the one person the answer tells of; null: nobody, or several
  ADD COLUMN subject_id uuid;
CREATE INDEX idempotency_keys_subject ON roster.idempotency_keys (organization_id, subject_id)
  WHERE subject_id IS NOT NULL;
CREATE INDEX outbox_subject ON roster.outbox (organization_id, subject_id);

GRANT DELETE ON roster.subject_keys TO roster_service;
GRANT SELECT (organization_id, subject_id), DELETE ON roster.outbox TO roster_service;

COMMENT ON COLUMN roster.idempotency_keys.request_digest IS
  'erase: overwrite where the answer is cleared, else after 24 hours';
