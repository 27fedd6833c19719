package import API
import Domain
import Store

extension UserService {
  package func batchGetUsers(
    _ request: Roster_V1_BatchGetUsersRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_BatchGetUsersResponse {
    let ids = try readUserIDs(request.userIds, field: "user_ids")
    guard !ids.isEmpty else { return Roster_V1_BatchGetUsersResponse() }
    let found = try await caller.read(
      FindUsers(organization: caller.organization, users: ids))
    let reached = try await caller.reached(found.map(\.id))
    let users = Dictionary(
      found.filter { reached.contains($0.id) }.map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first })

    var response = Roster_V1_BatchGetUsersResponse()
    response.users.reserveCapacity(users.count)
    for id in ids {
      if let user = users[id] {
        response.users.append(Roster_V1_User(user))
      } else {
        response.missingIds.append(id.text)
      }
    }
    return response
  }
}
