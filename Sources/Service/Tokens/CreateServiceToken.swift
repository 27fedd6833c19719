package import API
import Crypto
import Domain
import Postgres
import Store
import SwiftProtobuf

extension TokenService {
  package func createServiceToken(
    _ request: Roster_V1_CreateServiceTokenRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_CreateServiceTokenResponse {
    let rights = try TokenRights(request).rights
    let expiry = try readTime(
      request.hasExpireTime ? request.expireTime : nil, field: "expire_time")
    guard caller.token.rights.cover(rights), caller.token.lasts(until: expiry) else {
      throw .refused(.tokenRightsExceeded)
    }
    var names = try NameTexts([("name", request.name)])

    let response = try await ground.mutate(
      request, for: caller, MutationPlan(scope: .system, organization: .none),
      reading: { names.ask(&$0) },
      deciding: { _, mutation throws(ServiceFailure) in
        let token = try ServiceToken(
          made: mutation.makeID(), try names.names(mutation)[0], rights, at: mutation.now,
          expiresAt: expiry)
        let secret = Secret.make(.service)
        mutation.changes.add(InsertServiceToken(token, hash: secret.hash.bytes))
        mutation.record(
          .serviceTokenCreated, EventTarget(.serviceToken, token.id.uuid), token.eventDetails,
          in: OrganizationID(.nil))

        var response = Roster_V1_CreateServiceTokenResponse()
        response.serviceToken = Roster_V1_ServiceToken(token)
        response.changed = true
        if !request.validateOnly { response.secret = secret.text }
        return response
      })
    // Whoever is handed the secret may use it at once, at any replica.
    if !request.validateOnly { await waitForReplicas(caller) }
    return response
  }
}

extension ServiceToken {
  fileprivate init(
    made id: ServiceTokenID, _ name: Name, _ rights: Rights, at instant: Timestamp,
    expiresAt: Timestamp?
  ) throws(ServiceFailure) {
    do throws(Refusal) {
      try self.init(id: id, name: name, rights: rights, at: instant, expiresAt: expiresAt)
    } catch {
      throw ServiceFailure(error)
    }
  }

  /// Whether a token of that expiry, nil for never, ends no later than this one.
  fileprivate func lasts(until expiry: Timestamp?) -> Bool {
    guard let expiresAt else { return true }
    return expiry.map { $0 <= expiresAt } ?? false
  }

  fileprivate var eventDetails: JSONValue {
    var members: [String: JSONValue] = [
      "name": .string(name.text), "methods": .array(methods.map { .string($0.text) }),
      "act_for_users": .bool(actsForUsers),
    ]
    switch organizations {
    case .all: members["all_organizations"] = .bool(true)
    case .some(let ids):
      members["organization_ids"] = .array(ids.sorted().map { .string($0.text) })
    }
    return .object(members)
  }
}

extension ServiceFailure {
  fileprivate init(_ refusal: ServiceToken.Refusal) {
    self =
      switch refusal {
      case .nameMissing: .fault(.required(field: "name"))
      case .methodsMissing: .fault(.required(field: "methods"))
      case .methodsTooMany:
        .fault(.over(.listItems(DataLimits.tokenMethodsMax), field: "methods"))
      case .organizationsMissing: .fault(.required(field: "organization_ids"))
      case .organizationsTooMany:
        .fault(.over(.listItems(DataLimits.tokenOrganizationsMax), field: "organization_ids"))
      case .expired:
        .fault(.timeInvalid(field: "expire_time", because: "is not in the future"))
      }
  }
}
