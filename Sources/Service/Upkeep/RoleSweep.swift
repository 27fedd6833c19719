package import Crypto
import Domain
package import Postgres
import Store

/// Records what of grants and requests has ended by itself. What holds is judged where it is used,
/// so nothing waits for it; each organization is a transaction, safe if two sweep at once.
package struct RoleSweep: ExpirySweep {
  /// Grants, and requests, of one round.
  private static let countMax = 500

  private let database: Database
  private let ring: KeyRing

  /// - Parameter database: logged in as roster_system.
  package init(_ database: Database, ring: KeyRing) {
    self.database = database
    self.ring = ring
  }

  package var name: String { "roles" }

  package func step() async throws(ServiceFailure) -> Int {
    do throws(DatabaseError) {
      let outcome = try await sweep()
      return outcome.expiredGrants + outcome.expiredRequests
    } catch {
      throw ServiceFailure(error)
    }
  }

  /// How much a round recorded.
  package struct Outcome: Hashable, Sendable {
    package var expiredGrants = 0
    package var expiredRequests = 0

    package init(expiredGrants: Int = 0, expiredRequests: Int = 0) {
      self.expiredGrants = expiredGrants
      self.expiredRequests = expiredRequests
    }
  }

  /// One round. What another process records meanwhile is left to it.
  package func sweep() async throws(DatabaseError) -> Outcome {
    var outcome = Outcome()
    let grants = try await database.read(
      ListDueGrants(limit: Self.countMax), as: .system, deadline: nil)
    for (organization, due) in Dictionary(grouping: grants, by: \.organization) {
      outcome.expiredGrants += try await record(due.map { Ending($0) }, in: organization)
    }
    let requests = try await database.read(
      ListDueRoleRequests(limit: Self.countMax), as: .system, deadline: nil)
    for (organization, due) in Dictionary(grouping: requests, by: \.organization) {
      outcome.expiredRequests += try await record(due.map { Ending($0) }, in: organization)
    }
    return outcome
  }

  /// What has ended, of whom, and what to tell of it.
  private struct Ending {
    let holder: RoleHolder
    let action: EventAction
    let details: JSONValue
    let store: (inout Batch, Timestamp) -> Void

    init(_ grant: RoleGrant) {
      holder = grant.holder
      action = .grantExpired
      details = grant.eventDetails()
      store = { batch, _ in
        batch.add(NoteGrantExpiry(organization: grant.organization, grant: grant.id))
      }
    }

    init(_ request: RoleRequest) {
      holder = .user(request.user)
      action = .roleRequestExpired
      details = request.eventDetails
      store = { batch, now in
        var expired = request
        _ = expired.expire(at: now)
        batch.add(UpdateRoleRequest(expired))
      }
    }
  }

  /// - Returns: how much was recorded: all or nothing.
  private func record(
    _ endings: [Ending], in organization: OrganizationID
  ) async throws(DatabaseError) -> Int {
    let id = organization.uuid
    let transaction = try await database.begin(
      as: .organization(high: id.high, low: id.low), kind: .write, deadline: nil)
    do throws(DatabaseError) {
      let keys = try await keys(
        of: endings.compactMap(\.holder.user), in: organization, transaction)
      let now = Timestamp(microseconds: transaction.time)
      var changes = Batch()
      for ending in endings {
        ending.store(&changes, now)
        changes.add(InsertEvent(event(of: ending, in: organization, at: now, keys)))
      }
      _ = try await transaction.commit(changes)
      return endings.count
    } catch {
      switch error {
      case .expectationFailed, .lockTimeout, .serialization: return 0
      default: throw error
      }
    }
  }

  private func keys(
    of users: [UserID], in organization: OrganizationID, _ transaction: Transaction
  ) async throws(DatabaseError) -> [UserID: SubjectKey] {
    var batch = Batch()
    let pending = Set(users).map { user in
      (user, batch.add(FindSubjectKey(organization: organization, subject: user)))
    }
    // Without any user it still tells the transaction's time.
    batch.add(NormalizeTexts([]))
    let results = try await transaction.flush(batch)
    var keys: [UserID: SubjectKey] = [:]
    for (user, pending) in pending {
      guard let sealed = try results.row(pending) else { continue }
      // A key that does not open leaves the event without details.
      keys[user] = try? SubjectKey(opening: sealed, of: user, in: organization, ring)
    }
    return keys
  }

  private func event(
    of ending: Ending, in organization: OrganizationID, at now: Timestamp,
    _ keys: [UserID: SubjectKey]
  ) -> Event {
    let random = SecureRandom()
    var event = Event(
      id: .make(at: now, random: (random.word(), random.word())), organization: organization,
      at: now, actor: .system, action: ending.action, target: ending.holder.eventTarget)
    if let user = ending.holder.user {
      event.targetDetails = keys[user]?.seal(
        ending.details, for: "event", of: event.id.uuid, in: organization)
    } else {
      event.targetDetails = ring.sealDetails(ending.details, of: event)
    }
    return event
  }
}
