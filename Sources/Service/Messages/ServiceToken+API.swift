import API
import Domain

extension Roster_V1_ServiceToken {
  init(_ token: ServiceToken) {
    self.init()
    serviceTokenID = token.id.text
    name = token.name.text
    methods = token.methods.map(\.text)
    switch token.organizations {
    case .all: allOrganizations = true
    case .some(let ids): organizationIds = ids.sorted().map(\.text)
    }
    actForUsers = token.actsForUsers
    createTime = .init(token.createdAt)
    if let instant = token.expiresAt { expireTime = .init(instant) }
    if let instant = token.revokedAt { revokeTime = .init(instant) }
  }
}
