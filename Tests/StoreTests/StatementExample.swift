import Postgres
import Store

/// A statement with arguments as SQL literals; `{O}`, `{U}`, … stand for one owner's values.
struct StatementExample: Sendable {
  enum Wall: Sendable {
    /// Answers rows of the organization's.
    case reads
    /// Changes a row, and raises when it finds none.
    case changes
    /// Adds rows of the organization's.
    case adds
    /// Stands outside of any organization.
    case none
  }

  let name: String
  let sql: String
  let wall: Wall
  let types: String
  let arguments: String

  init<S: Statement>(_ statement: S.Type, _ wall: Wall, _ types: String, _ arguments: String) {
    name = "\(statement)"
    sql = "\(S.sql)"
    self.wall = wall
    self.types = types
    self.arguments = arguments
  }

  var role: String { StatementExample.system.contains(name) ? "roster_system" : "roster_service" }

  func prepare(_ text: String? = nil) -> String {
    "PREPARE statement \(types.isEmpty ? "" : "(\(types))") AS \(text ?? sql);"
  }

  func execute(_ owner: ExampleOwner) -> String {
    "EXECUTE statement \(arguments.isEmpty ? "" : "(\(owner.fill(arguments)))");"
  }

  /// The text without its own wall, so that only row-level security stands.
  var withoutPredicate: String {
    sql.replacing(/(?:\w+\.)?organization_id = \$1/, with: "$1::uuid IS NOT NULL")
  }

  private static let system: Set<String> = [
    "AdvanceSealMark", "DeleteExpiredAnswers", "FindExpiredOrganization", "FindLastSeals",
    "FindOrganizationBySlug", "FindSealDigests", "FindSealLag", "FindSealMark",
    "FindServiceTokenByHash", "FindServiceTokenForUpdate", "HoldSealMark", "InsertSeals",
    "InsertServiceToken", "ListAuditedOrganizations", "ListDueGrants", "ListDueRoleRequests",
    "ListEndedDeactivations", "ListEndedLocks", "ListEventSeals", "ListLiveServiceTokens",
    "ListOrganizations", "ListOrganizationsOfToken", "ListPurgeableUsers", "ListSealableEvents",
    "ListServiceTokens", "ListUnsealedEvents", "LockPermissions", "MakeEventPartitions",
    "PollServiceTokens", "RetirePermission", "RevokeServiceToken", "StorePermission",
  ]

  /// Every statement of Store.
  static let all: [StatementExample] =
    users + organizations + groups + records + start + tokens + access + roles + grants
    + roleRequests + events + erasures + seals + companies + lifecycle + organizationChanges
    + exports

  private static let key = "uuid, text, uuid, uuid"
  private static let keyOf = "{O}, 'user', {U}, {R}"

