import API
import Domain

extension Roster_V1_Company {
  init(_ company: Company) {
    self.init()
    organizationID = company.organization.text
    companyID = company.id.text
    name = company.name.text
    createTime = .init(company.createdAt)
    updateTime = .init(company.updatedAt)
    etag = Etag(version: company.version).text
  }
}
