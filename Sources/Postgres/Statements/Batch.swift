/// Statements that travel in one flush of a transaction; if one fails the rest is skipped.
package struct Batch: ~Copyable, Sendable {
  var entries: [Entry] = []

  package init() {}

  /// Binds the statement now and returns the place of its rows in the flush's answer.
  @discardableResult
  package mutating func add<S: Statement>(_ statement: S) -> Pending<S> {
    var parameters = Parameters()
    statement.bind(&parameters)
    entries.append(Entry(text: StatementText(S.self), parameters: parameters))
    return Pending(index: entries.count - 1)
  }

  struct Entry: Sendable {
    let text: StatementText
    var parameters: Parameters
  }
}

/// Where in a ``BatchResults`` the rows of one statement are.
package struct Pending<S: Statement>: Sendable {
  let index: Int
}

/// The answer of one flush.
package final class BatchResults: Sendable {
  private let results: [QueryResult]

  init(_ results: ArraySlice<QueryResult>) {
    self.results = Array(results)
  }

  /// The decoded rows of one statement of the batch.
  package func rows<S: Statement>(_ pending: Pending<S>) throws(DatabaseError) -> [S.Row] {
    try results[pending.index].rows(S.self)
  }

  /// The only row of a statement, `nil` when it returned none.
  package func row<S: Statement>(_ pending: Pending<S>) throws(DatabaseError) -> S.Row? {
    try results[pending.index].firstRow(S.self)
  }

  /// How many rows the statement inserted, changed, deleted or returned.
  package func rowCount<S: Statement>(_ pending: Pending<S>) -> Int {
    results[pending.index].affectedRowCount
  }
}
