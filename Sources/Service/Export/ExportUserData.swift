package import API
import Domain
import Postgres
import Store

extension UserService {
  package func exportUserData(
    _ request: Roster_V1_ExportUserDataRequest,
    _ responses: ResponseStream<Roster_V1_ExportUserDataResponse>, for caller: Caller
  ) async throws(ServiceFailure) {
    let id: UserID = try readID(request.userID, field: "user_id")
    let user = try await exported(id, caller)
    guard try await caller.reaches(id) else { throw .missing(.user(id)) }
    let sealed = try await caller.read(
      FindSubjectKey(organization: caller.organization, subject: id))
    var key: SubjectKey?
    if let sealed = sealed.first {
      key = try SubjectKey(opening: sealed, of: id, in: caller.organization, ground.ring)
    }

    let stream = ExportStream(responses)
    let rows = try await caller.read(
      ExportUserRows(organization: user.organization, user: id))
    for (table, documents) in ExportStream.grouped(rows) {
      try await stream.send(table, documents)
    }
    try await sendPages("role_grants", stream) { (after: GrantID?) throws(ServiceFailure) in
      try await caller.read(
        ExportGrants(
          organization: user.organization, user: id, after: after, limit: Self.exportPageSize)
      ).map { ($0.id, $0.document) }
    }
    try await sendPages("role_requests", stream) {
      (after: RoleRequestID?) throws(ServiceFailure) in
      try await caller.read(
        ExportRoleRequests(
          organization: user.organization, user: id, after: after, limit: Self.exportPageSize)
      ).map { ($0.id, $0.document) }
    }
    try await sendPages("events", stream) { (after: EventID?) throws(ServiceFailure) in
      try await caller.read(
        ExportEvents(
          organization: user.organization, user: id, after: after, limit: Self.exportPageSize)
      ).map { ($0.id, opened($0, of: user, key)) }
    }
  }

  /// Rows of one page.
  private static var exportPageSize: Int { 500 }

  /// A soft-deleted user too: it is kept, so it is theirs to know.
  private func exported(_ id: UserID, _ caller: Caller) async throws(ServiceFailure) -> User {
    if let user = try await caller.read(
      FindUser(organization: caller.organization, user: id)
    ).first {
      return user
    }
    let deleted = try await caller.read(
      FindDeletedUser(organization: caller.organization, user: id))
    guard let user = deleted.first else { throw .missing(.user(id)) }
    return user
  }

  /// Each page is a statement of its own: no transaction waits for the client.
  private func sendPages<ID: ResourceID>(
    _ table: String, _ stream: ExportStream,
    _ read: (ID?) async throws(ServiceFailure) -> [(ID, String)]
  ) async throws(ServiceFailure) {
    var last: ID?
    while true {
      let page = try await read(last)
      try await stream.send(table, page.map { $0.1 })
      guard page.count == Self.exportPageSize else { return }
      last = page.last?.0
    }
  }

  /// The event with the details that are about the user; those about others are not theirs to see.
  private func opened(_ row: ExportEvents.Row, of user: User, _ key: SubjectKey?) -> String {
    guard case .object(var members)? = JSONValue(row.document) else { return row.document }
    let (event, organization) = (row.id, user.organization)
    if row.actor == user.id, let sealed = row.actorDetails {
      members["actor_details"] = key?.open(
        sealed, for: "actor", of: event.uuid, in: organization)
    }
    if let sealed = row.targetDetails {
      if row.target == user.id {
        members["target_details"] = key?.open(
          sealed, for: "event", of: event.uuid, in: organization)
      } else if row.target == nil {
        members["target_details"] = ground.ring.openDetails(sealed, of: event, in: organization)
      }
    }
    return JSONValue.object(members).text
  }
}
