import API
import Domain

extension Roster_V1_OrganizationDomain {
  init(_ domain: OrganizationDomain) {
    self.init()
    self.domain = domain.name.text
    challengeName = domain.challengeName
    challenge = domain.challenge
    if let instant = domain.verifiedAt { verifyTime = .init(instant) }
    createTime = .init(domain.createdAt)
  }
}
