import API
import Domain

extension Roster_V1_RoleGrant {
  init(_ grant: RoleGrant) {
    self.init()
    organizationID = grant.organization.text
    grantID = grant.id.text
    roleID = grant.role.text
    switch grant.holder {
    case .user(let id): userID = id.text
    case .group(let id): groupID = id.text
    }
    source =
      switch grant.source {
      case .manual: .manual
      case .request: .request
      case .invitation: .invitation
      case .import: .import
      case .signIn: .signIn
      case .directory: .directory
      }
    validFrom = .init(grant.validFrom)
    if let instant = grant.expiresAt { expireTime = .init(instant) }
    justification = grant.justification.text
    grantedBy = .init(grant.grantedBy)
    createTime = .init(grant.createdAt)
    if let revocation = grant.revocation {
      revokeTime = .init(revocation.at)
      revokedBy = .init(revocation.by)
    }
  }
}

extension Roster_V1_Principal {
  init(_ principal: Principal) {
    self.init()
    kind = principal.kind.rawValue
    id = principal.id.text
  }
}

extension Roster_V1_RoleRequest {
  /// - Parameter now: at which it may have expired.
  init(_ request: RoleRequest, at now: Timestamp) {
    self.init()
    organizationID = request.organization.text
    roleRequestID = request.id.text
    roleID = request.role.text
    userID = request.user.text
    durationSeconds = request.wantedFor?.components.seconds ?? 0
    justification = request.justification.text
    state =
      switch request.state(at: now) {
      case .pending: .pending
      case .approved: .approved
      case .denied: .denied
      case .withdrawn: .withdrawn
      case .expired: .expired
      }
    createTime = .init(request.createdAt)
    expireTime = .init(request.expiresAt)
    if let decision = request.decision {
      decideTime = .init(decision.at)
      decidedBy = .init(decision.by)
      decisionReason = decision.reason.text
      grantID = decision.grant?.text ?? ""
    }
  }
}
