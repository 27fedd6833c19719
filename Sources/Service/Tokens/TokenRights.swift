package import API
import Domain

/// The rights that a request asks for.
struct TokenRights {
  let rights: ServiceToken.Rights

  init(_ request: Roster_V1_CreateServiceTokenRequest) throws(ServiceFailure) {
    rights = ServiceToken.Rights(
      methods: try Self.methods(request.methods), organizations: try Self.organizations(request),
      actsForUsers: request.actForUsers)
  }

  private static func methods(_ texts: [String]) throws(ServiceFailure) -> [MethodPattern] {
    guard texts.count <= DataLimits.tokenMethodsMax else {
      throw .fault(.over(.listItems(DataLimits.tokenMethodsMax), field: "methods"))
    }
    var patterns: [MethodPattern] = []
    for text in texts {
      guard let pattern = MethodPattern(text),
        ServedMethods.all.contains(where: { pattern.permits($0.fullName) })
      else { throw .fault(.methodPatternInvalid(text)) }
      patterns.append(pattern)
    }
    return patterns
  }

  private static func organizations(
    _ request: Roster_V1_CreateServiceTokenRequest
  ) throws(ServiceFailure) -> ServiceToken.Organizations {
    let texts = request.organizationIds
    guard texts.count <= DataLimits.tokenOrganizationsMax else {
      throw .fault(
        .over(.listItems(DataLimits.tokenOrganizationsMax), field: "organization_ids"))
    }
    if request.allOrganizations {
      guard texts.isEmpty else {
        throw .fault(
          .invalid(field: "organization_ids", because: "must be empty with all_organizations"))
      }
      return .all
    }
    var ids: Set<OrganizationID> = []
    for (index, text) in texts.enumerated() {
      ids.insert(try readID(text, field: "organization_ids[\(index)]"))
    }
    return .some(ids)
  }
}

/// The methods that a service token can name.
package enum ServedMethods {
  package static let all =
    UserServiceMethods.all + OrganizationServiceMethods.all + CompanyServiceMethods.all
    + TokenServiceMethods.all + ActivityServiceMethods.all + GroupServiceMethods.all
    + RoleServiceMethods.all + PermissionServiceMethods.all
}
