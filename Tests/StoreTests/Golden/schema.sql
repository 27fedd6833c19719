TABLE roster.access_feed OWNER roster_owner ROW LEVEL SECURITY FORCED
  organization_id uuid NOT NULL
  kind smallint NOT NULL
  key uuid NOT NULL
  xid xid8 NOT NULL DEFAULT pg_current_xact_id()
  seq bigint NOT NULL IDENTITY
  narrowing boolean NOT NULL
  CONSTRAINT access_feed_kind_check CHECK (((kind >= 1) AND (kind <= 9)))
  CONSTRAINT access_feed_pkey PRIMARY KEY (xid, seq)
  POLICY owner FOR * TO roster_owner USING true WITH CHECK true
  POLICY service FOR * TO roster_service USING (organization_id = (current_setting('roster.organization'::text))::uuid) WITH CHECK (organization_id = (current_setting('roster.organization'::text))::uuid)
  POLICY system FOR * TO roster_system USING true WITH CHECK true
  GRANT INSERT, SELECT TO roster_service
  GRANT DELETE, INSERT, SELECT TO roster_system
TABLE roster.cluster_epoch OWNER roster_owner
  one boolean NOT NULL DEFAULT true
  epoch integer NOT NULL
  id uuid NOT NULL
  feed_floor xid8 NOT NULL
  CONSTRAINT cluster_epoch_epoch_check CHECK ((epoch > 0))
  CONSTRAINT cluster_epoch_one_check CHECK (one)
  CONSTRAINT cluster_epoch_pkey PRIMARY KEY (one)
  GRANT SELECT TO roster_service
  GRANT SELECT, UPDATE TO roster_system
TABLE roster.emails OWNER roster_owner ROW LEVEL SECURITY FORCED
  organization_id uuid NOT NULL
  email_id uuid NOT NULL
  user_id uuid NOT NULL
  address text NOT NULL -- erase: delete row
  address_norm text COLLATE "C" NOT NULL GENERATED AS lower(NORMALIZE(address, NFKC)) -- erase: delete row
  is_primary boolean NOT NULL
  verified_at timestamp with time zone
  created_at timestamp with time zone NOT NULL
  deleted_at timestamp with time zone
  CONSTRAINT emails_organization_id_user_id_fkey FOREIGN KEY (organization_id, user_id) REFERENCES roster.users(organization_id, user_id)
  CONSTRAINT emails_pkey PRIMARY KEY (organization_id, email_id)
  CREATE UNIQUE INDEX emails_address ON roster.emails USING btree (organization_id, address_norm) WHERE (deleted_at IS NULL)
  CREATE UNIQUE INDEX emails_primary ON roster.emails USING btree (organization_id, user_id) WHERE (is_primary AND (deleted_at IS NULL))
  POLICY owner FOR * TO roster_owner USING true WITH CHECK true
  POLICY search FOR r TO roster_search USING true WITH CHECK -
  POLICY service FOR * TO roster_service USING (organization_id = (current_setting('roster.organization'::text))::uuid) WITH CHECK (organization_id = (current_setting('roster.organization'::text))::uuid)
  POLICY system FOR * TO roster_system USING true WITH CHECK true
  GRANT SELECT TO roster_search
  GRANT INSERT, SELECT, UPDATE TO roster_service
  GRANT SELECT, UPDATE TO roster_system
