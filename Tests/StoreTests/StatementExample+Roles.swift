import Store

extension StatementExample {
  static let access: [StatementExample] = [
    .init(FindSubject.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(
      FindReachedUsers.self, .reads, "uuid, uuid[], uuid, uuid[], uuid[]",
      "{O}, ARRAY[{U}], {U}, ARRAY[{U}], ARRAY[{U}]"),
    .init(HasAdministrator.self, .none, "uuid", "{O}"),
    // Raises where there is no administrator, as among the examples' rows.
    .init(RequireAdministrator.self, .none, "uuid", "{O}"),
    .init(FindHeldRoles.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(HasOtherAdministrator.self, .reads, "uuid, uuid, uuid", "{O}, NULL, NULL"),
    .init(FindGroupID.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(FeedRole.self, .adds, "uuid, uuid", "{O}, {U}"),
    .init(FeedGrantHolder.self, .changes, "uuid, uuid", "{O}, {U}"),
  ]

  static let roles: [StatementExample] = [
    .init(FindRole.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(ListRoles.self, .reads, "uuid, text", "{O}, 'RO'"),
    .init(CountRoles.self, .reads, "uuid", "{O}"),
    .init(CountRoleHolders.self, .reads, "uuid", "{O}"),
    .init(FindRoleHolders.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(
      InsertRole.self, .adds,
      "uuid, uuid, text, text[], text, text, text, int4, int8, timestamptz, text[], text[]",
      "{O}, {N}, 'new', '{}', 'new', '', 'custom', 0, 1, now(), ARRAY['users.read'], "
        + "ARRAY['all']"),
    .init(
      UpdateRole.self, .changes,
      "uuid, uuid, int8, text, text, int4, timestamptz, text[], text[]",
      "{O}, {U}, 2, 'other', '', 1, now(), ARRAY['users.edit'], ARRAY['all']"),
    .init(DeleteRole.self, .changes, "uuid, uuid, int8, timestamptz", "{O}, {U}, 1, now()"),
    .init(
      EndGrantsOfRole.self, .changes, "uuid, uuid, timestamptz, text, uuid, text, uuid, bytea",
      "{O}, {U}, now(), 'user', {U}, 'grant.revoked', NULL, NULL"),
    .init(
      EndRequestsOfRole.self, .changes, "uuid, uuid, timestamptz, text, uuid",
      "{O}, {U}, now(), 'user', {U}"),
    .init(ListPermissions.self, .none, "", ""),
    .init(LockPermissions.self, .none, "", ""),
    .init(
      StorePermission.self, .none, "text, int2, text, text[]",
      "'agents.use', 255::int2, '', ARRAY['all']"),
    .init(RetirePermission.self, .none, "text, timestamptz", "'agents.edit', now()"),
  ]

  static let grants: [StatementExample] = [
    .init(
      InsertGrant.self, .adds,
      "uuid, uuid, uuid, uuid, uuid, text, timestamptz, timestamptz, text, text, uuid, "
        + "timestamptz",
      "{O}, {N}, {U}, {U}, NULL, 'manual', now(), NULL, '', 'user', {U}, now()"),
    .init(FindGrant.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(FindOpenGrantsOfUser.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(FindOpenGrantsOfGroup.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(
      RevokeGrant.self, .changes, "uuid, uuid, timestamptz, text, uuid",
      "{O}, {U}, now(), 'user', {U}"),
    .init(NoteGrantExpiry.self, .changes, "uuid, uuid", "{O}, {U}"),
    .init(
      ListGrants.self, .reads, "uuid, uuid, int8, bool, uuid, uuid[], uuid[]",
      "{O}, {Z}, 10, false, {U}, ARRAY[{U}], ARRAY[{U}]"),
    .init(
      ListOpenGrants.self, .reads, "uuid, uuid, int8, bool, uuid, uuid[], uuid[]",
      "{O}, {Z}, 10, false, {U}, ARRAY[{U}], ARRAY[{U}]"),
    .init(
      ListGrantsOfRole.self, .reads, "uuid, uuid, int8, uuid, bool, uuid, uuid[], uuid[]",
      "{O}, {Z}, 10, {U}, false, {U}, ARRAY[{U}], ARRAY[{U}]"),
    .init(
      ListOpenGrantsOfRole.self, .reads, "uuid, uuid, int8, uuid, bool, uuid, uuid[], uuid[]",
      "{O}, {Z}, 10, {U}, false, {U}, ARRAY[{U}], ARRAY[{U}]"),
    .init(ListGrantsOfUser.self, .reads, "uuid, uuid, int8, uuid", "{O}, {Z}, 10, {U}"),
    .init(ListOpenGrantsOfUser.self, .reads, "uuid, uuid, int8, uuid", "{O}, {Z}, 10, {U}"),
    .init(ListGrantsOfGroup.self, .reads, "uuid, uuid, int8, uuid", "{O}, {Z}, 10, {U}"),
    .init(ListOpenGrantsOfGroup.self, .reads, "uuid, uuid, int8, uuid", "{O}, {Z}, 10, {U}"),
    .init(ListDueGrants.self, .none, "int8", "10"),
  ]

  static let roleRequests: [StatementExample] = [
    .init(FindRoleRequest.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(FindPendingRoleRequest.self, .reads, "uuid, uuid, uuid", "{O}, {U}, {U}"),
    .init(
      InsertRoleRequest.self, .adds,
      "uuid, uuid, uuid, uuid, int8, text, text, timestamptz, timestamptz",
      "{O}, {N}, {U}, {U}, NULL, '', 'withdrawn', now(), now()"),
    .init(
      UpdateRoleRequest.self, .changes,
      "uuid, uuid, int8, text, timestamptz, text, uuid, text, uuid",
      "{O}, {U}, 2, 'denied', now(), 'user', {U}, '', NULL"),
    .init(
      ListRoleRequests.self, .reads, "uuid, uuid, int8, bool, uuid, uuid[], uuid[]",
      "{O}, {Z}, 10, false, {U}, ARRAY[{U}], ARRAY[{U}]"),
    .init(
      ListPendingRoleRequests.self, .reads, "uuid, uuid, int8, bool, uuid, uuid[], uuid[]",
      "{O}, {Z}, 10, false, {U}, ARRAY[{U}], ARRAY[{U}]"),
    .init(ListDueRoleRequests.self, .none, "int8", "10"),
  ]
}
