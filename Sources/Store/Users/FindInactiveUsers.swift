package import Domain
package import Postgres

/// The users who are due for being inactive, those who never signed in first, then the longest
/// inactive; each with the sealed key of what events say about them.
package struct FindInactiveUsers: Statement {
  package let due: InactiveUsers

  package init(_ due: InactiveUsers) {
    self.due = due
  }

  /// A user, and the key unless they were erased.
  package struct Row: Sendable {
    package let user: User
    package let sealedKey: [UInt8]?
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT u.organization_id, u.user_id, u.kind, u.source, u.created_at,
           roster.present_state(u.state, u.deactivated_until),
           roster.present_lock(u.locked_at, u.locked_until),
           u.lock_reason, e.verified_at, u.version, u.updated_at,
           e.address, u.given_name, u.family_name, u.display_name, u.external_id,
           u.locale, u.avatar_url, u.attributes, u.company_id, u.locked_until,
           u.deactivated_at, u.deactivation_reason, u.deactivated_until, u.pending_email,
           k.sealed_key
      FROM roster.user_activity AS a
      JOIN roster.users AS u ON u.organization_id = $1 AND u.user_id = a.user_id
      JOIN roster.emails AS e
        ON e.organization_id = $1 AND e.user_id = u.user_id
       AND e.is_primary AND e.deleted_at IS NULL
      LEFT JOIN roster.subject_keys AS k
        ON k.organization_id = $1 AND k.subject_id = u.user_id
     WHERE a.organization_id = $1
       AND (a.last_login_at IS NULL OR a.last_login_at < $2)
       AND (a.last_active_at IS NULL OR a.last_active_at < $2)
       AND u.created_at < $2 AND u.kind = 'human' AND u.state = ANY ($3)
       AND ($4 = 0 OR u.deactivated_at <= now() - make_interval(hours => 24 * $4))
     ORDER BY a.last_login_at NULLS FIRST, a.user_id
     LIMIT $5
    """

  package func bind(_ parameters: inout Parameters) {
    due.bind(&parameters)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    Row(user: try UserRow.decode(row), sealedKey: try row.optionalBytes(25))
  }
}