TABLE roster.event_seals OWNER roster_owner ROW LEVEL SECURITY FORCED
  organization_id uuid NOT NULL
  seal_no bigint NOT NULL
  epoch integer NOT NULL
  snapshot pg_snapshot NOT NULL
  event_count bigint NOT NULL
  digest bytea NOT NULL -- erase: never, a digest of sealed bytes
  previous_digest bytea NOT NULL -- erase: never, a digest of sealed bytes
  at timestamp with time zone NOT NULL
  CONSTRAINT event_seals_digest_check CHECK ((octet_length(digest) = 32))
  CONSTRAINT event_seals_event_count_check CHECK ((event_count >= 0))
  CONSTRAINT event_seals_pkey PRIMARY KEY (organization_id, seal_no)
  CONSTRAINT event_seals_previous_digest_check CHECK ((octet_length(previous_digest) = 32))
  CONSTRAINT event_seals_seal_no_check CHECK ((seal_no > 0))
  POLICY owner FOR * TO roster_owner USING true WITH CHECK true
  POLICY service FOR * TO roster_service USING (organization_id = (current_setting('roster.organization'::text))::uuid) WITH CHECK (organization_id = (current_setting('roster.organization'::text))::uuid)
  POLICY system FOR * TO roster_system USING true WITH CHECK true
  GRANT SELECT TO roster_service
  GRANT INSERT, SELECT TO roster_system
TABLE roster.events OWNER roster_owner PARTITION BY RANGE (event_id) ROW LEVEL SECURITY FORCED
  organization_id uuid NOT NULL
  event_id uuid NOT NULL
  epoch integer NOT NULL
  xid xid8 NOT NULL DEFAULT pg_current_xact_id()
  at timestamp with time zone NOT NULL
  actor_kind text NOT NULL -- erase: never, no personal data
  actor_id uuid NOT NULL
  action text NOT NULL -- erase: never, no personal data
  target_kind text NOT NULL -- erase: never, no personal data
  target_id uuid NOT NULL
  outcome text NOT NULL -- erase: never, no personal data
  reason text -- erase: never, a reason code
  request_id uuid
  trace_id bytea -- erase: never, random
  actor_details bytea -- erase: delete the subject's key
  target_details bytea -- erase: delete the subject's key
  CONSTRAINT events_pkey PRIMARY KEY (organization_id, event_id)
  CONSTRAINT events_trace_id_check CHECK ((octet_length(trace_id) = 16))
  CREATE INDEX events_position ON ONLY roster.events USING btree (epoch, xid)
  CREATE INDEX events_target ON ONLY roster.events USING btree (organization_id, target_id, event_id)
  CREATE INDEX events_actor ON ONLY roster.events USING btree (organization_id, actor_id, event_id)
  CREATE INDEX events_action ON ONLY roster.events USING btree (organization_id, action, event_id)
  POLICY owner FOR * TO roster_owner USING true WITH CHECK true
  POLICY service FOR * TO roster_service USING (organization_id = (current_setting('roster.organization'::text))::uuid) WITH CHECK (organization_id = (current_setting('roster.organization'::text))::uuid)
  POLICY system FOR * TO roster_system USING true WITH CHECK true
  GRANT INSERT, SELECT TO roster_service
  GRANT INSERT, SELECT TO roster_system
TABLE roster.idempotency_keys OWNER roster_owner WITH fillfactor=70 ROW LEVEL SECURITY FORCED
  organization_id uuid NOT NULL
  principal_kind text NOT NULL -- erase: never, no personal data
  principal_id uuid NOT NULL
  request_id uuid NOT NULL
  method text NOT NULL -- erase: never, no personal data
  request_digest bytea NOT NULL -- erase: after 24 hours
  answer bytea -- erase: clear the rows that answer for the subject, else after 24 hours
  xid xid8 NOT NULL DEFAULT pg_current_xact_id()
  expires_at timestamp with time zone NOT NULL
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (organization_id, principal_kind, principal_id, request_id)
  CONSTRAINT idempotency_keys_request_digest_check CHECK ((octet_length(request_digest) = 32))
  CREATE INDEX idempotency_keys_expiry ON roster.idempotency_keys USING brin (expires_at) WITH (autosummarize='on')
  POLICY owner FOR * TO roster_owner USING true WITH CHECK true
  POLICY service FOR * TO roster_service USING (organization_id = (current_setting('roster.organization'::text))::uuid) WITH CHECK (organization_id = (current_setting('roster.organization'::text))::uuid)
  POLICY system FOR * TO roster_system USING true WITH CHECK true
  GRANT INSERT, SELECT, UPDATE TO roster_service
  GRANT DELETE, INSERT, SELECT, UPDATE TO roster_system
