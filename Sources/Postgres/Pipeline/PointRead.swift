internal import CLibpq
internal import EventLoop

/// One point read, from its call to its rows. Confined to its loop.
final class PointRead: @unchecked Sendable {
  // Safety: confined to its loop; cancellation from elsewhere hops there first.
  let text: StatementText
  var parameters = Parameters()
  /// `nil` reads without an organization: every table under row-level security then refuses.
  let organization: (high: UInt64, low: UInt64)?
  let deadline: MonotonicInstant
  /// When it was asked for.
  let since: MonotonicInstant
  /// It has left the queue for a connection.
  var isSent = false
  /// The deadline is the caller's, not the ceiling of point reads.
  let isDeadlineBound: Bool
  /// How often it may be sent again after a neighbour failed or it had to be prepared anew.
  var retriesLeft = 1
  /// The same after a connection was lost: the next may be as dead, the one after that is new.
  var lossRetriesLeft = 2

  private(set) var error: DatabaseError?
  private(set) var isFinished = false
  private var result: OpaquePointer?
  private var continuation: UnsafeContinuation<Void, Never>?

  /// A read is answered or given up within this time, queueing included.
  static let ceiling = Duration.seconds(2)

  /// - Parameter now: of the turn.
  init(
    _ text: StatementText, organization: (high: UInt64, low: UInt64)?, deadline: MonotonicInstant?,
    now: MonotonicInstant
  ) {
    self.text = text
    self.organization = organization
    since = now
    let ceiling = now.advanced(by: Self.ceiling)
    self.deadline = min(deadline ?? ceiling, ceiling)
    isDeadlineBound = self.deadline != ceiling
  }

  deinit {
    if let result { PQclear(result) }
  }

  func begin(_ continuation: UnsafeContinuation<Void, Never>) {
    if isFinished {
      continuation.resume()
    } else {
      self.continuation = continuation
    }
  }

  /// Takes ownership of the result, also when nobody waits any more.
  func succeed(_ result: OpaquePointer) {
    guard !isFinished else { return PQclear(result) }
    self.result = result
    finish()
  }

  func fail(_ error: DatabaseError) {
    guard !isFinished else { return }
    self.error = error
    finish()
  }

  func expire() {
    fail(isDeadlineBound ? .timeout : .unavailable(reason: "no answer within 2 s"))
  }

  private func finish() {
    isFinished = true
    continuation?.resume()
    continuation = nil
  }

  func isOfSameOrganization(_ other: PointRead) -> Bool {
    switch (organization, other.organization) {
    case (nil, nil): true
    case (let left?, let right?): left == right
    default: false
    }
  }

  func rows<S: Statement>(_ statement: S.Type) throws(DatabaseError) -> [S.Row] {
    if let error { throw error }
    guard let result else { throw .unavailable(reason: "no answer") }
    return try decodeRows(result) { (row) throws(DatabaseError) in try S.decode(row) }
  }
}