  private static let users: [StatementExample] = [
    .init(FindUser.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(HoldUser.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(FindUserByEmail.self, .reads, "uuid, text", "{O}, {E}"),
    .init(FindUserByExternalID.self, .reads, "uuid, text", "{O}, {X}"),
    .init(FindUsers.self, .reads, "uuid, uuid[]", "{O}, ARRAY[{U}]"),
    .init(FindUserStates.self, .reads, "uuid, uuid[]", "{O}, ARRAY[{U}]"),
    .init(FindUserAccess.self, .reads, "uuid, uuid[]", "{O}, ARRAY[{U}]"),
    .init(FindUserSecurity.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(FindRecentEvents.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(
      InsertUser.self, .adds,
      "uuid, uuid, text, text, text, text, text, text, text, text, text, jsonb, int8, "
        + "timestamptz, uuid, text, timestamptz, uuid",
      "{O}, {N}, 'human', 'manual', 'active', '', '', '', NULL, '', '', '{}', 1, now(), {N}, "
        + "'new@x.example', NULL, NULL"),
    .init(
      UpdateUserProfile.self, .changes,
      "uuid, uuid, int8, text, text, text, text, text, text, jsonb, uuid, text, timestamptz",
      "{O}, {U}, 2, '', '', '', NULL, '', '', '{}', NULL, NULL, now()"),
    .init(
      UpdatePrimaryEmail.self, .changes, "uuid, uuid, text, timestamptz",
      "{O}, {U}, 'other@x.example', NULL"),
    .init(
      UpdateUserLock.self, .changes,
      "uuid, uuid, int8, timestamptz, text, timestamptz, timestamptz",
      "{O}, {U}, 2, now(), '', now(), NULL"),
    .init(
      InsertPassword.self, .adds, "uuid, uuid, text, bool, timestamptz",
      "{O}, {U}, 'hash', true, now()"),
  ]

  private static let groups: [StatementExample] = [
    .init(FindGroup.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(FindGroups.self, .reads, "uuid, uuid[]", "{O}, ARRAY[{U}]"),
    .init(FindGroupsOfUser.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(HoldGroups.self, .reads, "uuid, uuid[]", "{O}, ARRAY[{U}]"),
    .init(HoldGroupsOfUser.self, .reads, "uuid, uuid, uuid[]", "{O}, {U}, ARRAY[{T}]"),
    .init(HoldGroupToDelete.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(
      InsertGroup.self, .adds, "uuid, uuid, text, text, uuid, text, int8, timestamptz",
      "{O}, {N}, 'new', '', NULL, NULL, 1, now()"),
    .init(
      UpdateGroup.self, .changes, "uuid, uuid, int8, text, text, timestamptz",
      "{O}, {U}, 2, 'other', '', now()"),
    .init(DeleteGroup.self, .changes, "uuid, uuid", "{O}, {T}"),
    .init(DeleteMembersOfGroup.self, .changes, "uuid, uuid", "{O}, {U}"),
    .init(DeleteGrantsOfGroup.self, .changes, "uuid, uuid", "{O}, {U}"),
    .init(FindMemberships.self, .reads, "uuid, uuid, uuid[]", "{O}, {U}, ARRAY[{U}]"),
    .init(FindMembershipsOfUser.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(CountGroupsOfUsers.self, .reads, "uuid, uuid[], int8", "{O}, ARRAY[{U}], 1"),
    .init(
      InsertMembers.self, .adds,
      "uuid, uuid[], uuid[], timestamptz[], timestamptz[], timestamptz[], text, uuid",
      "{O}, ARRAY[{T}], ARRAY[{U}], ARRAY[now()], ARRAY[NULL::timestamptz], "
        + "ARRAY[NULL::timestamptz], 'user', {U}"),
    .init(
      DeleteMembers.self, .changes, "uuid, uuid[], uuid[], text[], uuid[]",
      "{O}, ARRAY[{U}], ARRAY[{U}], ARRAY['manual'], ARRAY[{U}]"),
    .init(
      ListGroupsOfUser.self, .reads, "uuid, uuid, bool, uuid[], text, uuid, int8",
      "{O}, {U}, true, '{}', '', '00000000-0000-0000-0000-000000000000', 10"),
    .init(FindExpiredOrganization.self, .none, "", ""),
    .init(FindExpiredMemberships.self, .reads, "uuid", "{O}"),
    .init(
      HoldExpiredMemberships.self, .reads, "uuid, uuid[], uuid[], text[], uuid[]",
      "{O}, ARRAY[{U}], ARRAY[{U}], ARRAY['import'], ARRAY[{U}]"),
    .init(FindGroupRights.self, .reads, "uuid, uuid[]", "{O}, ARRAY[{U}]"),
    .init(FindSubjects.self, .reads, "uuid, uuid[]", "{O}, ARRAY[{U}]"),
    .init(FindGroupLosses.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(FindAdministratorsBeside.self, .reads, "uuid, uuid", "{O}, {U}"),
  ]

  private static let organizations: [StatementExample] = [
    .init(FindOrganization.self, .reads, "uuid", "{O}"),
    .init(FindOrganizationForUpdate.self, .reads, "uuid", "{O}"),
    .init(
      InsertOrganization.self, .adds, "uuid, text, text, jsonb, text, int8, timestamptz",
      "{N}, 'new', '', '{}', 'active', 1, now()"),
    .init(
      UpdateOrganizationSettings.self, .changes, "uuid, int8, jsonb, timestamptz",
      "{O}, 2, '{}', now()"),
    .init(FindOrganizationBySlug.self, .none, "text", "{S}"),
    .init(ListOrganizations.self, .none, "uuid, int8", "{O}, 10"),
    .init(ListOrganizationsOfToken.self, .none, "uuid[], uuid, int8", "ARRAY[{O}], {O}, 10"),
  ]

  private static let records: [StatementExample] = [
    .init(ClaimRequest.self, .adds, "\(key), text, bytea", "\(keyOf), 'm', sha256('new')"),
    .init(StoreAnswer.self, .changes, "\(key), bytea, uuid", "\(keyOf), 'sealed', {U}"),
    .init(FindAnswer.self, .reads, key, keyOf),
    .init(DeleteExpiredAnswers.self, .none, "", ""),
    .init(
      InsertEvent.self, .adds,
      "uuid, uuid, timestamptz, text, uuid, text, text, uuid, text, text, uuid, bytea, bytea, "
        + "bytea",
      "{O}, {V}, now(), 'user', {U}, 'user.locked', 'user', {U}, 'succeeded', NULL, NULL, NULL, "
        + "NULL, NULL"),
    .init(
      InsertEvents.self, .adds,
      "uuid, timestamptz, text, uuid, uuid, bytea, uuid[], text[], text[], uuid[], bytea[], "
        + "bytea[]",
      "{O}, now(), 'user', {U}, NULL, NULL, ARRAY[{V}], ARRAY['user.locked'], ARRAY['user'], "
        + "ARRAY[{U}], ARRAY[NULL::bytea], ARRAY[NULL::bytea]"),
    .init(FindSubjectKey.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(InsertSubjectKey.self, .adds, "uuid, uuid, bytea, timestamptz", "{O}, {N}, '', now()"),
    .init(FeedUser.self, .adds, "uuid, uuid", "{O}, {U}"),
    .init(FeedUsers.self, .adds, "uuid, uuid[]", "{O}, ARRAY[{U}]"),
    .init(FeedGroup.self, .adds, "uuid, uuid", "{O}, {U}"),
    .init(
      InsertOutboxMessage.self, .adds, "uuid, uuid, text, text, uuid, bytea, timestamptz",
      "{O}, {N}, 'email', 'user_locked', {U}, '', now()"),
    .init(MakeEventPartitions.self, .none, "", ""),
  ]

  private static let start: [StatementExample] = [
    .init(NormalizeTexts.self, .none, "text[]", "ARRAY['a']"),
    .init(FindSchemaVersion.self, .none, "", ""),
    .init(FindEpoch.self, .none, "", ""),
    .init(FindKeyFingerprint.self, .none, "int8", "1"),
    .init(FindRoleFacts.self, .none, "", ""),
  ]

  private static let tokens: [StatementExample] = [
    .init(FindServiceTokenForUpdate.self, .none, "uuid", "{T}"),
    .init(FindServiceTokenByHash.self, .none, "bytea", "sha256('a')"),
    .init(ListServiceTokens.self, .none, "uuid, int8", "{O}, 10"),
    .init(ListLiveServiceTokens.self, .none, "uuid, int8", "{O}, 10"),
    .init(
      InsertServiceToken.self, .none,
      "uuid, bytea, text, text[], bool, uuid[], bool, timestamptz, timestamptz",
      "{N}, sha256('new'), '', ARRAY['*'], true, '{}', false, now(), NULL"),
    .init(RevokeServiceToken.self, .none, "uuid, timestamptz", "{T}, now()"),
    .init(PollServiceTokens.self, .none, "text", "'1:1:'"),
  ]
}

/// One of two organizations whose rows ``examples`` inserts.
struct ExampleOwner: Sendable {
  let letter: String

  static let a = ExampleOwner(letter: "a")
  static let b = ExampleOwner(letter: "b")

  /// O organization, U user, D a soft-deleted user, P one due to be purged, I one whose lock and
  /// deactivation have ended by themselves, R request, T token, N a new id, Z the nil id; E
  /// address, X external id, S slug; V an event id of this month.
  func fill(_ text: String) -> String {
    var text = text
    let marks = [
      ("O", "0"), ("U", "1"), ("R", "2"), ("T", "3"), ("N", "4"), ("D", "5"), ("P", "6"),
      ("I", "7"),
    ]
    for (mark, digit) in marks {
      text = text.replacing("{\(mark)}", with: "\(id(digit))::uuid")
    }
    return text.replacing("{Z}", with: "'00000000-0000-0000-0000-000000000000'::uuid")
      .replacing("{E}", with: "'\(letter)@x.example'")
      .replacing("{X}", with: "'x-\(letter)'").replacing("{S}", with: "'slug-\(letter)'")
      .replacing("{V}", with: ExampleOwner.eventID)
  }

  var context: String { "SET roster.organization = \(id("0"));" }

  /// The organization's id as a row shows it.
  var organization: String { id("0").replacing("'", with: "") }

  private func id(_ digit: String) -> String {
    "'01900000-0000-7000-8000-\(letter)0000000000\(digit)'"
  }

  /// This month's milliseconds, then random digits.
  private static let eventID =
    "(lpad(to_hex((extract(epoch FROM now()) * 1000)::int8), 12, '0') "
    + "|| substr(md5(random()::text), 1, 20))::uuid"

  /// Rows of both organizations, inserted by a superuser.
  static let examples: String = [a, b].map { owner in
    owner.fill(
      """
      INSERT INTO roster.organizations
        (organization_id, slug, name, state, created_at, updated_at)
      VALUES ({O}, {S}, '', 'active', now(), now());
      INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
        family_name, display_name, avatar_url, locale, external_id, attributes, created_at,
        updated_at)
      VALUES ({O}, {U}, 'human', 'manual', 'active', '', '', '', '', '', {X}, '{}', now(), now());
      INSERT INTO roster.emails
        (organization_id, email_id, user_id, address, is_primary, created_at)
      VALUES ({O}, {U}, {U}, {E}, true, now());
      INSERT INTO roster.user_activity (organization_id, user_id) VALUES ({O}, {U});
      INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
        family_name, display_name, avatar_url, locale, attributes, created_at, updated_at,
        deleted_at, deleted_from, purge_at)
      SELECT {O}, id, 'human', 'manual', 'deleted', '', '', '', '', '', '{}', now(), now(), now(),
             'active', purge
        FROM (VALUES ({D}, now() + interval '1 day'), ({P}, now())) AS d (id, purge);
      INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
        family_name, display_name, avatar_url, locale, attributes, created_at, updated_at,
        locked_at, lock_reason, locked_until, deactivated_at, deactivated_until)
      VALUES ({O}, {I}, 'human', 'manual', 'inactive', '', '', '', '', '', '{}', now(), now(),
        now(), '', now(), now(), now());
      INSERT INTO roster.emails
        (organization_id, email_id, user_id, address, is_primary, created_at, deleted_at)
      VALUES ({O}, {D}, {D}, 'gone@x.example', true, now(), now());
      INSERT INTO roster.companies (organization_id, company_id, name, created_at, updated_at)
      VALUES ({O}, {U}, 'company', now(), now());
      INSERT INTO roster.organization_domains
        (organization_id, domain, challenge, created_at, updated_at)
      VALUES ({O}, 'x.example', '', now(), now());
      INSERT INTO roster.groups (organization_id, group_id, name, description, managed_by,
        created_at, updated_at)
      VALUES ({O}, {U}, 'group', '', 'local', now(), now()),
             ({O}, {T}, 'empty', '', 'local', now(), now());
      INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
        joined_at, added_by_kind, added_by)
      VALUES ({O}, {U}, {U}, 'manual', {U}, now(), 'user', {U});
      INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
        joined_at, added_by_kind, added_by, suspended_at)
      VALUES ({O}, {U}, {U}, 'directory', {U}, now(), 'user', {U}, now());
      INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
        joined_at, added_by_kind, added_by, expires_at)
      VALUES ({O}, {U}, {U}, 'import', {U}, now(), 'user', {U}, now());
      INSERT INTO roster.roles (organization_id, role_id, key, aliases, name, description, kind,
        rank, created_at, updated_at)
      VALUES ({O}, {U}, 'role', '{}', 'role', '', 'custom', 0, now(), now()),
             ({O}, {T}, 'of group', '{}', 'of group', '', 'custom', 0, now(), now());
      INSERT INTO roster.role_permissions VALUES ({O}, {U}, 'users.read', 'all');
      INSERT INTO roster.role_grants (organization_id, grant_id, role_id, user_id, source,
        valid_from, justification, granted_by_kind, granted_by, created_at)
      VALUES ({O}, {U}, {U}, {U}, 'manual', now(), '', 'user', {U}, now());
      INSERT INTO roster.role_grants (organization_id, grant_id, role_id, group_id, source,
        valid_from, justification, granted_by_kind, granted_by, created_at)
      VALUES ({O}, {T}, {T}, {U}, 'manual', now(), '', 'user', {U}, now()),
             ({O}, {R}, {U}, {U}, 'manual', now(), '', 'user', {U}, now());
      INSERT INTO roster.role_requests (organization_id, role_request_id, role_id, user_id,
        justification, state, created_at, expires_at)
      VALUES ({O}, {U}, {U}, {U}, '', 'pending', now(), now() + interval '1 day');
      INSERT INTO roster.subject_keys VALUES ({O}, {U}, 'key', now());
      INSERT INTO roster.idempotency_keys (organization_id, principal_kind, principal_id,
        request_id, method, request_digest, answer, expires_at)
      VALUES ({O}, 'user', {U}, {R}, 'm', sha256('a'), 'sealed', now() + interval '1 day');
      INSERT INTO roster.events (organization_id, event_id, epoch, at, actor_kind, actor_id,
        action, target_kind, target_id, outcome)
      VALUES ({O}, {V}, 1, now(), 'user', {U}, 'user.created', 'user', {U}, 'succeeded');
      INSERT INTO roster.event_seals
      VALUES ({O}, 1, 1, pg_current_snapshot(), 1, sha256('a'), sha256('b'), now());
      INSERT INTO roster.outbox
        (organization_id, outbox_id, kind, template, subject_id, payload, created_at, next_at)
      VALUES ({O}, {U}, 'email', 'user_created', {U}, '', now(), now());
      INSERT INTO roster.service_tokens
        (token_id, hash, name, methods, act_for_users, created_at)
      VALUES ({T}, sha256({S}), '', ARRAY['*'], false, now());
      """)
  }.joined(separator: "\n")
}
