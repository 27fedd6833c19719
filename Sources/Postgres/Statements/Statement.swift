/// One SQL statement with its parameters and its row type.
///
/// The text is prepared lazily on each connection, keyed by the type, and is handed to libpq
/// without a copy. Parameters and results travel in binary form.
package protocol Statement: Sendable {
  /// What one row of the answer becomes; `Void`-like statements use ``NoRow``.
  associatedtype Row: Sendable

  /// The whole text, with `$1` for the organization everywhere but in `Store/System`.
  static var sql: StaticString { get }

  /// Which connections may run it, and its ceiling of time.
  static var kind: StatementKind { get }

  /// Appends the parameters in the order of `$1`, `$2`, …; the types must not vary between calls,
  /// since they are declared when the statement is prepared.
  func bind(_ parameters: inout Parameters)

  /// - Throws: ``DatabaseError/undecodable(column:reason:)``, never a trap, for what it can't hold.
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row
}

/// The row of a statement that returns none, or whose rows are of no interest.
package struct NoRow: Sendable {
  package init() {}
}

extension Statement where Row == NoRow {
  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> NoRow {
    NoRow()
  }
}

/// How a statement may run, and the ceiling of its statement_timeout (decisions 4).
package enum StatementKind: Sendable {
  /// Reads by a unique key: shares a Sync with up to fifteen others; 250 ms.
  case point
  /// Other short reads, on a connection of their own; 2 s.
  case read
  /// Writes inside a transaction; 2 s.
  case write
  /// A page of a list or a search; 2 s.
  case list
  /// Imports, exports and background work; 30 s.
  case bulk

  /// The ceiling of statement_timeout, in milliseconds.
  package var timeoutMillisecondsMax: Int {
    switch self {
    case .point: 250
    case .read, .write, .list: 2_000
    case .bulk: 30_000
    }
  }
}
