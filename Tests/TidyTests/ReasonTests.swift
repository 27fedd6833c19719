import Testing

@Suite struct `A published reason of errors` {
  private let repository = Repository.shared

  /// Each with its name in Swift.
  private var reasons: [(name: String, text: String)] {
    repository.text("Sources/API/Generated/roster_v1_errors.roster.swift")
      .matches(of: /case \.(\w+): "([A-Z0-9_]+)"/)
      .map { (name: String($0.1), text: String($0.2)) }
      .filter { $0.text != "ERROR_REASON_UNSPECIFIED" }
  }

  @Test func `is given by what translates failures`() {
    let folders = ["Sources/API/Messages/", "Sources/RPC/Status/", "Sources/Service/Failures/"]
    var given: Set<Substring> = []
    for (_, line) in folders.flatMap({ repository.swift(in: $0) }).flatMap(\.uncommentedLines) {
      // `case .overloaded:` asks for a failure of that name, and gives no reason.
      given.formUnion(line.replacing("case .", with: "").matches(of: /\.(\w+)/).map(\.1))
      given.formUnion(line.matches(of: /"([A-Z_]+)"/).map(\.1))
    }
    #expect(reasons.count > 60)
    for (name, text) in reasons {
      let isGiven = given.contains(Substring(name)) || given.contains(Substring(text))
      #expect(isGiven, "nothing gives \(text)")
    }
  }

  /// That the test would fail without it, only its reader can tell.
  @Test func `is named by a test`() {
    var named: Set<Substring> = []
    for (_, line) in repository.swift(in: "Tests/").flatMap(\.uncommentedLines)
    where line.utf8.contains(UInt8(ascii: "\"")) {
      named.formUnion(line.matches(of: /"([A-Z0-9_]+)"/).map(\.1))
    }
    for (_, text) in reasons {
      let isNamed = named.contains(Substring(text))
      #expect(isNamed, "no test names \(text)")
    }
  }
}
