import Crypto
import Domain
package import Postgres
import Store

/// Records what has ended by itself: locks, deactivations, the time in which a deleted user could
/// come back. Every user is a transaction. A file a kind.
package struct UserSweep: ExpirySweep {
  /// Users of one kind in one round.
  static let usersMax = 500

  private let database: Database

  /// - Parameter database: logged in as roster_system.
  package init(_ database: Database) {
    self.database = database
  }

  package var name: String { "users" }

  package func step() async throws(ServiceFailure) -> Int {
    do throws(DatabaseError) {
      let outcome = try await sweep()
      return outcome.unlocked + outcome.reactivated + outcome.purged
    } catch {
      throw ServiceFailure(error)
    }
  }

  /// How many of a kind a round recorded.
  package struct Outcome: Hashable, Sendable {
    package var unlocked = 0
    package var reactivated = 0
    package var purged = 0

    package init() {}
  }

  /// One round over all kinds. What fails of one user is left for the next round.
  package func sweep() async throws(DatabaseError) -> Outcome {
    var outcome = Outcome()
    outcome.unlocked = try await endLocks()
    outcome.reactivated = try await endDeactivations()
    outcome.purged = try await purgeUsers()
    return outcome
  }

  typealias Due = (organization: OrganizationID, user: UserID)

  /// Whom a round is about.
  func due<S: Statement>(_ statement: S) async throws(DatabaseError) -> [Due]
  where S.Row == Due {
    try await database.read(statement, as: .system, deadline: nil)
  }

  /// Runs a transaction for each; one whose reason is gone meanwhile, or that somebody else holds,
  /// is passed over.
  /// - Returns: for how many it took effect.
  func each(
    _ due: [Due], _ body: (Due, Transaction) async throws(DatabaseError) -> Batch?
  ) async throws(DatabaseError) -> Int {
    var count = 0
    for one in due {
      let id = one.organization.uuid
      let transaction = try await database.begin(
        as: .organization(high: id.high, low: id.low), kind: .write, deadline: nil)
      do throws(DatabaseError) {
        guard let changes = try await body(one, transaction) else {
          await transaction.rollback()
          continue
        }
        _ = try await transaction.commit(changes)
        count += 1
      } catch {
        switch error {
        case .expectationFailed, .lockTimeout, .serialization: continue
        default: throw error
        }
      }
    }
    return count
  }

  /// The event of it: nobody did it.
  func event(_ action: EventAction, of due: Due, in transaction: Transaction) -> InsertEvent {
    let now = Timestamp(microseconds: transaction.time)
    let random = SecureRandom()
    return InsertEvent(
      Event(
        id: .make(at: now, random: (random.word(), random.word())),
        organization: due.organization, at: now, actor: .system, action: action,
        target: EventTarget(.user, due.user.uuid)))
  }
}
