package import Domain
package import Postgres

extension RowReader {
  package func id<ID: ResourceID>(_ column: Int, _ type: ID.Type) throws(DatabaseError) -> ID {
    let (high, low) = try uuid(column)
    return ID(high: high, low: low)
  }

  package func optionalID<ID: ResourceID>(
    _ column: Int, _ type: ID.Type
  ) throws(DatabaseError) -> ID? {
    guard let (high, low) = try optionalUUID(column) else { return nil }
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
}
