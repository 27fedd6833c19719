internal import CLibpq

/// Owns one `PGresult`; `PQclear` runs exactly once.
final class QueryResult: @unchecked Sendable {
  // Safety: libpq only reads a result once it is made.
  private let raw: OpaquePointer

  init(adopting raw: OpaquePointer) {
    self.raw = raw
  }

  deinit { PQclear(raw) }

  /// Rows inserted, changed, deleted or selected, from the command tag; 0 for other commands.
  var affectedRowCount: Int {
    guard let text = PQcmdTuples(raw) else { return 0 }
    return Int(String(cString: text)) ?? 0
  }

  /// Such as `COMMIT`, or `UPDATE 1`.
  var commandTag: String {
    PQcmdStatus(raw).map { String(cString: $0) } ?? ""
  }

  func rows<S: Statement>(_ statement: S.Type) throws(DatabaseError) -> [S.Row] {
    try decode { (row) throws(DatabaseError) in try S.decode(row) }
  }

  func decode<Row>(
    _ body: (borrowing RowReader) throws(DatabaseError) -> Row
  ) throws(DatabaseError) -> [Row] {
    try decodeRows(raw, body)
  }

  func firstRow<S: Statement>(_ statement: S.Type) throws(DatabaseError) -> S.Row? {
    guard PQntuples(raw) > 0 else { return nil }
    return try S.decode(RowReader(borrowing: raw, row: 0, columnCount: PQnfields(raw)))
  }

  /// The first column of the first row.
  func firstBoolean() throws(DatabaseError) -> Bool {
    guard PQntuples(raw) > 0 else { return false }
    return try RowReader(borrowing: raw, row: 0, columnCount: PQnfields(raw)).bool(0)
  }
}

func decodeRows<Row>(
  _ result: OpaquePointer, _ body: (borrowing RowReader) throws(DatabaseError) -> Row
) throws(DatabaseError) -> [Row] {
  let count = PQntuples(result)
  let columnCount = PQnfields(result)
  var rows: [Row] = []
  rows.reserveCapacity(Int(count))
  for row in 0..<count {
    rows.append(try body(RowReader(borrowing: result, row: row, columnCount: columnCount)))
  }
  return rows
}
