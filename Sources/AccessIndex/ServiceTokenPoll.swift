package import Domain
package import EventLoop
package import Postgres

/// Where a poll stands: everything visible in `snapshot` was applied.
package struct ServiceTokenCursor: Hashable, Sendable {
  /// Within one line of history xids can be compared; a restore or a promotion begins another.
  package struct History: Hashable, Sendable {
    /// Raised by whoever restores.
    package let epoch: Int32
    /// Eight hexadecimal digits; raised by a promotion.
    package let timeline: String

    package init(epoch: Int32, timeline: String) {
      self.epoch = epoch
      self.timeline = timeline
    }
  }

  package let history: History
  /// Text of a pg_snapshot.
  package let snapshot: String

  package init(history: History, snapshot: String) {
    self.history = history
    self.snapshot = snapshot
  }
}

/// What one poll found: states to set, free of order.
package struct ServiceTokenPoll: Sendable {
  /// The state of one token, revoked and expired ones included.
  package struct Change: Sendable {
    package let hash: TokenHash
    /// Nil when its row can't be read: nobody gets in by it.
    package let token: ServiceToken?

    package init(hash: TokenHash, token: ServiceToken?) {
      self.hash = hash
      self.token = token
    }
  }

  /// The snapshot in which `changes` were read.
  package let cursor: ServiceTokenCursor
  /// The database's clock while the statement ran.
  package let databaseTime: Timestamp
  /// Tokens written since the cursor that was asked for; every token when there was none.
  package let changes: [Change]
  /// Rows that can't be read, each told once: in the poll that found it changed.
  package let faults: [DatabaseError]

  package init(
    cursor: ServiceTokenCursor, databaseTime: Timestamp, changes: [Change],
    faults: [DatabaseError] = []
  ) {
    self.cursor = cursor
    self.databaseTime = databaseTime
    self.changes = changes
    self.faults = faults
  }
}

/// Asks the primary what changed.
package protocol ServiceTokenSource: Sendable {
  /// - Parameter cursor: nil asks for every token.
  /// - Throws: whatever kept the answer away; the deadline of the index lapses by itself.
  func poll(
    after cursor: ServiceTokenCursor?, until deadline: MonotonicInstant
  ) async throws(DatabaseError) -> ServiceTokenPoll
}
