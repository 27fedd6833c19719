package import Crypto
package import Domain
import EventLoop
package import Postgres
import Store

/// Service tokens as an operator makes and ends them, past the API: over `database.system_url`.
package struct OperatorTokens {
  /// Why a token is not made or ended, with the remedy.
  package enum Failure: Error, CustomStringConvertible {
    case database(DatabaseError)
    case name(Name.Refusal)
    case token(ServiceToken.Refusal)
    case unknown(ServiceTokenID)

    package var description: String {
      switch self {
      case .database(let error): "database.system_url: \(error.text)"
      case .name(.tooLong): "the name is longer than \(DataLimits.nameCodePointsMax) characters"
      case .name(.controlCharacter): "the name holds a control character"
      case .token(.nameMissing): "--name must not be blank"
      case .token(.methodsMissing): "--method names what the token may call, such as '*'"
      case .token(.methodsTooMany): "there are more than \(DataLimits.tokenMethodsMax) methods"
      case .token(.organizationsMissing): "--organization or --all-organizations is needed"
      case .token(.organizationsTooMany):
        "there are more than \(DataLimits.tokenOrganizationsMax) organizations"
      case .token(.expired): "it would be expired at once"
      case .unknown(let id): "there is no service token \(id)"
      }
    }
  }

  /// What a token shall be.
  package struct Order: Sendable {
    package var name: String
    package var rights: ServiceToken.Rights
    /// From its making on; nil: for ever.
    package var lifetime: Duration?

    package init(name: String, rights: ServiceToken.Rights, lifetime: Duration?) {
      self.name = name
      self.rights = rights
      self.lifetime = lifetime
    }
  }

  private static let patience = Duration.seconds(10)

  private let database: Database

  /// - Parameter database: logged in as roster_system.
  package init(_ database: Database) {
    self.database = database
  }

  /// Makes a token; its secret can't be had again.
  package func create(_ order: Order) async throws(Failure) -> (token: ServiceToken, secret: Secret)
  {
    do {
      let transaction = try await begin()
      var batch = Batch()
      let normalized = batch.add(NormalizeTexts([order.name]))
      let texts = try await transaction.flush(batch).row(normalized)
      let now = Timestamp(microseconds: transaction.time)
      let token = try Self.token(order, name: texts?.first ?? order.name, at: now)
      let secret = Secret.make(.service)
      var changes = Batch()
      changes.add(InsertServiceToken(token, hash: secret.hash.bytes))
      changes.add(InsertEvent(Self.event(.serviceTokenCreated, token.id, at: now)))
      _ = try await transaction.commit(changes)
      return (token, secret)
    } catch let error as DatabaseError {
      throw .database(error)
    } catch let error as Failure {
      throw error
    } catch {
      preconditionFailure("no other error is thrown above")
    }
  }

  /// Ends a token.
  /// - Returns: whether it was live until now.
  package func revoke(_ id: ServiceTokenID) async throws(Failure) -> Bool {
    do {
      let transaction = try await begin()
      var batch = Batch()
      let pending = batch.add(FindServiceTokenForUpdate(id))
      guard var token = try await transaction.flush(batch).row(pending) else {
        await transaction.rollback()
        throw Failure.unknown(id)
      }
      let now = Timestamp(microseconds: transaction.time)
      guard token.revoke(at: now) else {
        await transaction.rollback()
        return false
      }
      var changes = Batch()
      changes.add(RevokeServiceToken(id, at: now))
      changes.add(InsertEvent(Self.event(.serviceTokenRevoked, id, at: now)))
      _ = try await transaction.commit(changes)
      return true
    } catch let error as DatabaseError {
      throw .database(error)
    } catch let error as Failure {
      throw error
    } catch {
      preconditionFailure("no other error is thrown above")
    }
  }

  /// Every token in the order of their creation.
  /// - Parameter ended: those revoked and expired too.
  package func list(ended: Bool) async throws(Failure) -> [ServiceToken] {
    var all: [ServiceToken] = []
    while true {
      let page = try await page(after: all.last?.id, ended: ended)
      all += page
      guard page.count == Self.pageSize else { return all }
    }
  }

  /// The live token of a secret.
  package func find(_ secret: Secret) async throws(Failure) -> ServiceToken? {
    do {
      let transaction = try await begin()
      var batch = Batch()
      let pending = batch.add(FindServiceTokenByHash(hash: secret.hash.bytes))
      let token = try await transaction.flush(batch).row(pending)
      let now = Timestamp(microseconds: transaction.time)
      await transaction.rollback()
      return token.flatMap { $0.isValid(at: now) ? $0 : nil }
    } catch {
      throw .database(error)
    }
  }

  // MARK: Parts

  private static let pageSize = 500

  private func page(after: ServiceTokenID?, ended: Bool) async throws(Failure) -> [ServiceToken] {
    let deadline = MonotonicInstant.now().advanced(by: Self.patience)
    do {
      return if ended {
        try await database.read(
          ListServiceTokens(after: after, limit: Self.pageSize), as: .system, deadline: deadline)
      } else {
        try await database.read(
          ListLiveServiceTokens(after: after, limit: Self.pageSize), as: .system,
          deadline: deadline)
      }
    } catch {
      throw .database(error)
    }
  }

  private func begin() async throws(DatabaseError) -> Transaction {
    try await database.begin(
      as: .system, kind: .write, deadline: MonotonicInstant.now().advanced(by: Self.patience))
  }

  private static func token(
    _ order: Order, name: String, at now: Timestamp
  ) throws(Failure) -> ServiceToken {
    let checked: Name
    do { checked = try Name(nfc: name) } catch { throw .name(error) }
    do {
      return try ServiceToken(
        id: ServiceTokenID.make(at: now, random: random()), name: checked, rights: order.rights,
        at: now, expiresAt: order.lifetime.map { now.advanced(by: $0) })
    } catch {
      throw .token(error)
    }
  }

  private static func event(
    _ action: EventAction, _ token: ServiceTokenID, at now: Timestamp
  ) -> Event {
    Event(
      id: EventID.make(at: now, random: random()), organization: OrganizationID(.nil), at: now,
      actor: .system, action: action, target: EventTarget(.serviceToken, token.uuid))
  }

  private static func random() -> (high: UInt64, low: UInt64) {
    (SecureRandom().word(), SecureRandom().word())
  }
}
