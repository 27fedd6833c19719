import API
import Domain
import Postgres
package import RPC

/// The one translation of failures to what callers see. Operators' details stay out of it.
extension ServiceFailure {
  package var status: Status {
    switch self {
    case .wire(let status): status
    case .refused(let refusal): refusal.status
    case .fault(let fault): fault.status
    case .missing(let missing): missing.status
    case .taken(let taken): taken.status
    case .group(let refusal): refusal.status
    case .role(let refusal): refusal.status
    case .database(let error): error.status
    case .life(let refusal): refusal.status
    case .organizationSuspended:
      .failedPrecondition(
        reason: ErrorReason.organizationSuspended.text,
        "the organization is suspended: its data can be read, and not changed")
    case .lastAdministrator:
      .failedPrecondition(
        reason: ErrorReason.lastAdministrator.text,
        "nobody would be left who can change every role of the organization: "
          + "give somebody else roles.edit in the scope all first")
    case .userCreationNotAllowed:
      .failedPrecondition(
        reason: ErrorReason.userCreationNotAllowed.text,
        "the organization's user_creation excludes creating users directly")
    case .etagMismatch(let etag):
      .aborted(
        reason: ErrorReason.etagMismatch.text,
        "etag \(etag.echoed) is not the present one: read the resource again, then decide again",
        metadata: ["etag": etag.echoed])
    case .requestIDReused:
      .invalidArgument(
        reason: ErrorReason.requestIDReused.text, field: "request_id",
        "request_id was used for another method or another request within 24 hours")
    case .requestInFlight:
      .aborted(
        reason: ErrorReason.requestInFlight.text,
        "the first call with this request_id is still running", retryAfter: .seconds(1))
    case .answerErased:
      .aborted(
        reason: ErrorReason.answerErased.text,
        "the first call with this request_id took effect, and its answer was erased since: "
          + "read the resource again")
    case .outcomeUnknown:
      .unavailable(
        reason: ErrorReason.outcomeUnknown.text,
        "the connection broke while committing: the same request_id again tells the outcome",
        retryAfter: .seconds(1))
    case .hashingOverloaded:
      .resourceExhausted(
        reason: ErrorReason.overloaded.text, "too many passwords are being hashed",
        retryAfter: .seconds(1))
    case .quotaExceeded(let limit, let delay):
      .resourceExhausted(
        reason: ErrorReason.quotaExceeded.text,
        "the service token makes more than its \(limit) calls a second",
        metadata: ["limit": "\(limit)"], retryAfter: delay)
    case .listTooExpensive:
      .resourceExhausted(
        reason: ErrorReason.listTooExpensive.text,
        "the list ran into its time limit: narrow its filter")
    case .broken: .internalError
    }
  }
}

extension GateRefusal {
  fileprivate var status: Status {
    switch self {
    case .tokenMissing:
      .unauthenticated(
        reason: ErrorReason.tokenMissing.text,
        "no service token: send metadata authorization: Bearer roster_svc_…")
    case .tokenInvalid:
      .unauthenticated(
        reason: ErrorReason.tokenInvalid.text,
        "the service token is not one of this installation, expired or revoked: "
          + "rosterd token create makes one")
    case .certificateUnknown(let uri):
      .unauthenticated(
        reason: ErrorReason.tokenMissing.text,
        "no service token, and no service identity of the certificate's URI \(uri.echoed): send "
          + "metadata authorization: Bearer roster_svc_…, or add the URI to tls.identities",
        metadata: ["uri": uri.echoed])
    case .methodNotAllowed(let method):
      .permissionDenied(
        reason: ErrorReason.methodNotAllowed.text,
        "the service token's methods do not include \(method)", metadata: ["method": method])
    case .installationScopeRequired(let method):
      .permissionDenied(
        reason: ErrorReason.installationScopeRequired.text,
        "\(method) is for service tokens of all organizations", metadata: ["method": method])
    case .organizationRequired:
      .invalidArgument(
        reason: ErrorReason.organizationRequired.text, field: "organization_id",
        "organization_id is required: the service token is for several organizations")
    case .actForUsersNotAllowed(let header):
      .permissionDenied(
        reason: ErrorReason.actForUsersNotAllowed.text,
        "\(header) needs a service token that may act for users", metadata: ["header": header])
    case .actingUserInvalid:
      .permissionDenied(
        reason: ErrorReason.actingUserInvalid.text,
        "the person named by roster-user cannot act in this organization")
    case .sessionInvalid:
      .unauthenticated(
        reason: ErrorReason.sessionInvalid.text,
        "the session named by roster-session is unknown or has ended")
    case .tokenRightsExceeded:
      .permissionDenied(
        reason: ErrorReason.tokenRightsExceeded.text,
        "a service token can only give rights that it has itself, and for no longer")
    case .permissionMissing(let permission):
      .permissionDenied(
        reason: ErrorReason.permissionMissing.text,
        "no role of the acting person holds \(permission) in a scope that reaches so far",
        metadata: ["permission": permission])
    case .outOfReach(let permission):
      .permissionDenied(
        reason: ErrorReason.outOfReach.text,
        "the acting person's \(permission) does not reach there",
        metadata: ["permission": permission])
    case .rankTooLow:
      .permissionDenied(
        reason: ErrorReason.rankTooLow.text,
        "the user has a role as high as the acting person's, or belongs to other groups as well")
    case .rightsExceeded(let missing):
      .permissionDenied(
        reason: ErrorReason.rightsExceeded.text,
        "nobody gives rights that they don't hold: \(missing)", metadata: ["right": missing])
    case .rightsExpireSooner(let right):
      .permissionDenied(
        reason: ErrorReason.rightsExpireSooner.text,
        "nobody gives rights for longer than they hold them: \(right)",
        metadata: ["right": right])
    case .ownRequest:
      .permissionDenied(
        reason: ErrorReason.ownRequest.text, "nobody decides their own request for a role")
    }
  }
}

