package import API
import Crypto
import Domain
import Postgres
import Store

extension UserService {
  package func createUser(
    _ request: Roster_V1_CreateUserRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_CreateUserResponse {
    try caller.requireReach(ofNewIn: nil, groups: [])
    let kind = try UserKind(request.kind, field: "kind")
    var fields = try ProfileFields(request.user, fields: Set(UserField.allCases))
    let password = try InitialPassword(request.initialPassword)
    if kind == .service, password != nil {
      throw .fault(
        .invalid(field: "initial_password", because: "must be empty for a service account"))
    }
    if password != nil,
      let earlier: Roster_V1_CreateUserResponse = try await ground.earlierAnswer(
        to: request, for: caller)
    {
      return earlier
    }
    let hash = request.validateOnly ? nil : try await password?.hash(ground)

    let result: Result<Roster_V1_CreateUserResponse, ServiceFailure>
    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller,
        reading: { fields.ask(&$0) },
        deciding: { _, mutation throws(ServiceFailure) in
          let settings = try mutation.requireOrganization().settings
          guard settings.allows(.direct) else { throw .userCreationNotAllowed }
          let profile = try fields.profile(mutation)
          if let missing = settings.missingField(
            of: profile, hasInitialPassword: password != nil || kind == .service)
          {
            throw .fault(.requiredByOrganization(field: missing.wirePath))
          }

          let user = User(
            User.Origin(
              id: mutation.makeID(), organization: caller.organization, kind: kind,
              source: .manual, createdAt: mutation.now),
            profile: profile)
          let key = SubjectKey()
          mutation.changes.add(InsertUser(user, emailID: mutation.makeID()))
          mutation.changes.add(
            InsertSubjectKey(
              organization: user.organization, subject: user.id,
              sealedKey: key.sealed(of: user.id, in: user.organization, ground.ring),
              at: mutation.now))
          if let hash {
            mutation.changes.add(
              InsertPassword(
                organization: user.organization, user: user.id, hash: hash,
                mustChange: !settings.keepInitialPassword, setAt: mutation.now))
          }
          mutation.record(.userCreated, user, user.eventDetails(UserField.allCases), key: key)
          if request.notify { mutation.notify(.userCreated, user, key: key) }

          var response = Roster_V1_CreateUserResponse()
          response.user = Roster_V1_User(user)
          response.changed = true
          return response
        })
    } catch {
      result = .failure(await taken(error, request.user, for: caller))
    }
    return try result.get()
  }
}

extension OrganizationSettings.RequiredField {
  /// As a path of CreateUserRequest.
  fileprivate var wirePath: String {
    self == .initialPassword ? rawValue : "user.\(rawValue)"
  }
}
