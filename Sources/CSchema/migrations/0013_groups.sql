-- Groups, and who is in them by which source: effective membership is any live row.
CREATE TABLE roster.groups (
  organization_id uuid NOT NULL REFERENCES roster.organizations,
  group_id uuid NOT NULL,
  name text NOT NULL,
  name_norm text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(normalize(name, NFKC))) STORED,
  description text NOT NULL,
  managed_by text NOT NULL CHECK (managed_by IN ('local', 'directory')),
  -- the directory that manages it, and what the group is called there
  directory_id uuid,
  external_id text,
  -- distinct users with a row that is not suspended, also one that has expired and is not swept
  -- away yet; kept by a trigger
  member_count bigint NOT NULL DEFAULT 0 CHECK (member_count >= 0),
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, group_id),
  CHECK ((managed_by = 'directory') = (directory_id IS NOT NULL))
);
CREATE UNIQUE INDEX groups_name ON roster.groups (organization_id, name_norm);
CREATE UNIQUE INDEX groups_external_id ON roster.groups (organization_id, directory_id, external_id)
  WHERE external_id IS NOT NULL;
CREATE INDEX groups_member_count ON roster.groups (organization_id, member_count, group_id);

CREATE TABLE roster.group_members (
  organization_id uuid NOT NULL,
  group_id uuid NOT NULL,
  user_id uuid NOT NULL,
  source text NOT NULL CHECK (source IN ('manual', 'invitation', 'import', 'sign_in', 'directory')),
  -- the connection, directory or import of the source; the nil UUID for 'manual'
  source_id uuid NOT NULL,
  joined_at timestamptz NOT NULL,
  added_by_kind text NOT NULL,
  added_by uuid NOT NULL,
  expires_at timestamptz,
  -- set while the user is deactivated
  suspended_at timestamptz,
  PRIMARY KEY (organization_id, group_id, user_id, source, source_id),
  FOREIGN KEY (organization_id, group_id) REFERENCES roster.groups,
  FOREIGN KEY (organization_id, user_id) REFERENCES roster.users
);
CREATE INDEX group_members_user ON roster.group_members (organization_id, user_id, group_id);
CREATE INDEX group_members_joined
  ON roster.group_members (organization_id, group_id, joined_at, user_id);
CREATE INDEX group_members_expiry ON roster.group_members (organization_id, expires_at)
  WHERE expires_at IS NOT NULL;
-- Of all organizations, for the sweeper.
CREATE INDEX group_members_due ON roster.group_members (expires_at) WHERE expires_at IS NOT NULL;

CALL roster.isolate('roster.groups');
CALL roster.isolate('roster.group_members');
CREATE POLICY search ON roster.groups FOR SELECT TO roster_search USING (true);
CREATE POLICY search ON roster.group_members FOR SELECT TO roster_search USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON roster.groups, roster.group_members TO roster_service;
GRANT SELECT, UPDATE, DELETE ON roster.groups, roster.group_members TO roster_system;
GRANT SELECT ON roster.groups, roster.group_members TO roster_search;

COMMENT ON COLUMN roster.groups.name IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.groups.name_norm IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.groups.description IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.groups.managed_by IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.groups.external_id IS 'erase: never, no personal data';
COMMENT ON COLUMN roster.group_members.source IS 'erase: delete row';
COMMENT ON COLUMN roster.group_members.added_by_kind IS 'erase: never, no personal data';

