-- Contains-searches of addresses and names, under roster_search: trigram operators are not
-- leakproof, so that row-level security would keep them from their index.
CREATE SCHEMA roster_extensions;
CREATE EXTENSION pg_trgm WITH SCHEMA roster_extensions;
CREATE EXTENSION btree_gin WITH SCHEMA roster_extensions;

CREATE INDEX users_display_name_trigrams ON roster.users
  USING gin (organization_id, display_name_norm roster_extensions.gin_trgm_ops);
CREATE INDEX emails_address_trigrams ON roster.emails
  USING gin (organization_id, address_norm roster_extensions.gin_trgm_ops) WHERE deleted_at IS NULL;
CREATE INDEX groups_name_trigrams ON roster.groups
  USING gin (organization_id, name_norm roster_extensions.gin_trgm_ops);
