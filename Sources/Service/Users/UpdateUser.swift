package import API
import Domain
import Postgres
import Store

extension UserService {
  package func updateUser(
    _ request: Roster_V1_UpdateUserRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_UpdateUserResponse {
    let id: UserID = try readID(request.userID, field: "user_id")
    let mask = try UserMask(request)
    var fields = try ProfileFields(request.user, fields: mask.fields)

    let result: Result<Roster_V1_UpdateUserResponse, ServiceFailure>
    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller,
        reading: { batch in
          fields.ask(&batch)
          return UserQuestions(&batch, id, caller)
        },
        deciding: { questions, mutation throws(ServiceFailure) in
          let before = try questions.user(mutation)
          try Etag(request.etag).require(before.version)
          var user = before
          let profile = try fields.profile(
            mutation, addressUnlessWritten: before.profile.email)
          let changed = try user.updated(profile, fields: mask.fields, at: mutation.now)

          if !changed.isEmpty {
            let key = try questions.key(mutation)
            mutation.changes.add(UpdateUserProfile(user))
            if changed.contains(.email) { mutation.changes.add(UpdatePrimaryEmail(user)) }
            mutation.record(
              .userUpdated, user, user.eventDetails(changed, before: before), key: key)
            if request.notify { mutation.notify(.userUpdated, user, key: key) }
          }

          var response = Roster_V1_UpdateUserResponse()
          response.user = Roster_V1_User(user)
          response.changed = !changed.isEmpty
          return response
        })
    } catch {
      result = .failure(await taken(error, request.user, for: caller))
    }
    return try result.get()
  }
}

extension User {
  fileprivate mutating func updated(
    _ profile: UserProfile, fields: Set<UserField>, at instant: Timestamp
  ) throws(ServiceFailure) -> Set<UserField> {
    do throws(Refusal) {
      return try update(profile, fields: fields, at: instant)
    } catch {
      throw ServiceFailure(error, of: id)
    }
  }
}
