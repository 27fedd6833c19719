import API
package import Domain
import RPC

/// Why roles can't be made, given or asked for as wanted.
package enum RoleRefusal: Hashable, Sendable {
  /// The organization gives roles to groups only.
  case byGroupsOnly
  /// The organization gives a user one role.
  case single
  case tooManyRoles
  case tooManyGrants
  case requestEnded(RoleRequest.State)
}

extension RoleRefusal {
  var status: Status {
    switch self {
    case .byGroupsOnly:
      .failedPrecondition(
        reason: ErrorReason.rolesByGroupsOnly.text,
        "the organization's role_mode gives roles to groups only")
    case .single:
      .failedPrecondition(
        reason: ErrorReason.userRoleSingle.text,
        "the organization's role_mode gives a user one role: SetUserRole replaces it")
    case .tooManyRoles:
      .failedPrecondition(
        reason: ErrorReason.rolesTooMany.text,
        "the organization would have more than \(DataLimits.rolesPerOrganizationMax) roles",
        metadata: ["limit": "\(DataLimits.rolesPerOrganizationMax)"])
    case .tooManyGrants:
      .failedPrecondition(
        reason: ErrorReason.grantsTooMany.text,
        "the holder would have more than \(DataLimits.grantsPerUserMax) grants that have not ended",
        metadata: ["limit": "\(DataLimits.grantsPerUserMax)"])
    case .requestEnded(let state):
      .failedPrecondition(
        reason: ErrorReason.roleRequestEnded.text, "the request is \(state.rawValue)",
        metadata: ["state": state.rawValue])
    }
  }
}

extension ServiceFailure {
  init(_ refusal: OwnGrants.Refusal) {
    self =
      switch refusal {
      case .byGroupsOnly: .role(.byGroupsOnly)
      case .single: .role(.single)
      case .tooMany: .role(.tooManyGrants)
      }
  }

  init(_ refusal: RoleRequest.Refusal) {
    self =
      switch refusal {
      case .ended(let state): .role(.requestEnded(state))
      case .own: .refused(.ownRequest)
      case .justificationMissing: .fault(.required(field: "justification"))
      case .durationOutOfRange:
        .fault(
          .invalid(
            field: "duration_seconds",
            because: "must be from 1 to \(RoleRequest.wantedSecondsMax), or 0 for good"))
      }
  }

  init(_ refusal: Role.Refusal) {
    self =
      switch refusal {
      case .nameMissing: .fault(.required(field: "role.name"))
      case .rankOutOfRange:
        .fault(
          .invalid(
            field: "role.rank",
            because: "must be from \(Role.rankRange.lowerBound) to \(Role.rankRange.upperBound)"))
      }
  }
}
