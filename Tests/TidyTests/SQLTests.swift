import Testing

@Suite struct `SQL` {
  private let repository = Repository.shared

  /// The statements that may run as `roster_system`: a new one is a decision, made here.
  private static let systemStatements = [
    "AdvanceSealMark", "DeleteExpiredAnswers", "FindExpiredOrganization", "FindLastSeals",
    "FindOrganizationBySlug", "FindSealDigests", "FindSealLag", "FindSealMark",
    "FindServiceTokenByHash", "FindServiceTokenForUpdate", "HoldSealMark", "InsertSeals",
    "InsertServiceToken", "ListAuditedOrganizations", "ListDueGrants", "ListDueRoleRequests",
    "ListEndedDeactivations", "ListEndedLocks", "ListEventSeals", "ListLiveServiceTokens",
    "ListOrganizations", "ListOrganizationsOfToken", "ListPurgeableUsers", "ListSealableEvents",
    "ListServiceTokens", "ListUnsealedEvents", "LockPermissions", "MakeEventPartitions",
    "PollServiceTokens", "RetirePermission", "RevokeServiceToken", "StorePermission",
  ]

  @Test func `stands one statement to a file, named for it`() {
    var broken: [Violation] = []
    for file in repository.swift(in: "Sources/Store/") {
      let statements = file.declaredStatements
      if statements.count > 1 {
        broken.append(Violation(file, statements[1].line, "a second statement"))
      }
      if let only = statements.first, only.name != file.name {
        broken.append(Violation(file, only.line, "\(only.name) is not the file's name"))
      }
    }
    #expect(broken == [])
  }

  @Test func `outside the organization is a pinned list`() {
    let found = repository.swift(in: "Sources/Store/System/").map { String($0.name) }.sorted()
    #expect(found == Self.systemStatements.sorted())
  }

  @Test func `commits in one place`() {
    var places: [String] = []
    for file in repository.swift(in: "Sources/") {
      for (number, line) in file.uncommentedLines where line.contains("COMMIT") {
        let isCode = file.codeLines[number - 1].text.contains("COMMIT")
        if !isCode { places.append(file.path) }
      }
    }
    for file in repository.files
    where file.path.hasPrefix("Sources/") && file.path.hasSuffix(".sql") {
      #expect(!file.lines.contains { $0.contains(/(?i)^\s*(COMMIT|ROLLBACK)\b/) }, "\(file.path)")
    }
    #expect(places == ["Sources/Postgres/Transaction.swift"])
  }

  @Test func `names its columns`() {
    var broken: [Violation] = []
    for file in repository.swift(in: "Sources/Store/") {
      for (number, line) in file.uncommentedLines where line.contains(/(?i)\bSELECT\s+\*/) {
        broken.append(Violation(file, number, "SELECT *"))
      }
    }
    #expect(broken == [])
  }
}
