-- Locking, deactivating or deleting a user must reach every replica before the call returns.
CREATE FUNCTION roster.feed_users() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 2, user_id, false FROM after_rows;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 2, user_id, true FROM before_rows;
  ELSE
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 2, user_id,
           coalesce(
             n.state IS NULL
               OR n.state <> 'active'
               OR n.locked_at IS NOT NULL
               OR n.access_epoch > o.access_epoch
               OR n.kind <> o.kind,
             false)
      FROM before_rows AS o
      FULL JOIN after_rows AS n USING (organization_id, user_id)
     WHERE (o.state, o.locked_at IS NULL, o.access_epoch, o.kind)
           IS DISTINCT FROM (n.state, n.locked_at IS NULL, n.access_epoch, n.kind);
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION roster.feed_users() FROM PUBLIC;

CREATE TRIGGER feed_insert AFTER INSERT ON roster.users
  REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_users();
CREATE TRIGGER feed_update AFTER UPDATE ON roster.users
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_users();
CREATE TRIGGER feed_delete AFTER DELETE ON roster.users
  REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_users();
CREATE TRIGGER feed_truncate BEFORE TRUNCATE ON roster.users
  FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate();
ALTER TABLE roster.users ENABLE ALWAYS TRIGGER feed_insert;
ALTER TABLE roster.users ENABLE ALWAYS TRIGGER feed_update;
ALTER TABLE roster.users ENABLE ALWAYS TRIGGER feed_delete;
ALTER TABLE roster.users ENABLE ALWAYS TRIGGER feed_truncate;
