package import API
import Domain
import Postgres
import Store

extension OrganizationService {
  package func verifyDomain(
    _ request: Roster_V1_VerifyDomainRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_VerifyDomainResponse {
    let name = try readDomain(request.domain)
    let find = FindDomain(organization: caller.organization, name: name)
    if request.asserted {
      guard caller.token.organizations == .all, caller.actingUser == nil else {
        throw .refused(.installationScopeRequired(caller.method.fullName))
      }
    } else {
      // Before any transaction: name servers take their time.
      guard let domain = try await caller.read(find).first else { throw .missing(.domain(name)) }
      if domain.verifiedAt == nil { try await requireChallenge(of: domain) }
    }

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller,
        reading: { $0.add(find) },
        deciding: { row, mutation throws(ServiceFailure) in
          guard var domain = try mutation.row(row) else { throw .missing(.domain(name)) }
          let changed = domain.verify(at: mutation.now)
          if changed {
            mutation.changes.add(UpdateDomain(domain))
            mutation.record(.organizationDomainVerified, domain)
          }
          var response = Roster_V1_VerifyDomainResponse()
          response.domain = Roster_V1_OrganizationDomain(domain)
          response.changed = changed
          return response
        })
    } catch {
      if case .database(.uniqueViolation(constraint: "organization_domains_verified")) = error {
        throw .taken(.domain(name))
      }
      throw error
    }
  }

  private func requireChallenge(
    of domain: OrganizationDomain
  ) async throws(ServiceFailure) {
    switch await ground.textRecords.look(up: domain.challengeName) {
    case .unavailable: throw .life(.nameServersUnavailable)
    case .texts(let texts):
      guard texts.contains(domain.challenge) else {
        throw .life(.challengeNotFound(name: domain.challengeName))
      }
    }
  }
}
