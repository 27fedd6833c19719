package import Postgres

/// Holds the rows of users who are due for being inactive, in the order of their ids, until the
/// transaction ends. ``FindInactiveUsers`` of the same arguments reads them after it.
package struct HoldInactiveUsers: Statement {
  package let due: InactiveUsers

  package init(_ due: InactiveUsers) {
    self.due = due
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT u.organization_id
      FROM roster.users AS u
     WHERE u.organization_id = $1 AND u.user_id IN (
       SELECT a.user_id
         FROM roster.user_activity AS a
         JOIN roster.users AS d ON d.organization_id = $1 AND d.user_id = a.user_id
        WHERE a.organization_id = $1
          AND (a.last_login_at IS NULL OR a.last_login_at < $2)
          AND (a.last_active_at IS NULL OR a.last_active_at < $2)
          AND d.created_at < $2 AND d.kind = 'human' AND d.state = ANY ($3)
          AND ($4 = 0 OR d.deactivated_at <= now() - make_interval(hours => 24 * $4))
        ORDER BY a.last_login_at NULLS FIRST, a.user_id
        LIMIT $5)
     ORDER BY u.user_id
       FOR NO KEY UPDATE OF u
    """

  package func bind(_ parameters: inout Parameters) {
    due.bind(&parameters)
  }

  package typealias Row = NoRow
}
