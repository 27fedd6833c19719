/// A role that a user has now: given to them, or to groups that they are in.
package struct HeldRole: Hashable, Sendable {
  package let role: RoleID
  /// It was given to the user. Of a role held either way there are two.
  package let isOwn: Bool
  /// The first instant at which it is no longer held this way; nil: there is none.
  package let until: Timestamp?
  package let holding: Holding

  package init(role: RoleID, isOwn: Bool, until: Timestamp?, holding: Holding) {
    self.role = role
    self.isOwn = isOwn
    self.until = until
    self.holding = holding
  }
}

extension Sequence<HeldRole> {
  /// What the roles amount to together.
  package var holding: Holding {
    reduce(into: Holding()) { $0.formUnion($1.holding) }
  }

  /// What is held until that instant at least; nil: what has no end.
  package func lasting(until instant: Timestamp?) -> Holding {
    filter { held in
      guard let end = held.until else { return true }
      return instant.map { $0 <= end } ?? false
    }.holding
  }
}
