package import API
import Domain
import Store

extension UserService {
  package func getUserByEmail(
    _ request: Roster_V1_GetUserByEmailRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_GetUserByEmailResponse {
    let email = try readEmail(request.email, field: "email")
    let found = try await caller.read(
      FindUserByEmail(organization: caller.organization, email: email))
    guard let user = found.first, try await caller.reaches(user.id) else {
      throw .missing(.userEmail(email.text))
    }

    var response = Roster_V1_GetUserByEmailResponse()
    response.user = Roster_V1_User(user)
    return response
  }
}
