package import Postgres

/// Brings texts to Unicode NFC, in order; limits are checked on what it answers. Touches no table.
package struct NormalizeTexts: Statement {
  package let texts: [String]

  package init(_ texts: [String]) {
    self.texts = texts
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT ARRAY(
      SELECT normalize(t.text, NFC)
        FROM unnest($1) WITH ORDINALITY AS t (text, place)
       ORDER BY t.place)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.texts(texts)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> [String] {
    try row.texts(0)
  }
}
