/// How TXT records are looked up.
package struct TextRecords: Sendable {
  /// What name servers say of a name.
  package enum Answer: Hashable, Sendable {
    /// Each record's text; none when the name has none, or is not.
    case texts([String])
    /// They don't answer, or can't.
    case unavailable
  }

  private let query: @Sendable (String) async -> Answer

  /// - Parameter query: takes a name without its last dot.
  package init(_ query: @escaping @Sendable (String) async -> Answer) {
    self.query = query
  }

  /// Nobody is there to ask.
  package static let unavailable = TextRecords { _ in .unavailable }

  func look(up name: String) async -> Answer {
    await query(name)
  }
}
