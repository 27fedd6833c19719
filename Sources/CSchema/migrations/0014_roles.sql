-- Permissions of the installation, roles of organizations, and who was given what until when.
CREATE TABLE roster.permissions (
  -- resource.verb
  permission text PRIMARY KEY,
  -- its bit in the masks that checks are answered from; never used again
  position smallint NOT NULL UNIQUE CHECK (position BETWEEN 0 AND 255),
  description text NOT NULL,
  -- the scopes in which roles may hold it
  scopes text[] NOT NULL
    CHECK (scopes <@ ARRAY['self', 'own', 'group', 'company', 'all'] AND scopes <> '{}'),
  -- of Roster's own API; the others are the operator's, for backends
  built_in bool NOT NULL,
  -- no longer in the operator's file: roles keep it, and it is given to nobody else
  retired_at timestamptz
);
GRANT SELECT ON roster.permissions TO roster_service;
GRANT SELECT, INSERT, UPDATE ON roster.permissions TO roster_system;
COMMENT ON COLUMN roster.permissions.permission IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.permissions.description IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.permissions.scopes IS 'erase: never, no personal data';

CREATE TABLE roster.roles (
  organization_id uuid NOT NULL REFERENCES roster.organizations,
  role_id uuid NOT NULL,
  -- what files and other systems call it
  key text NOT NULL,
  -- other spellings of the key
  aliases text[] NOT NULL,
  name text NOT NULL,
  name_norm text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(normalize(name, NFKC))) STORED,
  description text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('predefined', 'custom')),
  -- holders manage only holders of lower ranks
  rank int NOT NULL CHECK (rank BETWEEN 0 AND 1000),
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, role_id)
);
CREATE UNIQUE INDEX roles_key ON roster.roles (organization_id, key);
CREATE UNIQUE INDEX roles_name ON roster.roles (organization_id, name_norm);

CREATE TABLE roster.role_permissions (
  organization_id uuid NOT NULL,
  role_id uuid NOT NULL,
  permission text NOT NULL,
  scope text NOT NULL CHECK (scope IN ('self', 'own', 'group', 'company', 'all')),
  PRIMARY KEY (organization_id, role_id, permission, scope),
  FOREIGN KEY (organization_id, role_id) REFERENCES roster.roles
);
CREATE INDEX role_permissions_permission
  ON roster.role_permissions (organization_id, permission, scope, role_id);

CREATE TABLE roster.role_grants (
  organization_id uuid NOT NULL,
  grant_id uuid NOT NULL,
  role_id uuid NOT NULL,
  user_id uuid,
  group_id uuid,
  source text NOT NULL
    CHECK (source IN ('manual', 'request', 'invitation', 'import', 'sign_in', 'directory')),
  valid_from timestamptz NOT NULL,
  expires_at timestamptz,
  justification text NOT NULL,
  granted_by_kind text NOT NULL,
  granted_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_by_kind text,
  revoked_by uuid,
  PRIMARY KEY (organization_id, grant_id),
  CHECK (num_nonnulls(user_id, group_id) = 1),
  CHECK (expires_at > valid_from),
  CHECK (num_nonnulls(revoked_at, revoked_by_kind, revoked_by) IN (0, 3)),
  FOREIGN KEY (organization_id, role_id) REFERENCES roster.roles,
  FOREIGN KEY (organization_id, user_id) REFERENCES roster.users,
  FOREIGN KEY (organization_id, group_id) REFERENCES roster.groups
);
CREATE INDEX role_grants_user ON roster.role_grants (organization_id, user_id, role_id)
  WHERE user_id IS NOT NULL;
CREATE INDEX role_grants_group ON roster.role_grants (organization_id, group_id, role_id)
  WHERE group_id IS NOT NULL;
CREATE INDEX role_grants_role ON roster.role_grants (organization_id, role_id, grant_id)
  WHERE revoked_at IS NULL;
CREATE INDEX role_grants_expiry ON roster.role_grants (organization_id, expires_at)
  WHERE expires_at IS NOT NULL AND revoked_at IS NULL;

CREATE TABLE roster.role_requests (
  organization_id uuid NOT NULL,
  role_request_id uuid NOT NULL,
  role_id uuid NOT NULL,
  user_id uuid NOT NULL,
  -- for how long it is wanted, from the approval on
  wanted_seconds bigint CHECK (wanted_seconds > 0),
  justification text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'withdrawn')),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  decided_at timestamptz,
  decided_by_kind text,
  decided_by uuid,
  decision_reason text,
  grant_id uuid,
  version bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (organization_id, role_request_id),
  FOREIGN KEY (organization_id, role_id) REFERENCES roster.roles,
  FOREIGN KEY (organization_id, user_id) REFERENCES roster.users,
  FOREIGN KEY (organization_id, grant_id) REFERENCES roster.role_grants
);
CREATE UNIQUE INDEX role_requests_pending
  ON roster.role_requests (organization_id, user_id, role_id) WHERE state = 'pending';
CREATE INDEX role_requests_state
  ON roster.role_requests (organization_id, state, role_request_id);

CALL roster.isolate('roster.roles');
CALL roster.isolate('roster.role_permissions');
CALL roster.isolate('roster.role_grants');
CALL roster.isolate('roster.role_requests');
CREATE POLICY search ON roster.roles FOR SELECT TO roster_search USING (true);
CREATE POLICY search ON roster.role_grants FOR SELECT TO roster_search USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE
  ON roster.roles, roster.role_permissions, roster.role_grants, roster.role_requests
  TO roster_service;
GRANT SELECT, UPDATE, DELETE
  ON roster.roles, roster.role_permissions, roster.role_grants, roster.role_requests
  TO roster_system;
GRANT SELECT ON roster.roles, roster.role_grants TO roster_search;

COMMENT ON COLUMN roster.roles.key IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.roles.aliases IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.roles.name IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.roles.name_norm IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.roles.description IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.roles.kind IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.role_permissions.permission IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.role_permissions.scope IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.role_grants.source IS 'erase: delete row';
COMMENT ON COLUMN roster.role_grants.justification IS 'erase: delete row';
COMMENT ON COLUMN roster.role_grants.granted_by_kind IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.role_grants.revoked_by_kind IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.role_requests.justification IS 'erase: delete row';
COMMENT ON COLUMN roster.role_requests.state IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.role_requests.decided_by_kind IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.role_requests.decision_reason IS 'erase: delete row';
