package import API
import Domain
import Postgres
import Store

extension UserService {
  package func deactivateUser(
    _ request: Roster_V1_DeactivateUserRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_DeactivateUserResponse {
    let id: UserID = try readID(request.userID, field: "user_id")
    let reason = try readReason(request.reason, field: "reason")
    let until = try readTime(
      request.hasDeactivateUntil ? request.deactivateUntil : nil, field: "deactivate_until")
    let feed = FeedUser(organization: caller.organization, user: id)

    return try await ground.mutate(
      request, for: caller, MutationPlan(organization: .locked, repeating: { $0.add(feed) }),
      reading: { UserQuestions(&$0, id, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        var user = try questions.user(mutation)
        try Etag(request.etag).require(user.version)
        try requireFuture(until, mutation.now, field: "deactivate_until")
        let changed = try user.refusing { (user) throws(User.Refusal) in
          try user.deactivate(at: mutation.now, reason: reason, until: until)
        }

        if changed {
          let key = try questions.key(mutation)
          try mutation.endAccess(of: [user], by: .deactivation)
          mutation.record(
            .userDeactivated, user, .object(["reason": .string(reason.text)]), key: key)
          if request.notify { mutation.notify(.userDeactivated, user, key: key) }
        } else {
          // Whoever deactivates again, too, may rely on it when the call returns.
          mutation.changes.add(feed)
        }

        var response = Roster_V1_DeactivateUserResponse()
        response.user = Roster_V1_User(user)
        response.changed = changed
        return response
      })
  }
}
