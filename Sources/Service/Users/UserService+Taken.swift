import API
import Domain
import Postgres
import Store

extension UserService {
  /// What a unique index says of a user's fields, named as callers know it.
  func taken(
    _ failure: ServiceFailure, _ user: Roster_V1_UserFields, for caller: Caller
  ) async -> ServiceFailure {
    guard case .database(.uniqueViolation(let constraint)) = failure else { return failure }
    switch constraint {
    case "emails_address": return await emailTaken(user, for: caller)
    case "users_external_id": return .taken(.externalID(user.externalID))
    default: return failure
    }
  }

  /// The other user is named to those who may look it up anyway.
  private func emailTaken(
    _ user: Roster_V1_UserFields, for caller: Caller
  ) async -> ServiceFailure {
    do throws(ServiceFailure) {
      let email = try readEmail(user.email, field: "user.email")
      guard caller.token.permits(UserServiceMethods.getUserByEmail.fullName),
        caller.authorization.mayReadEverybody
      else {
        return .taken(.email(email.text, by: nil))
      }
      let found = try await caller.read(
        FindUserByEmail(organization: caller.organization, email: email))
      return .taken(.email(email.text, by: found.first?.id))
    } catch {
      return .taken(.email(user.email, by: nil))
    }
  }
}
