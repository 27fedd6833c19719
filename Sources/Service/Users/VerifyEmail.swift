package import API
import Domain
import Postgres
import Store
import SwiftProtobuf

extension UserService {
  package func verifyEmail(
    _ request: Roster_V1_VerifyEmailRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_VerifyEmailResponse {
    let id: UserID = try readID(request.userID, field: "user_id")
    let email = try readEmail(request.email, field: "email")

    let result: Result<Roster_V1_VerifyEmailResponse, ServiceFailure>
    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller,
        reading: { UserQuestions(&$0, id, caller) },
        deciding: { questions, mutation throws(ServiceFailure) in
          let before = try questions.user(mutation)
          try Etag(request.etag).require(before.version)
          var user = before
          let changed = try user.verified(email, at: mutation.now)

          if changed {
            let key = try questions.key(mutation)
            mutation.changes.add(UpdateUserProfile(user))
            mutation.changes.add(UpdatePrimaryEmail(user))
            mutation.record(
              .userEmailVerified, user,
              .object([
                "before": .string(before.profile.email.text), "email": .string(email.text),
              ]), key: key)
            if request.notify { mutation.notify(.userUpdated, user, key: key) }
          }

          var response = Roster_V1_VerifyEmailResponse()
          response.user = Roster_V1_User(user)
          response.changed = changed
          return response
        })
    } catch {
      result = .failure(await taken(error, .with { $0.email = request.email }, for: caller))
    }
    return try result.get()
  }
}

extension User {
  fileprivate mutating func verified(
    _ email: EmailAddress, at instant: Timestamp
  ) throws(ServiceFailure) -> Bool {
    do throws(Refusal) {
      return try verify(email, at: instant)
    } catch {
      guard error == .emailNotOfUser else { throw ServiceFailure(error, of: id) }
      throw .life(.emailNotOfUser(email.text))
    }
  }
}
