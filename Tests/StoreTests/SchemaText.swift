/// The schema as text, read from the catalogues: what a reviewer of a migration wants to see.
/// The events' monthly partitions are left out.
enum SchemaText {
  static let query = """
    WITH tables AS (
      SELECT c.oid, 'roster.' || c.relname AS name, c.relname, c.relkind, c.relrowsecurity,
             c.relforcerowsecurity, c.reloptions, c.relacl, c.relowner
        FROM pg_class AS c
       WHERE c.relnamespace = 'roster'::regnamespace AND c.relkind IN ('r', 'p')
         AND NOT c.relispartition
    ), lines (name, section, place, text) AS (
      SELECT name, 0, 0, 'TABLE ' || name || ' OWNER ' || pg_get_userbyid(relowner)
             || CASE relkind WHEN 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(oid) ELSE '' END
             || coalesce(' WITH ' || array_to_string(reloptions, ', '), '')
             || CASE WHEN relrowsecurity THEN ' ROW LEVEL SECURITY' ELSE '' END
             || CASE WHEN relforcerowsecurity THEN ' FORCED' ELSE '' END
        FROM tables
      UNION ALL
      SELECT t.name, 1, a.attnum,
             '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
             || CASE WHEN a.attcollation = '"C"'::regcollation THEN ' COLLATE "C"' ELSE '' END
             || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
             || CASE WHEN a.attidentity <> '' THEN ' IDENTITY' ELSE '' END
             || CASE a.attgenerated WHEN 's' THEN ' GENERATED AS ' ELSE
                  CASE WHEN d.oid IS NULL THEN '' ELSE ' DEFAULT ' END END
             || regexp_replace(coalesce(pg_get_expr(d.adbin, d.adrelid), ''), '\\s+', ' ', 'g')
             || coalesce(' -- ' || col_description(t.oid, a.attnum), '')
        FROM tables AS t
        JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef AS d ON d.adrelid = t.oid AND d.adnum = a.attnum
      UNION ALL
      SELECT t.name, 2, row_number() OVER (PARTITION BY t.name ORDER BY k.conname),
             '  CONSTRAINT ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
        FROM tables AS t JOIN pg_constraint AS k ON k.conrelid = t.oid
       WHERE k.contype <> 't'
      UNION ALL
      SELECT t.name, 3, row_number() OVER (PARTITION BY t.name ORDER BY i.indexrelid::regclass),
             '  ' || pg_get_indexdef(i.indexrelid)
        FROM tables AS t JOIN pg_index AS i ON i.indrelid = t.oid
       WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
      UNION ALL
      SELECT t.name, 4, row_number() OVER (PARTITION BY t.name ORDER BY p.polname),
             '  POLICY ' || p.polname || ' FOR ' || p.polcmd::text || ' TO '
             || (SELECT string_agg(pg_get_userbyid(r), ', ') FROM unnest(p.polroles) AS r)
             || ' USING ' || coalesce(pg_get_expr(p.polqual, t.oid), '-')
             || ' WITH CHECK ' || coalesce(pg_get_expr(p.polwithcheck, t.oid), '-')
        FROM tables AS t JOIN pg_policy AS p ON p.polrelid = t.oid
      UNION ALL
      SELECT t.name, 5, row_number() OVER (PARTITION BY t.name ORDER BY g.tgname),
             '  ' || pg_get_triggerdef(g.oid) || ' ENABLED ' || g.tgenabled::text
        FROM tables AS t JOIN pg_trigger AS g ON g.tgrelid = t.oid AND NOT g.tgisinternal
      UNION ALL
      SELECT t.name, 6, row_number() OVER (PARTITION BY t.name ORDER BY g.grantee),
             '  GRANT ' || g.privileges || ' TO ' || g.grantee
        FROM tables AS t
       CROSS JOIN LATERAL (
         SELECT pg_get_userbyid(a.grantee) AS grantee,
                string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) AS privileges
           FROM aclexplode(t.relacl) AS a WHERE a.grantee <> t.relowner GROUP BY 1) AS g
      UNION ALL
      SELECT '~' || p.oid::regprocedure::text, 7, 0,
             'ROUTINE ' || p.oid::regprocedure::text || ' TO '
             || coalesce((SELECT string_agg(pg_get_userbyid(a.grantee), ', ' ORDER BY 1)
                            FROM aclexplode(p.proacl) AS a WHERE a.grantee <> p.proowner), 'nobody')
             || CASE WHEN p.prosecdef THEN ' SECURITY DEFINER' ELSE '' END
             || coalesce(' ' || array_to_string(p.proconfig, ' '), '')
        FROM pg_proc AS p WHERE p.pronamespace = 'roster'::regnamespace
    )
    SELECT text FROM lines ORDER BY name, section, place
    """
}
