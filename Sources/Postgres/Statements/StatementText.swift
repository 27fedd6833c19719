internal import Metrics

/// The text of a statement and the key under which connections remember that they prepared it.
struct StatementText: @unchecked Sendable {
  // Safety: the text is immortal and never written.

  /// The statement's type, or the address of a list's text.
  let key: UInt
  let sql: UnsafePointer<CChar>
  /// One of the many shapes of lists, of which a connection keeps a bounded number.
  let isShape: Bool
  /// Of a ``Statement``: names it in metrics.
  private let type: Any.Type?

  /// For operators; takes a while to find out.
  var name: String { type.map { "\($0)" } ?? (isShape ? "list" : "other") }

  init<S: Statement>(_ statement: S.Type) {
    key = UInt(bitPattern: ObjectIdentifier(statement))
    sql = UnsafeRawPointer(S.sql.utf8Start).assumingMemoryBound(to: CChar.self)
    isShape = false
    type = statement
  }

  /// For a text that is made once for each ``Database``.
  init(fixed text: String) {
    sql = immortal(text)
    key = UInt(bitPattern: sql)
    isShape = false
    type = nil
  }

  init(_ text: ListText) {
    key = UInt(bitPattern: text.sql)
    sql = text.sql
    isShape = true
    type = nil
  }
}

/// The text of one shape of a list, compiled once and kept as long as the process.
package struct ListText: @unchecked Sendable {
  // Safety: the text is immortal and never written.
  let sql: UnsafePointer<CChar>

  /// Copies the text for ever: make one for each shape, not one for each call.
  package init(_ text: String) {
    sql = immortal(text)
  }
}

/// A statement whose text is compiled from a typed query: `Store/Lists` only.
package protocol ListStatement: Sendable {
  associatedtype Row: Sendable
  var text: ListText { get }
  func bind(_ parameters: inout Parameters)
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row
}

func immortal(_ text: String) -> UnsafePointer<CChar> {
  let utf8 = text.utf8CString
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: utf8.count)
  for (index, byte) in utf8.enumerated() { (copy + index).initialize(to: byte) }
  return UnsafePointer(copy)
}

/// Every statement a loop has run, numbered; the number is its name on the server.
final class StatementCatalogue {
  struct Entry {
    let name: UnsafePointer<CChar>
    let sql: UnsafePointer<CChar>
    let isShape: Bool
    let latency: Histogram?
    /// Grows when a change of the schema made the plans of all connections useless.
    var generation: UInt32 = 1
  }

  let metrics: DatabaseMetrics?
  private(set) var entries: [Entry] = []
  private var numbers: [UInt: Int] = [:]

  init(_ metrics: DatabaseMetrics?) {
    self.metrics = metrics
  }

  func number(of text: StatementText) -> Int {
    if let number = numbers[text.key] { return number }
    let number = entries.count
    entries.append(
      Entry(
        name: immortal("roster_\(number)"), sql: text.sql, isShape: text.isShape,
        latency: metrics?.latency(of: text.name)))
    numbers[text.key] = number
    return number
  }

  /// Has every connection prepare the statement anew, unless one of a later generation failed.
  func invalidate(_ number: Int, generation: UInt32) {
    if entries[number].generation == generation { entries[number].generation &+= 1 }
  }
}
