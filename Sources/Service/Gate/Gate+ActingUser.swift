import Domain
import Postgres
import RPC
import Store

/// For whom a backend acts: `roster-user: <id>` or `roster-session: <secret>`. Both count only with
/// a token that may act for users; forwarded-for headers are never read.
extension Gate {
  func actingUser(
    _ call: ServerCall, _ credential: Credential
  ) throws(ServiceFailure) -> UserID? {
    let session = call.metadata["roster-session"]
    let user = call.metadata["roster-user"]
    guard session != nil || user != nil else { return nil }
    guard credential.token.actsForUsers else {
      throw .refused(
        .actForUsersNotAllowed(header: session == nil ? "roster-user" : "roster-session"))
    }
    // This version keeps no sessions, so none can be valid.
    guard session == nil else { throw .refused(.sessionInvalid) }
    guard call.metadata.all("roster-user").count == 1, let text = call.metadata.text("roster-user"),
      let id = UserID(canonical: text)
    else { throw .fault(.idInvalid(field: "roster-user")) }
    return id
  }

  /// The person must be able to act now. Whatever is wrong with them looks the same.
  func requireAble(_ user: UserID, for caller: Caller) async throws(ServiceFailure) -> Subject {
    let organization = caller.organization
    // Before there is an authorization, this is what one is made from.
    let scope = Scope.organization(high: organization.uuid.high, low: organization.uuid.low)
    let found = try await caller.read(
      FindSubject(organization: organization, user: user), as: scope)
    guard let subject = found.first, subject.isAble else {
      // A token for all organizations may have named one that is not.
      let found = try await caller.read(
        FindOrganization(organization: organization), as: scope)
      guard !found.isEmpty else { throw .missing(.organization(organization)) }
      throw .refused(.actingUserInvalid(in: organization))
    }
    return subject
  }
}
