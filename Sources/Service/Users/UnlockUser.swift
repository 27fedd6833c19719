package import API
import Domain
import Postgres
import Store

extension UserService {
  package func unlockUser(
    _ request: Roster_V1_UnlockUserRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_UnlockUserResponse {
    let id: UserID = try readID(request.userID, field: "user_id")
    let reason = try readReason(request.reason, field: "reason")

    return try await ground.mutate(
      request, for: caller,
      reading: { UserQuestions(&$0, id, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        var user = try questions.user(mutation)
        try Etag(request.etag).require(user.version)
        let changed = try user.unlocked(at: mutation.now)

        if changed {
          let key = try questions.key(mutation)
          mutation.changes.add(UpdateUserLock(user))
          mutation.record(
            .userUnlocked, user, .object(["reason": .string(reason.text)]), key: key)
          if request.notify { mutation.notify(.userUnlocked, user, key: key) }
        }

        var response = Roster_V1_UnlockUserResponse()
        response.user = Roster_V1_User(user)
        response.changed = changed
        return response
      })
  }
}

extension User {
  fileprivate mutating func unlocked(at instant: Timestamp) throws(ServiceFailure) -> Bool {
    do throws(Refusal) {
      return try unlock(at: instant)
    } catch {
      throw ServiceFailure(error, of: id)
    }
  }
}
