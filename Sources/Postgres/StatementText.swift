/// The text of a statement and the key under which connections remember that they prepared it.
struct StatementText: Sendable, Hashable {
  let key: ObjectIdentifier
  /// NUL-terminated, immortal.
  let sql: StaticString

  init<S: Statement>(_ statement: S.Type) {
    key = ObjectIdentifier(statement)
    sql = S.sql
  }

  static func == (left: StatementText, right: StatementText) -> Bool { left.key == right.key }

  func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
