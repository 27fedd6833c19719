package import API
import Domain
import Postgres
import Store

extension UserService {
  package func lockUser(
    _ request: Roster_V1_LockUserRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_LockUserResponse {
    let id: UserID = try readID(request.userID, field: "user_id")
    let reason = try readReason(request.reason, field: "reason")
    let feed = FeedUser(organization: caller.organization, user: id)

    return try await ground.mutate(
      request, for: caller, MutationPlan(organization: .locked, repeating: { $0.add(feed) }),
      reading: { UserQuestions(&$0, id, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        var user = try questions.user(mutation)
        try Etag(request.etag).require(user.version)
        let changed = try user.locked(at: mutation.now, reason: reason)

        if changed {
          let key = try questions.key(mutation)
          mutation.changes.add(UpdateUserLock(user))
          mutation.record(
            .userLocked, user, .object(["reason": .string(reason.text)]), key: key)
          if request.notify { mutation.notify(.userLocked, user, key: key) }
          mutation.requireAdministrator()
        } else {
          // Whoever locks again, too, may rely on it when the call returns.
          mutation.changes.add(feed)
        }

        var response = Roster_V1_LockUserResponse()
        response.user = Roster_V1_User(user)
        response.changed = changed
        return response
      })
  }
}

extension User {
  fileprivate mutating func locked(
    at instant: Timestamp, reason: Reason
  ) throws(ServiceFailure) -> Bool {
    do throws(Refusal) {
      return try lock(at: instant, reason: reason)
    } catch {
      throw ServiceFailure(error, of: id)
    }
  }
}
