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
  ]

  static let roles: [StatementExample] = [
    .init(ListPermissions.self, .none, "", ""),
    .init(FindRole.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(
      InsertRole.self, .adds,
      "uuid, uuid, text, text[], text, text, text, int4, int8, timestamptz, text[], text[]",
      "{O}, {N}, 'new', '{}', 'new', '', 'custom', 0, 1, now(), ARRAY['users.read'], ARRAY['all']"),
    .init(
      InsertGrant.self, .adds,
      "uuid, uuid, uuid, uuid, uuid, text, timestamptz, timestamptz, text, text, uuid, timestamptz",
      "{O}, {N}, {U}, {U}, NULL, 'manual', now(), NULL, '', 'user', {U}, now()"),
  ]
}