TABLE roster.key_fingerprints OWNER roster_owner
  key_id bigint NOT NULL
  fingerprint bytea NOT NULL -- erase: never, a digest of a random key
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
  CONSTRAINT key_fingerprints_fingerprint_check CHECK ((octet_length(fingerprint) = 32))
  CONSTRAINT key_fingerprints_key_id_check CHECK (((key_id >= 0) AND (key_id <= '4294967295'::bigint)))
  CONSTRAINT key_fingerprints_pkey PRIMARY KEY (key_id)
  GRANT SELECT TO roster_service
  GRANT SELECT TO roster_system
TABLE roster.organizations OWNER roster_owner ROW LEVEL SECURITY FORCED
  organization_id uuid NOT NULL
  slug text NOT NULL -- erase: with the organization
  name text NOT NULL -- erase: with the organization
  name_norm text COLLATE "C" NOT NULL GENERATED AS lower(NORMALIZE(name, NFKC)) -- erase: with the organization
  state text NOT NULL -- erase: never, no personal data
  settings jsonb NOT NULL DEFAULT '{}'::jsonb -- erase: never, no personal data
  access_epoch bigint NOT NULL DEFAULT 1
  version bigint NOT NULL DEFAULT 1
  created_at timestamp with time zone NOT NULL
  updated_at timestamp with time zone NOT NULL
  CONSTRAINT organizations_pkey PRIMARY KEY (organization_id)
  CONSTRAINT organizations_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text))
  CONSTRAINT organizations_slug_key UNIQUE (slug)
  CONSTRAINT organizations_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text])))
  POLICY owner FOR * TO roster_owner USING true WITH CHECK true
  POLICY service FOR * TO roster_service USING (organization_id = (current_setting('roster.organization'::text))::uuid) WITH CHECK (organization_id = (current_setting('roster.organization'::text))::uuid)
  POLICY system FOR * TO roster_system USING true WITH CHECK true
  CREATE TRIGGER feed_delete AFTER DELETE ON roster.organizations REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_organizations() ENABLED A
  CREATE TRIGGER feed_insert AFTER INSERT ON roster.organizations REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_organizations() ENABLED A
  CREATE TRIGGER feed_truncate BEFORE TRUNCATE ON roster.organizations FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate() ENABLED A
  CREATE TRIGGER feed_update AFTER UPDATE ON roster.organizations REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_organizations() ENABLED A
  GRANT INSERT, SELECT, UPDATE TO roster_service
  GRANT SELECT, UPDATE TO roster_system
TABLE roster.outbox OWNER roster_owner WITH fillfactor=70 ROW LEVEL SECURITY FORCED
  organization_id uuid NOT NULL
  outbox_id uuid NOT NULL
  kind text NOT NULL -- erase: never, no personal data
  template text NOT NULL -- erase: never, no personal data
  subject_id uuid NOT NULL
  payload bytea NOT NULL -- erase: delete the subject's key and the row
  xid xid8 NOT NULL DEFAULT pg_current_xact_id()
  created_at timestamp with time zone NOT NULL
  attempts integer NOT NULL DEFAULT 0
  next_at timestamp with time zone NOT NULL
  locked_until timestamp with time zone
  done_at timestamp with time zone
  last_error text -- erase: delete row
  CONSTRAINT outbox_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'webhook'::text])))
  CONSTRAINT outbox_pkey PRIMARY KEY (organization_id, outbox_id)
  CREATE INDEX outbox_due ON roster.outbox USING btree (next_at) WHERE (done_at IS NULL)
  POLICY owner FOR * TO roster_owner USING true WITH CHECK true
  POLICY service FOR * TO roster_service USING (organization_id = (current_setting('roster.organization'::text))::uuid) WITH CHECK (organization_id = (current_setting('roster.organization'::text))::uuid)
  POLICY system FOR * TO roster_system USING true WITH CHECK true
  GRANT INSERT TO roster_service
  GRANT DELETE, SELECT, UPDATE TO roster_system