-- Adds to member_count what a statement changed: a user counts once, whatever the sources.
-- What counts among the statement's own rows; everything else of the user is looked up.
--
-- Whatever writes memberships takes the groups' locks here, in the order of their ids: two
-- statements at once can't see each other's rows, so the second waits, and what it then counts is
-- read by a snapshot of its own. Who takes several locks takes users, then groups, then
-- memberships.
--
-- INSERT … ON CONFLICT DO UPDATE runs this for its UPDATE first, then for its INSERT. The first
-- must not see what the second will count: rows written by the same command, which xmin and cmin
-- tell. One statement must not both DELETE and INSERT (in WITH): a deletion leaves no row to tell
-- it by.
CREATE FUNCTION roster.count_members() RETURNS trigger
LANGUAGE plpgsql
-- A plan that was made while there were few members must not read all of a group later. Only what
-- has a parameter is planned anew: `nobody`.
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  nobody CONSTANT bigint := 0;
  -- of the rows that this statement wrote
  command record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM FROM roster.groups
      WHERE (organization_id, group_id) IN (
        SELECT organization_id, group_id FROM after_rows WHERE suspended_at IS NULL)
      ORDER BY organization_id, group_id
        FOR NO KEY UPDATE;
    -- Whose live rows are all of this statement was none before.
    UPDATE roster.groups AS g
       SET member_count = g.member_count + d.delta
      FROM (
        SELECT j.organization_id, j.group_id, count(*) AS delta
          FROM (SELECT organization_id, group_id, user_id, count(*) AS count
                  FROM after_rows WHERE suspended_at IS NULL
                 GROUP BY 1, 2, 3) AS j
         CROSS JOIN LATERAL (
           SELECT count(*) AS count FROM roster.group_members AS m
            WHERE m.organization_id = j.organization_id AND m.group_id = j.group_id
              AND m.user_id = j.user_id AND m.suspended_at IS NULL) AS live
         WHERE live.count - j.count = nobody
         GROUP BY 1, 2) AS d
     WHERE g.organization_id = d.organization_id AND g.group_id = d.group_id;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM FROM roster.groups
      WHERE (organization_id, group_id) IN (
        SELECT organization_id, group_id FROM before_rows WHERE suspended_at IS NULL)
      ORDER BY organization_id, group_id
        FOR NO KEY UPDATE;
    UPDATE roster.groups AS g
       SET member_count = g.member_count - d.delta
      FROM (
        SELECT l.organization_id, l.group_id, count(*) AS delta
          FROM (SELECT DISTINCT organization_id, group_id, user_id FROM before_rows
                 WHERE suspended_at IS NULL) AS l
         CROSS JOIN LATERAL (
           SELECT count(*) AS count FROM roster.group_members AS m
            WHERE m.organization_id = l.organization_id AND m.group_id = l.group_id
              AND m.user_id = l.user_id AND m.suspended_at IS NULL) AS live
         WHERE live.count = nobody
         GROUP BY 1, 2) AS d
     WHERE g.organization_id = d.organization_id AND g.group_id = d.group_id;
  ELSE
    PERFORM FROM roster.groups
      WHERE (organization_id, group_id) IN (
        SELECT n.organization_id, n.group_id
          FROM before_rows AS o
          JOIN after_rows AS n USING (organization_id, group_id, user_id, source, source_id)
         WHERE (o.suspended_at IS NULL) <> (n.suspended_at IS NULL))
      ORDER BY organization_id, group_id
        FOR NO KEY UPDATE;
    SELECT m.xmin, m.cmin INTO command
      FROM after_rows AS a
      JOIN roster.group_members AS m USING (organization_id, group_id, user_id, source, source_id)
     LIMIT 1;
    UPDATE roster.groups AS g
       SET member_count = g.member_count + d.delta
      FROM (
        SELECT t.organization_id, t.group_id, sum(t.now::int - t.before::int) AS delta
          FROM (
            SELECT organization_id, group_id, user_id,
                   bool_or(o.suspended_at IS NULL) AS before,
                   bool_or(n.suspended_at IS NULL) AS now
              FROM before_rows AS o
              JOIN after_rows AS n
             USING (organization_id, group_id, user_id, source, source_id)
             GROUP BY 1, 2, 3) AS t
         CROSS JOIN LATERAL (
           SELECT count(*) AS count FROM roster.group_members AS m
            WHERE m.organization_id = t.organization_id AND m.group_id = t.group_id
              AND m.user_id = t.user_id AND m.suspended_at IS NULL
              AND NOT (m.xmin = command.xmin AND m.cmin = command.cmin)) AS rest
         WHERE t.now <> t.before AND rest.count = nobody
         GROUP BY 1, 2
        HAVING sum(t.now::int - t.before::int) <> 0) AS d
     WHERE g.organization_id = d.organization_id AND g.group_id = d.group_id;
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION roster.count_members() FROM PUBLIC;

