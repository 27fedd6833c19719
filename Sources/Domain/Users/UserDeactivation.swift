/// Why and until when a user is inactive.
package struct UserDeactivation: Hashable, Sendable {
  package let at: Timestamp
  package let reason: Reason
  /// When it ends by itself; nil: never.
  package let until: Timestamp?

  package init(at: Timestamp, reason: Reason, until: Timestamp?) {
    self.at = at
    self.reason = reason
    self.until = until
  }
}

extension User {
  /// Ends the user's access and keeps the data. The first deactivation stands: its instant and
  /// reason are kept, and the later of the two ends.
  /// - Parameter until: when it ends by itself; nil: never.
  /// - Returns: whether anything changed.
  package mutating func deactivate(
    at instant: Timestamp, reason: Reason, until: Timestamp?
  ) throws(Refusal) -> Bool {
    switch state {
    case .deleted: throw .deleted
    case .invited: throw .invited
    case .active:
      deactivation = UserDeactivation(at: instant, reason: reason, until: until)
    case .inactive:
      guard let present = deactivation, endsLater(until, than: present.until) else { return false }
      deactivation = UserDeactivation(at: present.at, reason: present.reason, until: until)
    }
    state = .inactive
    touch(at: instant)
    return true
  }

  /// Gives the access back; a lock stays.
  /// - Returns: whether the user was inactive, or that had ended by itself and nobody recorded it.
  package mutating func reactivate(at instant: Timestamp) throws(Refusal) -> Bool {
    guard state != .deleted else { throw .deleted }
    guard state != .invited else { throw .invited }
    guard state == .inactive || deactivation != nil else { return false }
    state = .active
    deactivation = nil
    touch(at: instant)
    return true
  }
}
