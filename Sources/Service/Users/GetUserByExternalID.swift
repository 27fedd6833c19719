package import API
import Domain
import Store

extension UserService {
  package func getUserByExternalID(
    _ request: Roster_V1_GetUserByExternalIdRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_GetUserByExternalIdResponse {
    guard let id = try readExternalID(request.externalID, field: "external_id") else {
      throw .fault(.required(field: "external_id"))
    }
    let found = try await caller.read(
      FindUserByExternalID(organization: caller.organization, externalID: id))
    guard let user = found.first, try await caller.reaches(user.id) else {
      throw .missing(.userExternalID(id.text))
    }

    var response = Roster_V1_GetUserByExternalIdResponse()
    response.user = Roster_V1_User(user)
    return response
  }
}
