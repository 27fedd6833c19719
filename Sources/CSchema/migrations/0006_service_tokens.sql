-- Which backends may call, and what: no organization owns these, so only roster_system reads them.
CREATE TABLE roster.service_tokens (
  token_id uuid PRIMARY KEY,
  -- SHA-256('roster:v1:svc:' and the 32 secret bytes)
  hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
  name text NOT NULL,
  -- package.Service/Method, package.Service/* or *
  methods text[] NOT NULL,
  -- null: every organization
  organization_ids uuid[],
  act_for_users bool NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  -- the transaction that last wrote the row: a poll takes what its last snapshot had not seen
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX service_tokens_changed ON roster.service_tokens (changed_xid);
GRANT SELECT, INSERT, UPDATE ON roster.service_tokens TO roster_system;

CREATE FUNCTION roster.note_token_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_xid := pg_current_xact_id();
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION roster.note_token_change() FROM PUBLIC;
CREATE TRIGGER note_change BEFORE INSERT OR UPDATE ON roster.service_tokens
  FOR EACH ROW EXECUTE FUNCTION roster.note_token_change();
ALTER TABLE roster.service_tokens ENABLE ALWAYS TRIGGER note_change;

-- A deleted row can't be polled, so a deletion would leave the token valid in memory: revoke first.
CREATE FUNCTION roster.refuse_live_token_delete() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.revoked_at IS NULL AND (OLD.expires_at IS NULL OR OLD.expires_at > now()) THEN
    RAISE EXCEPTION 'service token % is live: revoke it first', OLD.token_id
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN OLD;
END
$$;
REVOKE ALL ON FUNCTION roster.refuse_live_token_delete() FROM PUBLIC;
CREATE TRIGGER refuse_live_delete BEFORE DELETE ON roster.service_tokens
  FOR EACH ROW EXECUTE FUNCTION roster.refuse_live_token_delete();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON roster.service_tokens
  FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate();
ALTER TABLE roster.service_tokens ENABLE ALWAYS TRIGGER refuse_live_delete;
ALTER TABLE roster.service_tokens ENABLE ALWAYS TRIGGER refuse_truncate;

COMMENT ON COLUMN roster.service_tokens.hash IS 'erase: never, a digest of a random secret';
COMMENT ON COLUMN roster.service_tokens.name IS 'erase: never, names a backend';
COMMENT ON COLUMN roster.service_tokens.methods IS 'erase: never, no personal data';
