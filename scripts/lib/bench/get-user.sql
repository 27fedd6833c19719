-- The row that GetUser reads, by the same join, without row-level security.
\set n random(1, :users)
SELECT u.organization_id, u.user_id, u.kind, u.source, u.created_at,
       u.state, u.locked_at, u.lock_reason, e.verified_at, u.version, u.updated_at,
       e.address, u.given_name, u.family_name, u.display_name, u.external_id,
       u.locale, u.avatar_url, u.attributes
  FROM roster.users AS u
  JOIN roster.emails AS e
    ON e.organization_id = :organization AND e.user_id = u.user_id
   AND e.is_primary AND e.deleted_at IS NULL
 WHERE u.organization_id = :organization AND u.state <> 'deleted'
   AND u.user_id = ('019a0000-0000-7000-8000-' || lpad(to_hex(:n::int), 12, '0'))::uuid;
