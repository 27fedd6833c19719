-- The four roles of Roster. Run once for each cluster as a superuser; again, it changes nothing.
-- Passwords are the operator's: ALTER ROLE roster_service PASSWORD '...'.
-- The database: CREATE DATABASE roster OWNER roster_owner
--                 TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
DO $roles$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT * FROM (VALUES
      -- owns every table; `rosterd migrate`, backups
      ('roster_owner', 'LOGIN'),
      -- the request path: owns nothing, sees one organization
      ('roster_service', 'LOGIN'),
      -- workers, loading of the index, and the statements in Store/System
      ('roster_system', 'LOGIN'),
      -- SELECT only, for searches whose operators row-level security keeps from an index
      ('roster_search', 'NOLOGIN')
    ) AS roles (name, login)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I', wanted.name);
    END IF;
    EXECUTE pg_catalog.format(
      'ALTER ROLE %I %s NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT',
      wanted.name, wanted.login);
  END LOOP;
END
$roles$;

-- NOINHERIT is what keeps row-level security: a role that inherits another passes the other's
-- policies too. With it, roster_service holds these roles' rights only after SET ROLE.
GRANT roster_system, roster_search TO roster_service;
