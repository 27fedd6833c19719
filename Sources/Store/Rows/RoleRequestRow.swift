import Domain
import Postgres

/// The columns that every statement answering a ``RoleRequest`` selects, in this order:
/// organization_id, role_request_id, role_id, user_id, wanted_seconds, justification; state,
/// created_at, expires_at; decided_at, decided_by_kind, decided_by, decision_reason, grant_id;
/// version.
enum RoleRequestRow {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleRequest {
    let wish = try RoleRequest.Wish(
      role: row.id(2, RoleID.self), user: row.id(3, UserID.self),
      wantedFor: row.optionalInt64(4).map { .seconds($0) },
      justification: Reason(stored: row.text(5)))
    let progress = try RoleRequest.Progress(
      state: row.choice(6, RoleRequest.State.self), decision: decision(row),
      version: row.int64(14))
    return try RoleRequest(
      id: row.id(1, RoleRequestID.self), organization: row.id(0, OrganizationID.self), wish,
      createdAt: row.instant(7), expiresAt: row.instant(8), progress)
  }

  private static func decision(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> RoleRequest.Decision? {
    guard let at = try row.optionalInstant(9) else { return nil }
    return try RoleRequest.Decision(
      at: at, by: row.principal(10), reason: Reason(stored: row.optionalText(12) ?? ""),
      grant: row.optionalUUID(13).map { GrantID(high: $0.high, low: $0.low) })
  }
}
