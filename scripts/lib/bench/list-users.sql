SELECT u.organization_id, u.user_id, u.kind, u.source, u.created_at, u.state, u.locked_at,
       u.lock_reason, e.verified_at, u.version, u.updated_at, e.address, u.given_name,
       u.family_name, u.display_name, u.external_id, u.locale, u.avatar_url, u.attributes,
       a.last_login_at, u.mfa_enabled
  FROM roster.emails AS e
  JOIN roster.users AS u USING (organization_id, user_id)
  JOIN roster.user_activity AS a USING (organization_id, user_id)
 WHERE e.organization_id = :'organization' AND e.is_primary AND e.deleted_at IS NULL
 ORDER BY e.address_norm, e.user_id
 LIMIT 51;
