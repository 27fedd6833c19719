package import EventLoop
package import Postgres
import Store

/// Polls the table of service tokens as roster_system.
package struct DatabaseTokenSource: ServiceTokenSource {
  private let database: Database

  /// - Parameter database: of the loop that polls. One connection suffices; a pool that serves
  ///   requests too would let a poll wait behind them.
  package init(_ database: Database) {
    self.database = database
  }

  package func poll(
    after cursor: ServiceTokenCursor?, until deadline: MonotonicInstant
  ) async throws(DatabaseError) -> ServiceTokenPoll {
    let rows = try await database.read(
      PollServiceTokens(since: cursor?.snapshot), as: .system, deadline: deadline)
    guard let first = rows.first else {
      throw .undecodable(column: 1, reason: "the cluster has no epoch")
    }
    var changes: [ServiceTokenPoll.Change] = []
    changes.reserveCapacity(rows.count)
    var faults: [DatabaseError] = []
    for row in rows {
      guard let change = row.change else { continue }
      if let fault = change.fault { faults.append(fault) }
      guard let hash = TokenHash(change.hash) else {
        // No secret has such a hash: there is nobody to refuse.
        faults.append(.undecodable(column: 4, reason: "no hash of 32 bytes"))
        continue
      }
      changes.append(ServiceTokenPoll.Change(hash: hash, token: change.token))
    }
    let history = ServiceTokenCursor.History(epoch: first.epoch, timeline: first.timeline)
    return ServiceTokenPoll(
      cursor: ServiceTokenCursor(history: history, snapshot: first.snapshot),
      databaseTime: first.databaseTime, changes: changes, faults: faults)
  }
}
