package import API
package import Domain
package import EventLoop
import Postgres
package import RPC

/// Who calls, for whom, in which organization, until when. Confined to the call's loop.
package struct Caller {
  let credential: Credential
  package let call: ServerCall
  package let method: MethodDescriptor
  /// The person the backend says it acts for; nobody has checked that there is one.
  let claimedUser: UserID?
  /// The person the backend acts for, once ``Gate/enter(organizationID:_:as:)`` has found them
  /// able to.
  package internal(set) var actingUser: UserID?
  /// What it may do in ``organization``: nothing before the gate has said so.
  package internal(set) var authorization: Authorization
  /// The nil UUID for methods of the installation.
  package internal(set) var organization = OrganizationID(.nil)

  init(
    _ credential: Credential, _ call: ServerCall, _ method: MethodDescriptor, claimedUser: UserID?
  ) {
    self.credential = credential
    self.call = call
    self.method = method
    self.claimedUser = claimedUser
    authorization = .none(method)
  }

  package var token: ServiceToken { credential.token }
  var loop: ServiceLoop { credential.loop }
  var database: Database { credential.loop.database }

  /// The key of its idempotency and the actor of its events.
  package var principal: Principal {
    actingUser.map { .user($0) } ?? credential.principal
  }

  /// Row-level security for the organization it is in.
  var scope: Scope { authorization.scope(in: organization) }

  /// Nil: none was given.
  package var deadline: MonotonicInstant? {
    call.deadline.map { MonotonicInstant(nanoseconds: $0) }
  }

  /// The trace that the call belongs to, the caller's or a new one: 16 octets.
  var traceID: [UInt8] { call.trace.traceID }

  /// Runs one reading statement for this caller.
  func read<S: Statement>(
    _ statement: S, as scope: Scope? = nil
  ) async throws(ServiceFailure) -> [S.Row] {
    do throws(DatabaseError) {
      return try await database.read(statement, as: scope ?? self.scope, deadline: deadline)
    } catch {
      throw ServiceFailure(error)
    }
  }
}
