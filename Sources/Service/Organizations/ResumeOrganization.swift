package import API
import Domain
import Postgres
import Store

extension OrganizationService {
  package func resumeOrganization(
    _ request: Roster_V1_ResumeOrganizationRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ResumeOrganizationResponse {
    let inside = try caller.inside(request.targetOrganizationID)
    let reason = try readReason(request.reason, field: "reason")
    var plan = MutationPlan(organization: .locked)
    plan.ofSuspended = true

    return try await ground.mutate(
      request, for: inside, plan,
      reading: { _ in },
      deciding: { _, mutation throws(ServiceFailure) in
        var organization = try mutation.requireOrganization()
        try Etag(request.etag).require(organization.version)
        let changed = organization.set(.active, at: mutation.now)
        if changed {
          mutation.changes.add(Store.UpdateOrganization(organization))
          mutation.record(
            .organizationResumed, EventTarget(.organization, organization.id.uuid),
            .object(["reason": .string(reason.text)]), in: organization.id)
        }

        var response = Roster_V1_ResumeOrganizationResponse()
        response.organization = Roster_V1_Organization(organization)
        response.changed = changed
        return response
      })
  }
}
