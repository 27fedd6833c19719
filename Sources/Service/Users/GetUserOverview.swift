package import API
import Domain
import Postgres
import Store

extension UserService {
  package func getUserOverview(
    _ request: Roster_V1_GetUserOverviewRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_GetUserOverviewResponse {
    let id: UserID = try readID(request.userID, field: "user_id")
    let overview = try await UserOverview.find(id, for: caller)
    guard let user = overview.user, let security = overview.security,
      caller.reach.covers(
        id, groups: overview.details.groups(of: id), company: security.company?.id)
    else { throw .missing(.user(id)) }

    var response = Roster_V1_GetUserOverviewResponse()
    response.user.user = Roster_V1_User(user)
    if let instant = security.lastLoginAt { response.user.lastLoginTime = .init(instant) }
    response.user.mfaEnabled = security.mfaEnabled
    if let company = security.company {
      response.user.company = .init(company.id, name: company.name)
    }
    overview.details.complete(&response.user, user, company: security.company?.id)
    response.security = Roster_V1_UserSecurity(security)
    response.events = overview.events.map { Roster_V1_OverviewEvent($0) }
    return response
  }
}

/// Everything about one user, asked in one flush.
private struct UserOverview {
  let user: User?
  let security: FindUserSecurity.Row?
  let details: UserDetails
  let events: [FindRecentEvents.Row]

  static func find(
    _ id: UserID, for caller: Caller
  ) async throws(ServiceFailure) -> UserOverview {
    let organization = caller.organization
    var batch = Batch()
    let user = batch.add(FindUser(organization: organization, user: id))
    let security = batch.add(FindUserSecurity(organization: organization, user: id))
    let access = batch.add(FindUserAccess(organization: organization, users: [id]))
    let owner = batch.add(FindOrganization(organization: organization))
    let events = batch.add(FindRecentEvents(organization: organization, user: id))
    return try await caller.read(batch, kind: .read) { (results) throws(DatabaseError) in
      try UserOverview(
        user: results.row(user), security: results.row(security),
        details: UserDetails(results.rows(access), results.row(owner), for: caller),
        events: results.rows(events))
    }
  }
}
