package import API
import Domain
import Postgres
import Store

extension CompanyService {
  package func moveUsers(
    _ request: Roster_V1_MoveUsersRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_MoveUsersResponse {
    let company = try readCompany(request.companyID, field: "company_id")
    let ids = try readUserIDs(request.userIds, field: "user_ids")

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller, MutationPlan(kind: .bulk),
        reading: { BulkUserQuestions(&$0, ids, caller) },
        deciding: { questions, mutation throws(ServiceFailure) in
          let settings = try mutation.requireOrganization().settings
          try settings.requireCompanies()
          if company == nil, settings.companyMode == .required {
            throw .fault(.requiredByOrganization(field: "company_id"))
          }
          let keys = try questions.keys(mutation)
          var moved: [User] = []
          for before in try questions.users(mutation) {
            var user = before
            guard user.move(to: company, at: mutation.now) else { continue }
            mutation.record(
              .userUpdated, user, user.eventDetails([.company], before: before),
              key: keys[user.id])
            moved.append(user)
          }
          if !moved.isEmpty {
            mutation.changes.add(
              MoveUsersToCompany(
                organization: caller.organization, users: moved.map(\.id), company: company,
                at: mutation.now))
            mutation.record(
              .companyUsersMoved,
              company.map { EventTarget(.company, $0.uuid) }
                ?? EventTarget(.organization, caller.organization.uuid),
              .object(["count": .number(Double(moved.count))]), in: caller.organization)
          }

          var response = Roster_V1_MoveUsersResponse()
          response.movedCount = Int32(moved.count)
          response.changed = !moved.isEmpty
          return response
        })
    } catch {
      if error.isCompanyReference, let company { throw .missing(.company(company)) }
      throw error
    }
  }
}
