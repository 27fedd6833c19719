-- A deleted role keeps its row, for its grants tell who had it; its name and key are free again.
ALTER TABLE roster.roles ADD COLUMN deleted_at timestamptz;
DROP INDEX roster.roles_key;
DROP INDEX roster.roles_name;
CREATE UNIQUE INDEX roles_key ON roster.roles (organization_id, key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX roles_name ON roster.roles (organization_id, name_norm)
  WHERE deleted_at IS NULL;

-- Requests that nobody decided in time.
ALTER TABLE roster.role_requests DROP CONSTRAINT role_requests_state_check;
ALTER TABLE roster.role_requests ADD CONSTRAINT role_requests_state_check
  CHECK (state IN ('pending', 'approved', 'denied', 'withdrawn', 'expired'));
-- Of all organizations, for the sweeper.
CREATE INDEX role_requests_due ON roster.role_requests (expires_at) WHERE state = 'pending';

-- That a grant has expired is told once.
ALTER TABLE roster.role_grants ADD COLUMN expiry_noted_at timestamptz;
DROP INDEX roster.role_grants_expiry;
CREATE INDEX role_grants_due ON roster.role_grants (expires_at)
  WHERE expires_at IS NOT NULL AND revoked_at IS NULL AND expiry_noted_at IS NULL;

-- Lists are in the order of ids, and what has ended stays in them.
DROP INDEX roster.role_grants_user;
DROP INDEX roster.role_grants_group;
CREATE INDEX role_grants_user ON roster.role_grants (organization_id, user_id, grant_id)
  WHERE user_id IS NOT NULL;
CREATE INDEX role_grants_group ON roster.role_grants (organization_id, group_id, grant_id)
  WHERE group_id IS NOT NULL;
CREATE INDEX role_grants_role_history ON roster.role_grants (organization_id, role_id, grant_id);
