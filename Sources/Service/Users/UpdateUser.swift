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
    let stateChange = try StateChange(request, caller)

    let result: Result<Roster_V1_UpdateUserResponse, ServiceFailure>
    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller,
        MutationPlan(organization: stateChange?.target == .inactive ? .locked : .shared),
        reading: { batch in
          fields.ask(&batch)
          let other = fields.email.map {
            batch.add(FindUserByEmail(organization: caller.organization, email: $0))
          }
          return (
            UserQuestions(&batch, id, caller), other, stateChange?.asked(of: id, &batch, caller)
          )
        },
        deciding: { found, mutation throws(ServiceFailure) in
          let (questions, other, stateChange) = found
          let before = try questions.user(mutation)
          try Etag(request.etag).require(before.version)
          var user = before
          let profile = try fields.profile(
            mutation, addressUnlessWritten: before.profile.email)
          let settings = try mutation.requireOrganization().settings
          try settings.require(profile, hasInitialPassword: nil, written: mask.fields)
          let changed = try user.refusing { (user) throws(User.Refusal) in
            try user.update(
              profile, fields: mask.fields,
              emailAtOnce: settings.emailChangeUnconfirmed || user.kind == .service,
              at: mutation.now)
          }
          if changed.contains(.company) {
            try caller.requireReach(ofNewIn: user.profile.company, groups: [])
          }
          // No index tells of an address that only waits.
          if let other, let taker = try mutation.row(other), taker.id != id {
            throw caller.taken(profile.email, by: taker.id)
          }

          if !changed.isEmpty {
            let key = try questions.key(mutation)
            mutation.changes.add(UpdateUserProfile(user))
            if user.profile.email != before.profile.email {
              mutation.changes.add(UpdatePrimaryEmail(user))
            }
            mutation.record(
              .userUpdated, user, user.eventDetails(changed, before: before), key: key)
            if request.notify { mutation.notify(.userUpdated, user, key: key) }
          }

          let hasMoved = try stateChange?.apply(to: &user, questions, &mutation) ?? false
          var response = Roster_V1_UpdateUserResponse()
          response.user = Roster_V1_User(user)
          response.changed = !changed.isEmpty || hasMoved
          return response
        })
    } catch {
      result = .failure(await taken(error, request.user, for: caller))
    }
    return try result.get()
  }
}
