import Store

/// The activity log, its seals, and erasure.
extension StatementExample {
  /// Organization, ids, limit, outcome.
  private static let range = "uuid, uuid, uuid, int8, text"
  private static let everything = """
    {O}, '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 10, NULL
    """

  static let events: [StatementExample] = [
    .init(ListEvents.self, .reads, range, everything),
    .init(ListEventsUpwards.self, .reads, range, everything),
    .init(
      ListEventsOfTarget.self, .reads, "\(range), uuid, uuid, uuid, text[]",
      "\(everything), {U}, NULL, NULL, '{}'"),
    .init(
      ListEventsOfActor.self, .reads, "\(range), uuid, uuid, text[]",
      "\(everything), {U}, NULL, '{}'"),
    .init(ListEventsOfUser.self, .reads, "\(range), uuid, text[]", "\(everything), {U}, '{}'"),
    .init(
      ListEventsOfActions.self, .reads, "\(range), text[]",
      "\(everything), ARRAY['user.created']"),
    .init(FindSubjectKeys.self, .reads, "uuid, uuid[]", "{O}, ARRAY[{U}]"),
  ]

  static let erasures: [StatementExample] = [
    .init(EraseSubjectKey.self, .changes, "uuid, uuid", "{O}, {U}"),
    .init(EraseSubjectMessages.self, .changes, "uuid, uuid", "{O}, {U}"),
    .init(EraseSubjectAnswers.self, .changes, "uuid, uuid", "{O}, {U}"),
  ]

  static let seals: [StatementExample] = [
    .init(HoldSealMark.self, .none, "", ""),
    .init(ListUnsealedEvents.self, .none, "int8", "10"),
    .init(FindSealLag.self, .none, "", ""),
    .init(FindSealMark.self, .none, "", ""),
    .init(FindLastSeals.self, .none, "uuid[]", "ARRAY[{O}]"),
    .init(
      InsertSeals.self, .none,
      "int4, text, timestamptz, uuid[], int8[], int8[], bytea[], bytea[]",
      "1, '9:9:', now(), ARRAY[{O}], ARRAY[9999], ARRAY[1], ARRAY[sha256('b')], "
        + "ARRAY[sha256('a')]"),
    .init(AdvanceSealMark.self, .none, "int4, text", "1, '9:9:'"),
    .init(ListAuditedOrganizations.self, .none, "uuid, int8", "{O}, 10"),
    .init(ListEventSeals.self, .none, "uuid, int8, int8", "{O}, 0, 10"),
    .init(
      ListSealableEvents.self, .none, "uuid, uuid, int8",
      "{O}, '00000000-0000-0000-0000-000000000000', 10"),
    .init(FindSealDigests.self, .none, "uuid[], int8[]", "ARRAY[{O}], ARRAY[1]"),
  ]
}
