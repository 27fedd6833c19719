package import Domain
package import Postgres

/// The users of up to 1,000 ids, in no order; ids of nobody and of the deleted are left out.
package struct FindUsers: Statement {
  package let organization: OrganizationID
  package let users: [UserID]

  package init(organization: OrganizationID, users: [UserID]) {
    self.organization = organization
    self.users = users
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT u.organization_id, u.user_id, u.kind, u.source, u.created_at,
           roster.present_state(u.state, u.deactivated_until),
           roster.present_lock(u.locked_at, u.locked_until),
           u.lock_reason, e.verified_at, u.version, u.updated_at,
           e.address, u.given_name, u.family_name, u.display_name, u.external_id,
           u.locale, u.avatar_url, u.attributes, u.company_id, u.locked_until,
           u.deactivated_at, u.deactivation_reason, u.deactivated_until, u.pending_email
      FROM roster.users AS u
      JOIN roster.emails AS e
        ON e.organization_id = $1 AND e.user_id = u.user_id
       AND e.is_primary AND e.deleted_at IS NULL
     WHERE u.organization_id = $1 AND u.user_id = ANY($2) AND u.state <> 'deleted'
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(users)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> User {
    try UserRow.decode(row)
  }
}
