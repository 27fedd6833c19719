package import Domain
package import Postgres

extension RowReader {
  package func id<ID: ResourceID>(_ column: Int, _ type: ID.Type) throws(DatabaseError) -> ID {
    let (high, low) = try uuid(column)
    return ID(high: high, low: low)
  }

  package func instant(_ column: Int) throws(DatabaseError) -> Timestamp {
    Timestamp(microseconds: try timestamp(column))
  }

  package func optionalInstant(_ column: Int) throws(DatabaseError) -> Timestamp? {
    try optionalTimestamp(column).map { Timestamp(microseconds: $0) }
  }

  /// A text that names a case of `type`.
  package func choice<Choice: RawRepresentable<String>>(
    _ column: Int, _ type: Choice.Type
  ) throws(DatabaseError) -> Choice {
    guard let choice = Choice(rawValue: try text(column)) else {
      throw .undecodable(column: column, reason: "no \(type) has this name")
    }
    return choice
  }

  /// Texts of the form `permission:scope`.
  package func rights(_ column: Int) throws(DatabaseError) -> Rights {
    var rights = Rights()
    for text in try texts(column) {
      guard let right = Right(stored: text) else {
        throw .undecodable(column: column, reason: "no permission:scope")
      }
      rights.insert(right)
    }
    return rights
  }

  /// A column of a principal's kind, and the next one of its id.
  package func principal(_ column: Int) throws(DatabaseError) -> Principal {
    try Principal(choice(column, Principal.Kind.self), UUID128(uuid(column + 1)))
  }
}

extension UUID128 {
  fileprivate init(_ words: (high: UInt64, low: UInt64)) {
    self.init(high: words.high, low: words.low)
  }
}
