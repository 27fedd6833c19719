package import Domain
package import Postgres

/// A page of a user's requests for roles as JSON, in the order of their ids.
package struct ExportRoleRequests: Statement {
  package let organization: OrganizationID
  package let user: UserID
  package let after: RoleRequestID
  package let limit: Int

  /// - Parameter after: the last id of the page before; nil: the first page.
  package init(organization: OrganizationID, user: UserID, after: RoleRequestID?, limit: Int) {
    self.organization = organization
    self.user = user
    self.after = after ?? RoleRequestID(.nil)
    self.limit = limit
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT t.organization_id, t.role_request_id, to_jsonb(t)
      FROM roster.role_requests AS t
     WHERE t.organization_id = $1 AND t.user_id = $2 AND t.role_request_id > $3
     ORDER BY t.role_request_id
     LIMIT $4
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
    parameters.id(after)
    parameters.int64(Int64(limit))
  }

  package static func decode(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> (id: RoleRequestID, document: String) {
    (try row.id(1, RoleRequestID.self), try row.jsonb(2))
  }
}
