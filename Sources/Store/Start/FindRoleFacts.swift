package import Postgres

/// What the role of a connection may do beyond its work; ``RoleFacts/refusal`` judges.
package struct FindRoleFacts: Statement {
  package init() {}

  package static let kind = StatementKind.read
  // MEMBER counts what SET ROLE could reach, USAGE what is held without it.
  package static let sql: StaticString = """
    SELECT r.rolname::text, r.rolsuper, r.rolbypassrls,
           EXISTS (
             SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
              WHERE n.nspname = 'roster' AND pg_has_role(r.oid, c.relowner, 'MEMBER')),
           ARRAY(
             SELECT o.rolname::text FROM pg_roles AS o
              WHERE o.oid <> r.oid
                AND o.rolname IN ('roster_owner', 'roster_service', 'roster_system',
                                  'roster_search')
                AND pg_has_role(r.oid, o.oid, 'USAGE')
              ORDER BY 1),
           ARRAY(
             SELECT o.rolname::text FROM pg_roles AS o
              WHERE o.oid <> r.oid AND (o.rolsuper OR o.rolbypassrls)
                AND pg_has_role(r.oid, o.oid, 'MEMBER')
              ORDER BY 1)
      FROM pg_roles AS r
     WHERE r.rolname = session_user
    """

  package func bind(_ parameters: inout Parameters) {}

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleFacts {
    try RoleFacts(
      name: row.text(0), isSuperuser: row.bool(1), bypassesRowSecurity: row.bool(2),
      ownsTables: row.bool(3), inherited: row.texts(4), unbounded: row.texts(5))
  }
}
