import API
import Domain
import Postgres

/// `roster.v1.CompanyService`. A file a method.
package struct CompanyService: CompanyServiceServer {
  package typealias Caller = Service.Caller
  package typealias Failure = ServiceFailure

  let ground: ServiceGround

  package init(ground: ServiceGround) {
    self.ground = ground
  }
}

extension ServiceFailure {
  /// The foreign key from users to companies: whichever of the two changes second breaks it.
  var isCompanyReference: Bool {
    guard case .database(.foreignKeyViolation(constraint: let constraint)) = self else {
      return false
    }
    return constraint == "users_organization_id_company_id_fkey"
  }

  /// What the unique index of companies says of a name.
  func taken(company name: String) -> ServiceFailure {
    guard case .database(.uniqueViolation(constraint: "companies_name")) = self else { return self }
    return .taken(.company(name))
  }
}

extension OrganizationSettings {
  /// Refuses companies where the organization has none.
  func requireCompanies() throws(ServiceFailure) {
    guard companyMode != .none else { throw .life(.companiesOff) }
  }
}

extension Caller {
  /// Whether the caller may see the company: a person of a narrow reach, only their own.
  func reaches(_ company: CompanyID) -> Bool {
    guard case .some(_, _, let companies) = reach else { return true }
    return companies.contains(company)
  }
}
