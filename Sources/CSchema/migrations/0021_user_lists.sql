-- What lists of users compare, and the indexes of filters that few users meet.
CREATE FUNCTION roster.comparable_text(typed text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(normalize(typed, NFKC))
$$;
CREATE FUNCTION roster.comparable_texts(typed text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT lower(normalize(t, NFKC)) FROM unnest(typed) AS t)
$$;

-- The least text after all that begin with a prefix, by code points: U+10FFFF has none after it,
-- and after U+D7FF comes U+E000.
CREATE FUNCTION roster.prefix_end(prefix text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT left(p, -1)
         || chr(CASE ascii(right(p, 1)) WHEN 55295 THEN 57344 ELSE ascii(right(p, 1)) + 1 END)
    FROM (SELECT rtrim(prefix, chr(1114111)) AS p) AS trimmed
$$;

CREATE FUNCTION roster.contains_pattern(typed text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT '%' || regexp_replace(lower(normalize(typed, NFKC)), '([\\%_])', '\\\1', 'g') || '%'
$$;
REVOKE ALL ON FUNCTION roster.comparable_text(text), roster.comparable_texts(text[]),
  roster.prefix_end(text), roster.contains_pattern(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION roster.comparable_text(text), roster.comparable_texts(text[]),
  roster.prefix_end(text), roster.contains_pattern(text) TO roster_service, roster_search;

-- A row comparison finds no NULL: who never signed in has an instant before all others.
ALTER TABLE roster.user_activity
  ADD COLUMN last_login_order timestamptz NOT NULL
    GENERATED ALWAYS AS (coalesce(last_login_at, '0001-01-01 00:00:00+00')) STORED;
CREATE INDEX user_activity_last_login_order
  ON roster.user_activity (organization_id, last_login_order, user_id);

CREATE INDEX users_locked ON roster.users (organization_id, user_id) WHERE locked_at IS NOT NULL;
CREATE INDEX users_service ON roster.users (organization_id, user_id) WHERE kind = 'service';
CREATE INDEX users_source ON roster.users (organization_id, source, user_id);
CREATE INDEX emails_deleted ON roster.emails (organization_id, user_id)
  WHERE is_primary AND deleted_at IS NOT NULL;

CREATE POLICY search ON roster.companies FOR SELECT TO roster_search USING (true);
GRANT SELECT ON roster.companies TO roster_search;
