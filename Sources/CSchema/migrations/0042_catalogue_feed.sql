-- Replicas hold the catalogue: positions are bits of their masks. It belongs to no organization.
CREATE FUNCTION roster.feed_permissions() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
  VALUES (
    '00000000-0000-0000-0000-000000000000', 9, '00000000-0000-0000-0000-000000000000', false);
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION roster.feed_permissions() FROM PUBLIC;

CREATE TRIGGER feed_insert AFTER INSERT ON roster.permissions
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_permissions();
CREATE TRIGGER feed_update AFTER UPDATE ON roster.permissions
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_permissions();
CREATE TRIGGER feed_truncate BEFORE TRUNCATE ON roster.permissions
  FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate();
ALTER TABLE roster.permissions ENABLE ALWAYS TRIGGER feed_insert;
ALTER TABLE roster.permissions ENABLE ALWAYS TRIGGER feed_update;
ALTER TABLE roster.permissions ENABLE ALWAYS TRIGGER feed_truncate;

-- A position is a bit for ever: one that is taken away would be given to something else.
CREATE FUNCTION roster.refuse_permission_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.position <> OLD.position OR NEW.permission <> OLD.permission THEN
    RAISE EXCEPTION 'the permission % keeps its position for ever: retire it', OLD.permission
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION roster.refuse_permission_change() FROM PUBLIC;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON roster.permissions
  FOR EACH ROW EXECUTE FUNCTION roster.refuse_permission_change();
ALTER TABLE roster.permissions ENABLE ALWAYS TRIGGER refuse_change;
