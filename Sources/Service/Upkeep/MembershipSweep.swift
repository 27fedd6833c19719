import Domain
package import Postgres
import Store

/// Deletes memberships whose time has passed, one organization a step, and tells of each.
package struct MembershipSweep: ExpirySweep {
  private let database: Database
  private let ground: ServiceGround

  /// - Parameter database: logged in as roster_system.
  package init(_ database: Database, ground: ServiceGround) {
    self.database = database
    self.ground = ground
  }

  package var name: String { "memberships" }

  package func step() async throws(ServiceFailure) -> Int {
    let organization = try await asking { () async throws(DatabaseError) in
      try await database.read(FindExpiredOrganization(), as: .system, deadline: nil).first
    }
    guard let organization else { return 0 }
    let transaction = try await asking { () async throws(DatabaseError) in
      try await database.begin(
        as: .organization(high: organization.uuid.high, low: organization.uuid.low), kind: .bulk,
        deadline: nil)
    }
    let found = try await asking { () async throws(DatabaseError) in
      try await hold(in: organization, transaction)
    }
    let events = try makeEvents(found, in: organization, at: transaction.time)
    try await asking { () async throws(DatabaseError) in
      var batch = Batch()
      if !found.rows.isEmpty {
        batch.add(DeleteMembers(organization: organization, rows: found.rows))
      }
      if let statement = InsertEvents(events) { batch.add(statement) }
      _ = try await transaction.commit(batch)
    }
    return found.candidateCount
  }

  private struct Found: Sendable {
    var candidateCount = 0
    var rows: [MembershipRow] = []
    var groups: [Group] = []
    var keys: [FindSubjectKeys.Row] = []
  }

  /// Two flushes, for locks are taken in the order of ids: users, groups, memberships. A membership
  /// that was prolonged meanwhile is left.
  private func hold(
    in organization: OrganizationID, _ transaction: Transaction
  ) async throws(DatabaseError) -> Found {
    var first = Batch()
    let expired = first.add(FindExpiredMemberships(organization: organization))
    let candidates = try await transaction.flush(first).rows(expired)
    let groups = Array(Set(candidates.map(\.group)))
    let users = Array(Set(candidates.map(\.user)))

    var second = Batch()
    second.add(HoldUsers(organization: organization, users: users))
    second.add(HoldGroups(organization: organization, groups: groups))
    let held = second.add(HoldExpiredMemberships(organization: organization, rows: candidates))
    let named = second.add(FindGroups(organization: organization, groups: groups))
    let keys = second.add(FindSubjectKeys(organization: organization, subjects: users))
    let results = try await transaction.flush(second)
    return Found(
      candidateCount: candidates.count, rows: try results.rows(held),
      groups: try results.rows(named), keys: try results.rows(keys))
  }

  private func makeEvents(
    _ found: Found, in organization: OrganizationID, at microseconds: Int64
  ) throws(ServiceFailure) -> [Event] {
    let now = Timestamp(microseconds: microseconds)
    let groups = Dictionary(found.groups.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    var keys: [UserID: SubjectKey] = [:]
    for row in found.keys {
      keys[row.subject] = try SubjectKey(
        opening: row.sealedKey, of: row.subject, in: organization, ground.ring)
    }
    return found.rows.map { row in
      var event = Event(
        id: ground.makeID(at: now), organization: organization, at: now, actor: .system,
        action: .memberExpired, target: EventTarget(.user, row.user.uuid))
      let sources = JSONValue.array([.string(row.source.rawValue)])
      if let details = groups[row.group]?.memberDetails(["sources": sources]) {
        event.targetDetails = keys[row.user]?.seal(
          details, for: "event", of: event.id.uuid, in: organization)
      }
      return event
    }
  }

  private func asking<Answer: Sendable>(
    _ body: () async throws(DatabaseError) -> Answer
  ) async throws(ServiceFailure) -> Answer {
    do throws(DatabaseError) {
      return try await body()
    } catch {
      throw ServiceFailure(error)
    }
  }
}
