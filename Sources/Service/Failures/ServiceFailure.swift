import API
package import Domain
package import Postgres
package import RPC
import Store

/// Everything that can keep a call from its answer. What callers see of it is decided in
/// `ServiceFailure+Status.swift` alone.
package enum ServiceFailure: CallFailure {
  /// What RPC or decoding reported.
  case wire(Status)
  case refused(GateRefusal)
  case fault(RequestFault)
  case missing(Missing)
  case taken(Taken)
  case organizationSuspended
  /// Nobody would be left who can change every role.
  case lastAdministrator
  case userCreationNotAllowed
  /// What the life of a user, or of a part of the organization, forbids.
  case life(LifeRefusal)
  case group(GroupRefusal)
  case role(RoleRefusal)
  case etagMismatch(etag: String)
  case requestIDReused
  case requestInFlight
  /// The answer to be repeated was erased with the person it told of.
  case answerErased
  /// COMMIT was sent and its answer lost.
  case outcomeUnknown
  /// The hash pool's queue is full.
  case hashingOverloaded
  case database(DatabaseError)
  /// The caller's service identity makes more calls than its quota.
  case quotaExceeded(callsPerSecond: Int, retryAfter: Duration)
  /// A list ran into its time limit.
  case listTooExpensive
  /// A mistake of ours; the text is for operators.
  case broken(String)

  /// What a caller asked for and may not know to exist.
  package enum Missing: Hashable, Sendable {
    case organization(OrganizationID)
    case organizationSlug(String)
    case user(UserID)
    case group(GroupID)
    case role(RoleID)
    case grant(GrantID)
    case roleRequest(RoleRequestID)
    case userEmail(String)
    case userExternalID(String)
    case serviceToken(ServiceTokenID)
    case company(CompanyID)
    case domain(DomainName)
  }

  /// What belongs to another resource already.
  package enum Taken: Hashable, Sendable {
    /// - Parameter by: told only to those who may look it up.
    case email(String, by: UserID?)
    case externalID(String)
    case slug(String)
    case company(String)
    case domain(DomainName)
    case groupName(String)
    case roleName(String)
    case roleKey(String)
  }

  package init(_ status: Status) {
    self = .wire(status)
  }

  package init(_ error: DatabaseError) {
    switch error {
    case .ambiguousCommit: self = .outcomeUnknown
    case .ruleBroken(RequireAdministrator.sqlState): self = .lastAdministrator
    default: self = .database(error)
    }
  }
}

/// Why the gate lets a call not in.
package enum GateRefusal: Hashable, Sendable {
  case tokenMissing
  case tokenInvalid
  /// No token, and a certificate that no identity of the configuration names.
  case certificateUnknown(uri: String)
  case methodNotAllowed(String)
  case installationScopeRequired(String)
  case organizationRequired
  case actForUsersNotAllowed(header: String)
  /// - Parameter in: where the person was looked for; nil: the method is of no organization.
  case actingUserInvalid(in: OrganizationID?)
  case sessionInvalid
  case tokenRightsExceeded
  /// No role of the person holds the method's permission, or not in a scope that is wide enough.
  case permissionMissing(String)
  /// The permission does not reach what the person wants to make.
  case outOfReach(permission: String)
  /// The person would change somebody of a rank as high as their own, or who belongs elsewhere.
  case rankTooLow
  /// The person would give, or take over, rights that they don't hold.
  case rightsExceeded(missing: String)
  /// The person would give rights for longer than they hold them.
  case rightsExpireSooner(String)
  /// The person would decide their own request.
  case ownRequest
}
