-- Parts of an organization: where settings ask for it, every user belongs to exactly one.
CREATE TABLE roster.companies (
  organization_id uuid NOT NULL REFERENCES roster.organizations,
  company_id uuid NOT NULL,
  name text NOT NULL,
  name_norm text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(normalize(name, NFKC))) STORED,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, company_id)
);
CREATE UNIQUE INDEX companies_name ON roster.companies (organization_id, name_norm);

-- E-mail domains that the organization says are its own; one is trusted once it is verified.
CREATE TABLE roster.organization_domains (
  organization_id uuid NOT NULL REFERENCES roster.organizations,
  -- lower-case A-labels
  domain text NOT NULL,
  -- what the domain's TXT record must hold
  challenge text NOT NULL,
  verified_at timestamptz,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, domain)
);

CALL roster.isolate('roster.companies');
CALL roster.isolate('roster.organization_domains');
GRANT SELECT, INSERT, UPDATE, DELETE ON roster.companies, roster.organization_domains
  TO roster_service;
GRANT SELECT ON roster.companies, roster.organization_domains TO roster_system;

COMMENT ON COLUMN roster.companies.name IS 'erase: with the organization';
COMMENT ON COLUMN roster.companies.name_norm IS 'erase: with the organization';
COMMENT ON COLUMN roster.organization_domains.domain IS 'erase: with the organization';
COMMENT ON COLUMN roster.organization_domains.challenge IS 'erase: never, random';

-- A domain belongs to one organization once it is verified; only the installation can see that.
CREATE UNIQUE INDEX organization_domains_verified ON roster.organization_domains (domain)
  WHERE verified_at IS NOT NULL;

CREATE FUNCTION roster.feed_companies() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 8, company_id, false FROM after_rows;
  ELSE
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, 8, company_id, true FROM before_rows;
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION roster.feed_companies() FROM PUBLIC;

CREATE TRIGGER feed_insert AFTER INSERT ON roster.companies
  REFERENCING NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_companies();
CREATE TRIGGER feed_delete AFTER DELETE ON roster.companies
  REFERENCING OLD TABLE AS before_rows
  FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_companies();
CREATE TRIGGER feed_truncate BEFORE TRUNCATE ON roster.companies
  FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate();
ALTER TABLE roster.companies ENABLE ALWAYS TRIGGER feed_insert;
ALTER TABLE roster.companies ENABLE ALWAYS TRIGGER feed_delete;
ALTER TABLE roster.companies ENABLE ALWAYS TRIGGER feed_truncate;
