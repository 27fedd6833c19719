#!/bin/sh
# Run once by PostgreSQL's image, after roles.sql: the database, and one password for the roles.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v password="$ROSTER_DATABASE_PASSWORD" <<'SQL'
ALTER ROLE roster_owner PASSWORD :'password';
ALTER ROLE roster_service PASSWORD :'password';
ALTER ROLE roster_system PASSWORD :'password';
CREATE DATABASE roster OWNER roster_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
SQL
