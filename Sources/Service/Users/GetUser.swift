package import API
import Domain
import Store

extension UserService {
  package func getUser(
    _ request: Roster_V1_GetUserRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_GetUserResponse {
    let id: UserID = try readID(request.userID, field: "user_id")
    let found = try await caller.read(FindUser(organization: caller.organization, user: id))
    guard let user = found.first, try await caller.reaches(id) else { throw .missing(.user(id)) }

    var response = Roster_V1_GetUserResponse()
    response.user = Roster_V1_User(user)
    return response
  }
}
