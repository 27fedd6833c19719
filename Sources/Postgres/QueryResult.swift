internal import CLibpq

/// Owns one `PGresult`; `PQclear` runs exactly once.
final class QueryResult {
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

  func rows<S: Statement>(_ statement: S.Type) throws(DatabaseError) -> [S.Row] {
    let count = PQntuples(raw)
    let columnCount = PQnfields(raw)
    var rows: [S.Row] = []
    rows.reserveCapacity(Int(count))
    for row in 0..<count {
      rows.append(
        try S.decode(RowReader(borrowing: raw, row: row, columnCount: columnCount)))
    }
    return rows
  }

  func firstRow<S: Statement>(_ statement: S.Type) throws(DatabaseError) -> S.Row? {
    guard PQntuples(raw) > 0 else { return nil }
    return try S.decode(RowReader(borrowing: raw, row: 0, columnCount: PQnfields(raw)))
  }
}
