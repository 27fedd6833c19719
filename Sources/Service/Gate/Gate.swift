package import API
package import AccessIndex
import Domain
import Postgres
package import RPC

/// The one way into every service: which backend calls, whether its token lists the method, for
/// whom it acts, and in which organization. Permission is checked before any existence is revealed.
package struct Gate: CallAdmission {
  let ground: ServiceGround
  let tokens: ServiceTokens
  let loops: [ServiceLoop]
  let quotas: Quotas
  let identities: ServiceIdentities

  /// - Parameters:
  ///   - loops: one for each loop that serves connections.
  ///   - identities: of clients that prove themselves by a certificate and send no token.
  package init(
    ground: ServiceGround, tokens: ServiceTokens, loops: [ServiceLoop], quotas: Quotas = Quotas(),
    identities: ServiceIdentities = ServiceIdentities()
  ) {
    self.ground = ground
    self.tokens = tokens
    self.loops = loops
    self.quotas = quotas
    self.identities = identities
  }

  package func admit(
    _ call: ServerCall, to method: MethodDescriptor
  ) async throws(ServiceFailure) -> Caller {
    let credential = try await authenticate(call)
    let id = credential.token.id.uuid
    call.subject.caller = (id.high, id.low)
    try checkQuota(credential, call)
    do throws(ServiceFailure) {
      guard credential.permits(method) else {
        throw .refused(.methodNotAllowed(method.fullName))
      }
      if method.rule?.scope == .installation, credential.token.organizations != .all {
        throw .refused(.installationScopeRequired(method.fullName))
      }
      let user = try actingUser(call, credential)
      // A person belongs to one organization, so there is none to act in.
      if user != nil, method.rule?.scope != .organization {
        throw .refused(.actingUserInvalid(in: nil))
      }
      var caller = Caller(credential, call, method, claimedUser: user)
      // Of methods outside of organizations; those inside are entered first.
      if method.rule?.scope != .organization { caller.authorization = .backend(method) }
      return caller
    } catch {
      // `failed` is told of callers only, and this one is none yet.
      await noteRefusal(error, Caller(credential, call, method, claimedUser: nil))
      throw error
    }
  }

  package func enter(
    organizationID text: String, _ method: MethodDescriptor, as caller: consuming Caller
  ) async throws(ServiceFailure) -> Caller {
    let token = caller.credential.token
    if text.isEmpty {
      guard let only = token.onlyOrganization else { throw .refused(.organizationRequired) }
      caller.organization = only
    } else {
      guard let id = OrganizationID(canonical: text) else {
        throw .fault(.idInvalid(field: "organization_id"))
      }
      guard token.organizations.contains(id) else { throw .missing(.organization(id)) }
      caller.organization = id
    }
    let organization = caller.organization.uuid
    caller.call.subject.organization = (organization.high, organization.low)
    guard let user = caller.claimedUser else {
      caller.authorization = .backend(method)
      return caller
    }
    let subject = try await requireAble(user, for: caller)
    caller.actingUser = user
    caller.call.subject.user = (user.uuid.high, user.uuid.low)
    caller.authorization = try .person(subject, method)
    return caller
  }

  package func failed(
    _ failure: ServiceFailure, _ call: ServerCall, _ method: MethodDescriptor, as caller: Caller?
  ) async {
    if failure.isForOperators {
      ground.report(failure, call)
      // Under which the log has it.
      call.trailingMetadata.add("roster-trace-id", call.trace.traceIDText)
    }
    addPushback(failure, call)
    if let caller { await noteRefusal(failure, caller) }
  }
}

extension ServiceFailure {
  /// Whether an operator has to know: our mistakes and the database's.
  fileprivate var isForOperators: Bool {
    switch self {
    case .broken, .outcomeUnknown: true
    case .database(let error):
      switch error {
      case .timeout, .cancelled, .lockTimeout, .serialization: false
      default: true
      }
    default: false
    }
  }
}