extension ServiceFailure.Missing {
  fileprivate var status: Status {
    switch self {
    case .organization(let id): notFound(.organizationNotFound, "Organization", id.text)
    case .organizationSlug(let slug): notFound(.organizationNotFound, "Organization", slug)
    case .user(let id): notFound(.userNotFound, "User", id.text)
    case .group(let id): notFound(.groupNotFound, "Group", id.text)
    case .role(let id): notFound(.roleNotFound, "Role", id.text)
    case .grant(let id): notFound(.grantNotFound, "RoleGrant", id.text)
    case .roleRequest(let id): notFound(.roleRequestNotFound, "RoleRequest", id.text)
    case .userEmail(let email): notFound(.userNotFound, "User", email)
    case .userExternalID(let id): notFound(.userNotFound, "User", id)
    case .serviceToken(let id): notFound(.serviceTokenNotFound, "ServiceToken", id.text)
    case .company(let id): notFound(.companyNotFound, "Company", id.text)
    case .domain(let name): notFound(.domainNotFound, "OrganizationDomain", name.text)
    }
  }

  private func notFound(_ reason: ErrorReason, _ type: String, _ name: String) -> Status {
    .notFound(
      reason: reason.text, resource: (type: "roster.v1.\(type)", name: name),
      "there is no such \(type): \(name)", metadata: ["name": name])
  }
}

extension ServiceFailure.Taken {
  fileprivate var status: Status {
    switch self {
    case .email(let address, let user):
      var metadata = ["email": address]
      if let user { metadata["user_id"] = user.text }
      return .alreadyExists(
        reason: ErrorReason.emailAlreadyExists.text,
        resource: user.map { (type: "roster.v1.User", name: $0.text) },
        "another user of the organization has the address \(address)", metadata: metadata)
    case .externalID(let id):
      return .alreadyExists(
        reason: ErrorReason.externalIDAlreadyExists.text,
        "another user of the organization has the external id \(id)",
        metadata: ["external_id": id])
    case .slug(let slug):
      return .alreadyExists(
        reason: ErrorReason.slugAlreadyExists.text,
        "another organization has the slug \(slug)", metadata: ["slug": slug])
    case .company(let name):
      return .alreadyExists(
        reason: ErrorReason.companyAlreadyExists.text,
        "another company of the organization has the name \(name.echoed)",
        metadata: ["name": name.echoed])
    case .domain(let name):
      return .alreadyExists(
        reason: ErrorReason.domainTaken.text,
        "another organization has verified the domain \(name.text)",
        metadata: ["domain": name.text])
    case .groupName(let name):
      return .alreadyExists(
        reason: ErrorReason.groupNameAlreadyExists.text,
        "another group of the organization has the name \(name.echoed)",
        metadata: ["name": name.echoed])
    case .roleName(let name):
      return .alreadyExists(
        reason: ErrorReason.roleNameAlreadyExists.text,
        "another role of the organization has the name \(name.echoed)",
        metadata: ["name": name.echoed])
    case .roleKey(let key):
      return .alreadyExists(
        reason: ErrorReason.roleKeyAlreadyExists.text,
        "another role of the organization has the key \(key)", metadata: ["key": key])
    }
  }
}

extension DatabaseError {
  fileprivate var status: Status {
    switch self {
    case .unavailable:
      .unavailable(
        reason: ErrorReason.databaseUnavailable.text, "the database does not answer",
        retryAfter: .seconds(1))
    case .statementTimeout:
      .unavailable(
        reason: ErrorReason.databaseUnavailable.text, "the database did not answer in time",
        retryAfter: .seconds(1))
    case .overloaded:
      .unavailable(
        reason: ErrorReason.overloaded.text, "too many calls wait for the database",
        retryAfter: .milliseconds(200))
    case .timeout:
      .deadlineExceeded(
        reason: ErrorReason.deadlineExceeded.text,
        "the deadline passed before the call was done")
    case .cancelled: .cancelled
    case .lockTimeout, .serialization, .expectationFailed:
      .aborted(
        reason: ErrorReason.conflict.text,
        "another change of the same resource was in the way: repeat the call",
        retryAfter: .milliseconds(100))
    case .partitionMissing:
      .unavailable(
        reason: ErrorReason.eventPartitionMissing.text,
        "the events' table has no partition for now: an operator must run rosterd migrate")
    case .ambiguousCommit: ServiceFailure.outcomeUnknown.status
    case .uniqueViolation, .foreignKeyViolation, .checkViolation, .ruleBroken, .undecodable,
      .invalidValue, .rejected:
      .internalError
    }
  }
}

extension Status {
  fileprivate static let internalError = Status.internal(
    reason: ErrorReason.internalError.text, "the server made a mistake; its log has the details")
}
