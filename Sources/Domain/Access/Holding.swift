/// What some roles amount to together.
package struct Holding: Hashable, Sendable {
  package private(set) var rights: Rights
  /// The highest of the roles; 0 without any.
  package private(set) var rank: Int

  package init(rights: Rights = Rights(), rank: Int = 0) {
    self.rights = rights
    self.rank = rank
  }

  package mutating func formUnion(_ other: Holding) {
    rights.formUnion(other.rights)
    rank = max(rank, other.rank)
  }
}