-- A row is of one user in one group by one source for good: what counts memberships relies on it.
CREATE FUNCTION roster.keep_membership_key() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a membership does not move: delete it and insert another'
    USING ERRCODE = 'feature_not_supported';
END
$$;
REVOKE ALL ON FUNCTION roster.keep_membership_key() FROM PUBLIC;

CREATE FUNCTION roster.feed_group_members() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT DISTINCT organization_id, 2::smallint, user_id, false FROM after_rows;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT DISTINCT organization_id, 2::smallint, user_id, true FROM before_rows;
  ELSE
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 2::smallint, user_id,
           bool_or(coalesce(
             n.group_id IS NULL
               OR n.suspended_at IS NOT NULL
               OR coalesce(n.expires_at, 'infinity') < coalesce(o.expires_at, 'infinity'),
             false))
      FROM before_rows AS o
      FULL JOIN after_rows AS n USING (organization_id, group_id, user_id, source, source_id)
     WHERE (o.suspended_at IS NULL, o.expires_at)
           IS DISTINCT FROM (n.suspended_at IS NULL, n.expires_at)
     GROUP BY organization_id, user_id;
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION roster.feed_group_members() FROM PUBLIC;

-- A group's name is no access; that it is gone is, and its grants speak for themselves.
CREATE FUNCTION roster.feed_groups() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 3, group_id, false FROM after_rows;
  ELSE
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 3, group_id, true FROM before_rows;
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION roster.feed_groups() FROM PUBLIC;

CREATE TRIGGER feed_insert AFTER INSERT ON roster.groups
  REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_groups();
CREATE TRIGGER feed_delete AFTER DELETE ON roster.groups
  REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_groups();
CREATE TRIGGER feed_truncate BEFORE TRUNCATE ON roster.groups
  FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate();
CREATE TRIGGER keep_key BEFORE UPDATE ON roster.group_members
  FOR EACH ROW
  WHEN ((OLD.organization_id, OLD.group_id, OLD.user_id, OLD.source, OLD.source_id)
        IS DISTINCT FROM
        (NEW.organization_id, NEW.group_id, NEW.user_id, NEW.source, NEW.source_id))
  EXECUTE FUNCTION roster.keep_membership_key();
CREATE TRIGGER count_insert AFTER INSERT ON roster.group_members
  REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.count_members();
CREATE TRIGGER count_update AFTER UPDATE ON roster.group_members
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.count_members();
CREATE TRIGGER count_delete AFTER DELETE ON roster.group_members
  REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.count_members();
CREATE TRIGGER feed_insert AFTER INSERT ON roster.group_members
  REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_group_members();
CREATE TRIGGER feed_update AFTER UPDATE ON roster.group_members
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_group_members();
CREATE TRIGGER feed_delete AFTER DELETE ON roster.group_members
  REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_group_members();
CREATE TRIGGER feed_truncate BEFORE TRUNCATE ON roster.group_members
  FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate();
ALTER TABLE roster.groups ENABLE ALWAYS TRIGGER feed_insert;
ALTER TABLE roster.groups ENABLE ALWAYS TRIGGER feed_delete;
ALTER TABLE roster.groups ENABLE ALWAYS TRIGGER feed_truncate;
ALTER TABLE roster.group_members ENABLE ALWAYS TRIGGER keep_key;
ALTER TABLE roster.group_members ENABLE ALWAYS TRIGGER count_insert;
ALTER TABLE roster.group_members ENABLE ALWAYS TRIGGER count_update;
ALTER TABLE roster.group_members ENABLE ALWAYS TRIGGER count_delete;
ALTER TABLE roster.group_members ENABLE ALWAYS TRIGGER feed_insert;
ALTER TABLE roster.group_members ENABLE ALWAYS TRIGGER feed_update;
ALTER TABLE roster.group_members ENABLE ALWAYS TRIGGER feed_delete;
ALTER TABLE roster.group_members ENABLE ALWAYS TRIGGER feed_truncate;
