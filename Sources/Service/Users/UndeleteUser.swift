package import API
import Domain
import Postgres
import Store

extension UserService {
  package func undeleteUser(
    _ request: Roster_V1_UndeleteUserRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_UndeleteUserResponse {
    let id: UserID = try readID(request.userID, field: "user_id")
    let reason = try readReason(request.reason, field: "reason")
    let company = try readCompany(request.companyID, field: "company_id")

    var fields = Roster_V1_UserFields()
    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller,
        reading: { UndeletionQuestions(&$0, id, caller) },
        deciding: { questions, mutation throws(ServiceFailure) in
          var response = Roster_V1_UndeleteUserResponse()
          guard var user = try questions.deleted(mutation) else {
            response.user = Roster_V1_User(try questions.user(mutation))
            return response
          }
          fields.email = user.profile.email.text
          fields.externalID = user.profile.externalID?.text ?? ""
          fields.companyID = company?.text ?? ""
          let settings = try mutation.requireOrganization().settings
          let deletion = user.deletion
          let changed = try user.refusing { (user) throws(User.Refusal) in
            let changed = try user.undelete(at: mutation.now)
            if let company { user.settle(in: company) }
            return changed
          }
          try settings.require(user.profile, hasInitialPassword: nil, written: [.company])

          let key = try questions.key(mutation)
          mutation.changes.add(UpdateUserState(user))
          if let deletion {
            mutation.changes.add(
              RestoreEmails(organization: user.organization, user: id, deletedAt: deletion.at))
          }
          if user.state == .active || settings.deactivation.keepGroups {
            mutation.returnMemberships(of: user, in: try questions.groups(mutation))
          }
          mutation.record(
            .userUndeleted, user, .object(["reason": .string(reason.text)]), key: key)
          if request.notify { mutation.notify(.userUndeleted, user, key: key) }
          response.user = Roster_V1_User(user)
          response.changed = changed
          return response
        })
    } catch {
      throw await taken(error, fields, for: caller)
    }
  }
}

/// As ``UserQuestions``, and the user where it is soft-deleted, with the groups to return to.
private struct UndeletionQuestions {
  private let questions: UserQuestions
  private let row: Pending<FindDeletedUser>
  private let suspended: Pending<FindSuspendedGroups>

  init(_ batch: inout Batch, _ id: UserID, _ caller: Caller) {
    let organization = caller.organization
    questions = UserQuestions(&batch, id, caller)
    row = batch.add(FindDeletedUser(organization: organization, user: id))
    suspended = batch.add(FindSuspendedGroups(organization: organization, user: id))
  }

  func deleted(_ mutation: borrowing Mutation) throws(ServiceFailure) -> User? {
    guard let user = try mutation.row(row) else { return nil }
    try questions.requireManaging(mutation)
    return user
  }

  func user(_ mutation: borrowing Mutation) throws(ServiceFailure) -> User {
    try questions.user(mutation)
  }

  func key(_ mutation: borrowing Mutation) throws(ServiceFailure) -> SubjectKey? {
    try questions.key(mutation)
  }

  func groups(_ mutation: borrowing Mutation) throws(ServiceFailure) -> [GroupID] {
    try mutation.rows(suspended).map(\.group)
  }
}