TABLE roster.passwords OWNER roster_owner ROW LEVEL SECURITY FORCED
  organization_id uuid NOT NULL
  user_id uuid NOT NULL
  hash text NOT NULL -- erase: delete row
  must_change boolean NOT NULL
  set_at timestamp with time zone NOT NULL
  CONSTRAINT passwords_organization_id_user_id_fkey FOREIGN KEY (organization_id, user_id) REFERENCES roster.users(organization_id, user_id)
  CONSTRAINT passwords_pkey PRIMARY KEY (organization_id, user_id)
  POLICY owner FOR * TO roster_owner USING true WITH CHECK true
  POLICY service FOR * TO roster_service USING (organization_id = (current_setting('roster.organization'::text))::uuid) WITH CHECK (organization_id = (current_setting('roster.organization'::text))::uuid)
  POLICY system FOR * TO roster_system USING true WITH CHECK true
  GRANT INSERT, SELECT, UPDATE TO roster_service
TABLE roster.schema_version OWNER roster_owner
  version integer NOT NULL
  compatible_from integer NOT NULL
  name text NOT NULL -- erase: never, names a migration
  applied_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
  CONSTRAINT schema_version_check CHECK (((compatible_from >= 1) AND (compatible_from <= version)))
  CONSTRAINT schema_version_pkey PRIMARY KEY (version)
  GRANT SELECT TO roster_service
  GRANT SELECT TO roster_system
TABLE roster.service_tokens OWNER roster_owner
  token_id uuid NOT NULL
  hash bytea NOT NULL -- erase: never, a digest of a random secret
  name text NOT NULL -- erase: never, names a backend
  methods text[] NOT NULL -- erase: never, no personal data
  organization_ids uuid[]
  act_for_users boolean NOT NULL
  created_at timestamp with time zone NOT NULL
  expires_at timestamp with time zone
  revoked_at timestamp with time zone
  changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
  CONSTRAINT service_tokens_hash_check CHECK ((octet_length(hash) = 32))
  CONSTRAINT service_tokens_hash_key UNIQUE (hash)
  CONSTRAINT service_tokens_pkey PRIMARY KEY (token_id)
  CREATE INDEX service_tokens_changed ON roster.service_tokens USING btree (changed_xid)
  CREATE TRIGGER note_change BEFORE INSERT OR UPDATE ON roster.service_tokens FOR EACH ROW EXECUTE FUNCTION roster.note_token_change() ENABLED A
  CREATE TRIGGER refuse_live_delete BEFORE DELETE ON roster.service_tokens FOR EACH ROW EXECUTE FUNCTION roster.refuse_live_token_delete() ENABLED A
  CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON roster.service_tokens FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate() ENABLED A
  GRANT INSERT, SELECT, UPDATE TO roster_system
TABLE roster.subject_keys OWNER roster_owner ROW LEVEL SECURITY FORCED
  organization_id uuid NOT NULL
  subject_id uuid NOT NULL
  sealed_key bytea NOT NULL -- erase: delete row
  created_at timestamp with time zone NOT NULL
  CONSTRAINT subject_keys_pkey PRIMARY KEY (organization_id, subject_id)
  POLICY owner FOR * TO roster_owner USING true WITH CHECK true
  POLICY service FOR * TO roster_service USING (organization_id = (current_setting('roster.organization'::text))::uuid) WITH CHECK (organization_id = (current_setting('roster.organization'::text))::uuid)
  POLICY system FOR * TO roster_system USING true WITH CHECK true
  GRANT INSERT, SELECT TO roster_service
  GRANT INSERT, SELECT TO roster_system
