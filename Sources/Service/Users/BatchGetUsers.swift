package import API
import Domain
import Store

extension UserService {
  package func batchGetUsers(
    _ request: Roster_V1_BatchGetUsersRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_BatchGetUsersResponse {
    guard request.userIds.count <= DataLimits.batchMax else {
      throw .fault(.over(.batchItems(DataLimits.batchMax), field: "user_ids"))
    }
    let ids = try distinctIDs(request.userIds)
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

  /// In the order of the request.
  private func distinctIDs(_ texts: [String]) throws(ServiceFailure) -> [UserID] {
    var ids: [UserID] = []
    var seen: Set<UserID> = []
    for (index, text) in texts.enumerated() {
      let id: UserID = try readID(text, field: "user_ids[\(index)]")
      if seen.insert(id).inserted { ids.append(id) }
    }
    return ids
  }
}
