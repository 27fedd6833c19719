import Store

/// Statements about companies, and about users who come and go.
extension StatementExample {
  static let companies: [StatementExample] = [
    .init(FindCompany.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(FindCompanyForUpdate.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(FindCompanyFacts.self, .reads, "uuid", "{O}"),
    .init(ListCompanies.self, .reads, "uuid, text, int8", "{O}, '', 10"),
    .init(
      InsertCompany.self, .adds, "uuid, uuid, text, int8, timestamptz",
      "{O}, {N}, 'new', 1, now()"),
    .init(
      UpdateCompany.self, .changes, "uuid, uuid, int8, text, timestamptz",
      "{O}, {U}, 2, 'other', now()"),
    .init(ReleaseDeletedUsers.self, .changes, "uuid, uuid", "{O}, {U}"),
    .init(DeleteCompany.self, .changes, "uuid, uuid", "{O}, {U}"),
    .init(
      MoveUsersToCompany.self, .changes, "uuid, uuid[], uuid, timestamptz",
      "{O}, ARRAY[{U}], NULL, now()"),
  ]

  static let organizationChanges: [StatementExample] = [
    .init(
      UpdateOrganization.self, .changes, "uuid, int8, text, text, timestamptz",
      "{O}, 2, 'other', 'suspended', now()"),
    .init(FeedOrganization.self, .adds, "uuid", "{O}"),
    .init(FindDomain.self, .reads, "uuid, text", "{O}, 'x.example'"),
    .init(ListDomains.self, .reads, "uuid", "{O}"),
    .init(
      InsertDomain.self, .adds, "uuid, text, text, int8, timestamptz",
      "{O}, 'new.example', '', 1, now()"),
    .init(
      UpdateDomain.self, .changes, "uuid, text, int8, timestamptz, timestamptz",
      "{O}, 'x.example', 2, now(), now()"),
    .init(DeleteDomain.self, .changes, "uuid, text", "{O}, 'x.example'"),
  ]

  private static let due = "uuid, timestamptz, text[], int4, int8"
  private static let dueOf = "{O}, now() + interval '1 day', ARRAY['active'], 0, 10"

  static let lifecycle: [StatementExample] = [
    .init(HoldUsers.self, .reads, "uuid, uuid[]", "{O}, ARRAY[{U}]"),
    .init(FindDeletedUser.self, .reads, "uuid, uuid", "{O}, {D}"),
    .init(HoldPurgeableUser.self, .reads, "uuid, uuid", "{O}, {P}"),
    .init(HoldInactiveUsers.self, .reads, due, dueOf),
    .init(FindInactiveUsers.self, .reads, due, dueOf),
    .init(FindSuspendedGroups.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(
      UpdateUserState.self, .changes,
      "uuid, uuid, int8, text, timestamptz, text, timestamptz, timestamptz, text, timestamptz, "
        + "uuid, text, timestamptz",
      "{O}, {U}, 2, 'inactive', now(), '', NULL, NULL, NULL, NULL, NULL, NULL, now()"),
    .init(EndLock.self, .changes, "uuid, uuid", "{O}, {I}"),
    .init(EndDeactivation.self, .changes, "uuid, uuid", "{O}, {I}"),
    .init(SuspendMemberships.self, .changes, "uuid, uuid, timestamptz", "{O}, {U}, now()"),
    .init(RestoreMemberships.self, .changes, "uuid, uuid, uuid[]", "{O}, {U}, ARRAY[{U}]"),
    .init(DeleteSuspendedMemberships.self, .changes, "uuid, uuid", "{O}, {U}"),
    .init(DeleteEmails.self, .changes, "uuid, uuid, timestamptz", "{O}, {U}, now()"),
    .init(RestoreEmails.self, .changes, "uuid, uuid, timestamptz", "{O}, {U}, now()"),
    .init(DeleteUserRows.self, .changes, "uuid, uuid", "{O}, {U}"),
    .init(ListEndedLocks.self, .none, "int8", "10"),
    .init(ListEndedDeactivations.self, .none, "int8", "10"),
    .init(ListPurgeableUsers.self, .none, "int8", "10"),
  ]

  static let exports: [StatementExample] = [
    .init(ExportUserRows.self, .reads, "uuid, uuid", "{O}, {U}"),
    .init(ExportGrants.self, .reads, "uuid, uuid, uuid, int8", "{O}, {U}, {O}, 10"),
    .init(ExportRoleRequests.self, .reads, "uuid, uuid, uuid, int8", "{O}, {U}, {O}, 10"),
    .init(ExportEvents.self, .reads, "uuid, uuid, uuid, int8", "{O}, {U}, {O}, 10"),
  ]
}
