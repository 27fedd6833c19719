package import API
import Domain
import Postgres
import Store

extension UserService {
  package func deleteUser(
    _ request: Roster_V1_DeleteUserRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_DeleteUserResponse {
    let id: UserID = try readID(request.userID, field: "user_id")
    let reason = try readReason(request.reason, field: "reason")
    let asked = try OrganizationSettings.DeletionMode(asked: request.mode, field: "mode")
    let feed = FeedUser(organization: caller.organization, user: id)

    return try await ground.mutate(
      request, for: caller, MutationPlan(organization: .locked, repeating: { $0.add(feed) }),
      reading: { DeletionQuestions(&$0, id, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        let rules = try mutation.requireOrganization().settings.deletion
        let mode = asked ?? rules.mildestMode
        // Who is hidden can still be removed, and is as inactive as can be.
        let user = try questions.user(mutation, orDeleted: mode != .soft)
        try Etag(request.etag).require(user.version)
        var warnings: [DeletionWarning] = []
        if user.state == .deleted {
          guard rules.allows(mode) else { throw .life(.deletionModeNotAllowed(mode)) }
        } else {
          warnings = try rules.checked(mode, of: user, at: mutation.now)
        }
        try rules.requireConfirmation(request.confirmEmail, of: user)

        let key = mode == .hard ? nil : try questions.key(mutation)
        try mutation.delete([user], mode)
        mutation.record(
          .userDeleted, user,
          .object([
            "mode": .string(mode.rawValue), "reason": .string(reason.text),
            "email": .string(user.profile.email.text),
          ]), key: key)
        if request.notify { mutation.notify(.userDeleted, user, key: key) }

        var response = Roster_V1_DeleteUserResponse()
        response.warnings = warnings.map { Roster_V1_DeletionWarning($0) }
        response.changed = true
        return response
      })
  }
}

/// As ``UserQuestions``, and the user also where it is soft-deleted.
private struct DeletionQuestions {
  private let questions: UserQuestions
  private let deleted: Pending<FindDeletedUser>

  init(_ batch: inout Batch, _ id: UserID, _ caller: Caller) {
    questions = UserQuestions(&batch, id, caller)
    deleted = batch.add(FindDeletedUser(organization: caller.organization, user: id))
  }

  func user(
    _ mutation: borrowing Mutation, orDeleted: Bool
  ) throws(ServiceFailure) -> User {
    if orDeleted, let user = try mutation.row(deleted) {
      try questions.requireManaging(mutation)
      return user
    }
    return try questions.user(mutation)
  }

  func key(_ mutation: borrowing Mutation) throws(ServiceFailure) -> SubjectKey? {
    try questions.key(mutation)
  }
}