TABLE roster.users OWNER roster_owner ROW LEVEL SECURITY FORCED
  organization_id uuid NOT NULL
  user_id uuid NOT NULL
  kind text NOT NULL -- erase: never, no personal data
  source text NOT NULL -- erase: never, no personal data
  state text NOT NULL -- erase: never, no personal data
  locked_at timestamp with time zone
  lock_reason text -- erase: delete row
  given_name text NOT NULL -- erase: delete row
  family_name text NOT NULL -- erase: delete row
  display_name text NOT NULL -- erase: delete row
  display_name_norm text COLLATE "C" NOT NULL GENERATED AS lower(NORMALIZE( CASE display_name WHEN ''::text THEN btrim(((given_name || ' '::text) || family_name)) ELSE display_name END, NFKC)) -- erase: delete row
  avatar_url text NOT NULL -- erase: delete row
  locale text NOT NULL -- erase: delete row
  external_id text -- erase: delete row
  attributes jsonb NOT NULL -- erase: delete row
  access_epoch bigint NOT NULL DEFAULT 1
  version bigint NOT NULL DEFAULT 1
  created_at timestamp with time zone NOT NULL
  updated_at timestamp with time zone NOT NULL
  deactivated_at timestamp with time zone
  deleted_at timestamp with time zone
  CONSTRAINT users_attributes_check CHECK ((jsonb_typeof(attributes) = 'object'::text))
  CONSTRAINT users_check CHECK (((locked_at IS NULL) = (lock_reason IS NULL)))
  CONSTRAINT users_kind_check CHECK ((kind = ANY (ARRAY['human'::text, 'service'::text])))
  CONSTRAINT users_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES roster.organizations(organization_id)
  CONSTRAINT users_pkey PRIMARY KEY (organization_id, user_id)
  CONSTRAINT users_source_check CHECK ((source = ANY (ARRAY['manual'::text, 'invitation'::text, 'import'::text, 'sign_in'::text, 'directory'::text])))
  CONSTRAINT users_state_check CHECK ((state = ANY (ARRAY['invited'::text, 'active'::text, 'inactive'::text, 'deleted'::text])))
  CREATE UNIQUE INDEX users_external_id ON roster.users USING btree (organization_id, external_id) WHERE (external_id IS NOT NULL)
  POLICY owner FOR * TO roster_owner USING true WITH CHECK true
  POLICY search FOR r TO roster_search USING true WITH CHECK -
  POLICY service FOR * TO roster_service USING (organization_id = (current_setting('roster.organization'::text))::uuid) WITH CHECK (organization_id = (current_setting('roster.organization'::text))::uuid)
  POLICY system FOR * TO roster_system USING true WITH CHECK true
  CREATE TRIGGER feed_delete AFTER DELETE ON roster.users REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_users() ENABLED A
  CREATE TRIGGER feed_insert AFTER INSERT ON roster.users REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_users() ENABLED A
  CREATE TRIGGER feed_truncate BEFORE TRUNCATE ON roster.users FOR EACH STATEMENT EXECUTE FUNCTION roster.refuse_truncate() ENABLED A
  CREATE TRIGGER feed_update AFTER UPDATE ON roster.users REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION roster.feed_users() ENABLED A
  GRANT SELECT TO roster_search
  GRANT INSERT, SELECT, UPDATE TO roster_service
  GRANT SELECT, UPDATE TO roster_system
ROUTINE roster.event_id_floor(timestamp with time zone) TO nobody
ROUTINE roster.expect(bigint,bigint) TO roster_service, roster_system
ROUTINE roster.feed_organizations() TO nobody
ROUTINE roster.feed_users() TO nobody
ROUTINE roster.isolate(regclass) TO nobody
ROUTINE roster.make_event_partitions() TO roster_system SECURITY DEFINER search_path=pg_catalog, pg_temp
ROUTINE roster.note_token_change() TO nobody
ROUTINE roster.refuse_live_token_delete() TO nobody
ROUTINE roster.refuse_truncate() TO nobody
