/// Where PostgreSQL is and how much of it one loop may use.
package struct DatabaseConfiguration: Sendable {
  package var conninfo: String
  /// Asked just before COMMIT: one row of one boolean, whether this transaction narrowed a right.
  /// `nil` never narrows.
  package var narrowingQuestion: StaticString?

  /// - Parameter conninfo: a libpq URI or `key=value` string; its hosts are tried in turn.
  package init(_ conninfo: String) {
    self.conninfo = conninfo
  }
}
