package import Domain
package import Postgres

/// How a user signs in and last did.
package struct FindUserSecurity: Statement {
  private let organization: OrganizationID
  private let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT a.last_login_at, a.last_active_at, a.failed_count, a.last_failed_at, u.mfa_enabled,
           p.set_at, coalesce(p.must_change, false), c.company_id, c.name
      FROM roster.users AS u
      JOIN roster.user_activity AS a ON a.organization_id = $1 AND a.user_id = u.user_id
      LEFT JOIN roster.passwords AS p ON p.organization_id = $1 AND p.user_id = u.user_id
      LEFT JOIN roster.companies AS c
        ON c.organization_id = $1 AND c.company_id = u.company_id
     WHERE u.organization_id = $1 AND u.user_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package struct Row: Sendable {
    package let lastLoginAt: Timestamp?
    package let lastActiveAt: Timestamp?
    package let failedCount: Int32
    package let lastFailedAt: Timestamp?
    package let mfaEnabled: Bool
    /// Nil: there is no password.
    package let passwordSetAt: Timestamp?
    package let mustChangePassword: Bool
    package let company: (id: CompanyID, name: String)?
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    var company: (id: CompanyID, name: String)?
    if let id = try row.optionalUUID(7) {
      company = (CompanyID(high: id.high, low: id.low), try row.text(8))
    }
    return try Row(
      lastLoginAt: row.optionalInstant(0), lastActiveAt: row.optionalInstant(1),
      failedCount: row.int32(2), lastFailedAt: row.optionalInstant(3), mfaEnabled: row.bool(4),
      passwordSetAt: row.optionalInstant(5), mustChangePassword: row.bool(6),
      company: company)
  }
}
