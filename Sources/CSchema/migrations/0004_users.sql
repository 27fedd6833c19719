-- Users, their addresses and passwords; three tables, so that each is written only when it changes.
CREATE TABLE roster.users (
  organization_id uuid NOT NULL REFERENCES roster.organizations,
  user_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('human', 'service')),
  source text NOT NULL
    CHECK (source IN ('manual', 'invitation', 'import', 'sign_in', 'directory')),
  state text NOT NULL CHECK (state IN ('invited', 'active', 'inactive', 'deleted')),
  locked_at timestamptz,
  lock_reason text,
  given_name text NOT NULL,
  family_name text NOT NULL,
  -- empty: derived from the other two
  display_name text NOT NULL,
  display_name_norm text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    lower(normalize(
      CASE display_name WHEN '' THEN btrim(given_name || ' ' || family_name) ELSE display_name END,
      NFKC))) STORED,
  avatar_url text NOT NULL,
  locale text NOT NULL,
  external_id text,
  attributes jsonb NOT NULL CHECK (jsonb_typeof(attributes) = 'object'),
  -- raised to end every session and key of the user at once
  access_epoch bigint NOT NULL DEFAULT 1,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deactivated_at timestamptz,
  deleted_at timestamptz,
  PRIMARY KEY (organization_id, user_id),
  CHECK ((locked_at IS NULL) = (lock_reason IS NULL))
);
CREATE UNIQUE INDEX users_external_id ON roster.users (organization_id, external_id)
  WHERE external_id IS NOT NULL;

CREATE TABLE roster.emails (
  organization_id uuid NOT NULL,
  email_id uuid NOT NULL,
  user_id uuid NOT NULL,
  address text NOT NULL,
  address_norm text COLLATE "C" NOT NULL
    GENERATED ALWAYS AS (lower(normalize(address, NFKC))) STORED,
  is_primary bool NOT NULL,
  verified_at timestamptz,
  created_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (organization_id, email_id),
  FOREIGN KEY (organization_id, user_id) REFERENCES roster.users
);
CREATE UNIQUE INDEX emails_address ON roster.emails (organization_id, address_norm)
  WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX emails_primary ON roster.emails (organization_id, user_id)
  WHERE is_primary AND deleted_at IS NULL;

CREATE TABLE roster.passwords (
  organization_id uuid NOT NULL,
  user_id uuid NOT NULL,
  -- a PHC string whose keyid names the pepper
  hash text NOT NULL,
  must_change bool NOT NULL,
  set_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, user_id),
  FOREIGN KEY (organization_id, user_id) REFERENCES roster.users
);

CALL roster.isolate('roster.users');
CALL roster.isolate('roster.emails');
CALL roster.isolate('roster.passwords');
CREATE POLICY search ON roster.users FOR SELECT TO roster_search USING (true);
CREATE POLICY search ON roster.emails FOR SELECT TO roster_search USING (true);
GRANT SELECT, INSERT, UPDATE ON roster.users, roster.emails, roster.passwords TO roster_service;
GRANT SELECT, UPDATE ON roster.users, roster.emails TO roster_system;
GRANT SELECT ON roster.users, roster.emails TO roster_search;

COMMENT ON COLUMN roster.users.kind IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.users.source IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.users.state IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.users.lock_reason IS 'erase: delete row';
COMMENT ON COLUMN roster.users.given_name IS 'erase: delete row';
COMMENT ON COLUMN roster.users.family_name IS 'erase: delete row';
COMMENT ON COLUMN roster.users.display_name IS 'erase: delete row';
COMMENT ON COLUMN roster.users.display_name_norm IS 'erase: delete row';
COMMENT ON COLUMN roster.users.avatar_url IS 'erase: delete row';
COMMENT ON COLUMN roster.users.locale IS 'erase: delete row';
COMMENT ON COLUMN roster.users.external_id IS 'erase: delete row';
COMMENT ON COLUMN roster.users.attributes IS 'erase: delete row';
COMMENT ON COLUMN roster.emails.address IS 'erase: delete row';
COMMENT ON COLUMN roster.emails.address_norm IS 'erase: delete row';
COMMENT ON COLUMN roster.passwords.hash IS 'erase: delete row';
