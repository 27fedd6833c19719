import Domain
import Foundation
import Service

extension Configuration {
  /// What clients' certificates stand for.
  /// - Throws: the first that can't be used, by its URI.
  func identities() throws -> [ServiceIdentity] {
    try tlsSettings.identities.map { identity in
      let methods = try identity.methods.map { text in
        guard let pattern = MethodPattern(text) else {
          throw identity.unusable("\(text) is no package.Service/Method, package.Service/* or *")
        }
        return pattern
      }
      let name = identity.name.precomposedStringWithCanonicalMapping
      do {
        return try ServiceIdentity(
          uri: identity.uri, name: try Name(nfc: name),
          rights: ServiceToken.Rights(
            methods: methods, organizations: try identity.allowedOrganizations(),
            actsForUsers: identity.actsForUsers))
      } catch is Name.Refusal {
        throw identity.unusable("its name has control characters or more than 200 of any")
      }
    }
  }
}

extension IdentitySettings {
  fileprivate func allowedOrganizations() throws(ConfigurationError) -> ServiceToken.Organizations {
    if organizations == ["*"] { return .all }
    var ids: Set<OrganizationID> = []
    for text in organizations {
      guard let id = OrganizationID(canonical: text) else {
        throw unusable("\(text) is no id of an organization; * alone stands for all")
      }
      ids.insert(id)
    }
    return .some(ids)
  }

  fileprivate func unusable(_ reason: String) -> ConfigurationError {
    .unusable("tls.identities", reason: "\(uri): \(reason)")
  }
}
