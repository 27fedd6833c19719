package import API
import Domain
import Postgres
import Store

extension OrganizationService {
  package func addDomain(
    _ request: Roster_V1_AddDomainRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_AddDomainResponse {
    let name = try readDomain(request.domain)

    return try await ground.mutate(
      request, for: caller, MutationPlan(organization: .locked),
      reading: { $0.add(Store.ListDomains(organization: caller.organization)) },
      deciding: { rows, mutation throws(ServiceFailure) in
        let present = try mutation.rows(rows)
        var response = Roster_V1_AddDomainResponse()
        if let domain = present.first(where: { $0.name == name }) {
          response.domain = Roster_V1_OrganizationDomain(domain)
          return response
        }
        guard present.count < OrganizationDomain.countMax else {
          throw .fault(.over(.listItems(OrganizationDomain.countMax), field: "domain"))
        }
        let random = ground.random()
        let domain = OrganizationDomain(
          organization: caller.organization, name: name,
          secret: Hexadecimal.text(UUID128(high: random.high, low: random.low).bytes),
          at: mutation.now)
        mutation.changes.add(InsertDomain(domain))
        mutation.record(.organizationDomainAdded, domain)
        response.domain = Roster_V1_OrganizationDomain(domain)
        response.changed = true
        return response
      })
  }
}

extension Mutation {
  /// Writes the event of a domain, which is the organization's.
  mutating func record(_ action: EventAction, _ domain: OrganizationDomain) {
    record(
      action, EventTarget(.organization, domain.organization.uuid),
      .object(["domain": .string(domain.name.text)]), in: domain.organization)
  }
}
