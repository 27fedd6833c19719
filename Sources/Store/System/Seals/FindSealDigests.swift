package import Domain
package import Postgres

/// The digests of some seals, in the order asked; nil for a seal that is not there.
package struct FindSealDigests: Statement {
  package let places: [(organization: OrganizationID, number: Int64)]

  package init(_ places: [(organization: OrganizationID, number: Int64)]) {
    self.places = places
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT s.digest
      FROM unnest($1, $2) WITH ORDINALITY AS w (organization_id, seal_no, place)
      LEFT JOIN roster.event_seals AS s
        ON s.organization_id = w.organization_id AND s.seal_no = w.seal_no
     ORDER BY w.place
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.ids(places.map(\.organization))
    parameters.int64s(places.map(\.number))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> [UInt8]? {
    try row.optionalBytes(0)
  }
}
