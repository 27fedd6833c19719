package import Domain
package import Postgres
import Store

/// Proves that no event was edited, deleted, added or moved since it was sealed.
package struct ChainVerifier: Sendable {
  package struct Report: Sendable {
    package let organization: OrganizationID
    package var sealCount = 0
    package var eventCount = 0
    /// Written since the last seal.
    package var unsealedCount = 0
    package var fault: ChainFault?
  }

  private static let eventPageSize = 5_000
  private static let sealPageSize = 1_000
  private static let organizationPageSize = 500

  private let database: Database

  /// - Parameter database: logged in as roster_system.
  package init(_ database: Database) {
    self.database = database
  }

  /// Verifies every chain there is; the installation's own first, under the nil UUID.
  /// - Parameter told: of each chain, once it is verified.
  package func verifyAll(_ told: (Report) -> Void) async throws(DatabaseError) {
    told(try await verify(OrganizationID(.nil)))
    var last: OrganizationID?
    while true {
      let page = try await database.read(
        ListAuditedOrganizations(after: last, limit: Self.organizationPageSize), as: .system,
        deadline: nil)
      for organization in page { told(try await verify(organization)) }
      guard page.count == Self.organizationPageSize else { return }
      last = page.last
    }
  }

  /// Verifies one chain in one snapshot of the database.
  package func verify(_ organization: OrganizationID) async throws(DatabaseError) -> Report {
    let transaction = try await database.begin(
      as: .system, kind: .bulk, deadline: nil, mode: .snapshot)
    let walk = try await walk(organization, in: transaction)
    await transaction.rollback()
    return Report(
      organization: organization, sealCount: walk.sealCount, eventCount: walk.eventCount,
      unsealedCount: walk.unsealedCount, fault: walk.fault)
  }

  private func walk(
    _ organization: OrganizationID, in transaction: Transaction
  ) async throws(DatabaseError) -> ChainWalk {
    var walk = ChainWalk()
    let mark = try await ask(FindSealMark(), in: transaction).first ?? .start
    var hasMoreSeals = true
    var lastEvent: EventID?
    while walk.fault == nil {
      let events = try await ask(
        ListSealableEvents(
          organization: organization, after: lastEvent, limit: Self.eventPageSize),
        in: transaction)
      for event in events where walk.fault == nil {
        while hasMoreSeals, !walk.covers(event) {
          hasMoreSeals = try await addSeals(to: &walk, of: organization, in: transaction)
        }
        walk.add(event, mark: mark)
      }
      guard events.count == Self.eventPageSize else { break }
      lastEvent = events.last?.id
    }
    while hasMoreSeals, walk.fault == nil {
      hasMoreSeals = try await addSeals(to: &walk, of: organization, in: transaction)
    }
    walk.finish()
    return walk
  }

  /// - Returns: whether there are more.
  private func addSeals(
    to walk: inout ChainWalk, of organization: OrganizationID, in transaction: Transaction
  ) async throws(DatabaseError) -> Bool {
    let seals = try await ask(
      ListEventSeals(
        organization: organization, after: walk.last?.number ?? 0, limit: Self.sealPageSize),
      in: transaction)
    for seal in seals { walk.add(seal) }
    return seals.count == Self.sealPageSize && walk.fault == nil
  }

  private func ask<S: Statement>(
    _ statement: S, in transaction: Transaction
  ) async throws(DatabaseError) -> [S.Row] {
    var batch = Batch()
    let pending = batch.add(statement)
    return try await transaction.flush(batch).rows(pending)
  }
}
