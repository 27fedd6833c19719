import Testing

/// That there is one way to rows, and that it begins at the gate.
@Suite struct `Authorization` {
  private let repository = Repository.shared

  @Test func `alone makes the scope of an organization`() {
    let places = paths(in: "Sources/Service/") { $0.contains(".organization(high:") }
    #expect(
      places == [
        "Sources/Service/Gate/Authorization.swift", "Sources/Service/Gate/Gate+ActingUser.swift",
        "Sources/Service/Gate/Gate+Refusals.swift",
      ] + Self.sweeps)
  }

  /// Chores of the process itself: nobody calls them.
  private static let sweeps = ["MembershipSweep", "RoleSweep", "UserSweep"]
    .map { "Sources/Service/Upkeep/\($0).swift" }

  @Test func `is made by the gate, and made anew inside of a mutation`() {
    let makers = paths(in: "Sources/Service/") {
      $0.contains("authorization = ") && !$0.contains("let ")
    }
    #expect(
      makers == [
        "Sources/Service/Gate/Caller.swift", "Sources/Service/Gate/Gate.swift",
        "Sources/Service/Mutations/ServiceGround+Mutate.swift",
      ])
  }

  @Test func `stands before every statement: services reach the database in few places`() {
    let places = paths(in: "Sources/Service/") {
      $0.contains(/database\.(read|list|begin)\(/)
    }
    #expect(
      places == [
        "Sources/Service/Gate/Caller.swift", "Sources/Service/Gate/Gate+Authentication.swift",
        "Sources/Service/Gate/Gate+Refusals.swift",
        "Sources/Service/Mutations/ServiceGround+Mutate.swift", "Sources/Service/Paging/Page.swift",
      ] + Self.sweeps)
  }

  private func paths(in folder: String, where matches: (Substring) -> Bool) -> [String] {
    repository.swift(in: folder)
      .filter { file in file.codeLines.contains { matches(Substring($0.text)) } }
      .map(\.path).sorted()
  }
}
