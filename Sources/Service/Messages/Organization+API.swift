import API
import Domain

extension Roster_V1_Organization {
  init(_ organization: Organization) {
    self.init()
    organizationID = organization.id.text
    slug = organization.slug.text
    name = organization.name.text
    state =
      switch organization.state {
      case .active: .active
      case .suspended: .suspended
      }
    settings = .init(organization.settings)
    createTime = .init(organization.createdAt)
    updateTime = .init(organization.updatedAt)
    etag = Etag(version: organization.version).text
  }
}
