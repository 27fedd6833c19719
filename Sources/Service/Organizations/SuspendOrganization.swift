package import API
import Domain
import Postgres
import Store

extension OrganizationService {
  package func suspendOrganization(
    _ request: Roster_V1_SuspendOrganizationRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_SuspendOrganizationResponse {
    let inside = try caller.inside(request.targetOrganizationID)
    let reason = try readReason(request.reason, field: "reason")
    let feed = FeedOrganization(organization: inside.organization)
    var plan = MutationPlan(organization: .locked, repeating: { $0.add(feed) })
    plan.ofSuspended = true

    return try await ground.mutate(
      request, for: inside, plan,
      reading: { _ in },
      deciding: { _, mutation throws(ServiceFailure) in
        var organization = try mutation.requireOrganization()
        try Etag(request.etag).require(organization.version)
        let changed = organization.set(.suspended, at: mutation.now)
        if changed {
          mutation.changes.add(Store.UpdateOrganization(organization))
          mutation.record(
            .organizationSuspended, EventTarget(.organization, organization.id.uuid),
            .object(["reason": .string(reason.text)]), in: organization.id)
        } else {
          // Whoever suspends again, too, may rely on it when the call returns.
          mutation.changes.add(feed)
        }

        var response = Roster_V1_SuspendOrganizationResponse()
        response.organization = Roster_V1_Organization(organization)
        response.changed = changed
        return response
      })
  }
}

extension Caller {
  /// A backend of the installation, in one of its organizations.
  func inside(_ text: String) throws(ServiceFailure) -> Caller {
    var inside = self
    inside.organization = try readID(text, field: "target_organization_id")
    return inside
  }
}
