internal import CLibpq

/// One row of a binary result, read by column position from 0; valid only inside `decode`.
///
/// Every reader checks the column's type and length and throws
/// ``DatabaseError/undecodable(column:reason:)``; the plain ones throw for NULL as well.
package struct RowReader: ~Copyable {
  private let result: OpaquePointer
  private let row: Int32
  private let width: Int32

  init(borrowing result: OpaquePointer, row: Int32, columnCount: Int32) {
    self.result = result
    self.row = row
    width = columnCount
  }

  package var columnCount: Int { Int(width) }

  package func uuid(_ column: Int) throws(DatabaseError) -> (high: UInt64, low: UInt64) {
    try required(optionalUUID(column), column)
  }

  package func optionalUUID(_ column: Int) throws(DatabaseError) -> (high: UInt64, low: UInt64)? {
    guard let value = try value(column, ObjectType.uuid, length: 16) else { return nil }
    return (loadBigEndian(value, 0), loadBigEndian(value, 8))
  }

  /// - Throws: also for bytes that are not UTF-8.
  package func text(_ column: Int) throws(DatabaseError) -> String {
    try required(optionalText(column), column)
  }

  package func optionalText(_ column: Int) throws(DatabaseError) -> String? {
    let type = try columnType(column)
    guard
      type == ObjectType.text || type == ObjectType.varchar || type == ObjectType.name
        || type == ObjectType.char
    else { throw mistyped(column, type) }
    guard let value = raw(Int32(truncatingIfNeeded: column)) else { return nil }
    return try decodeText(value, column)
  }

  package func bytes(_ column: Int) throws(DatabaseError) -> [UInt8] {
    try required(optionalBytes(column), column)
  }

  package func optionalBytes(_ column: Int) throws(DatabaseError) -> [UInt8]? {
    try value(column, ObjectType.bytea, length: nil).map { [UInt8]($0) }
  }

  package func int16(_ column: Int) throws(DatabaseError) -> Int16 {
    try required(optionalInt16(column), column)
  }

  package func optionalInt16(_ column: Int) throws(DatabaseError) -> Int16? {
    try value(column, ObjectType.int2, length: 2).map { loadBigEndian($0, 0) }
  }

  package func int32(_ column: Int) throws(DatabaseError) -> Int32 {
    try required(optionalInt32(column), column)
  }

  package func optionalInt32(_ column: Int) throws(DatabaseError) -> Int32? {
    try value(column, ObjectType.int4, length: 4).map { loadBigEndian($0, 0) }
  }

  package func int64(_ column: Int) throws(DatabaseError) -> Int64 {
    try required(optionalInt64(column), column)
  }

  package func optionalInt64(_ column: Int) throws(DatabaseError) -> Int64? {
    try value(column, ObjectType.int8, length: 8).map { loadBigEndian($0, 0) }
  }

  package func bool(_ column: Int) throws(DatabaseError) -> Bool {
    try required(optionalBool(column), column)
  }

  package func optionalBool(_ column: Int) throws(DatabaseError) -> Bool? {
    guard let value = try value(column, ObjectType.bool, length: 1) else { return nil }
    return value[0] != 0
  }

  /// A `timestamptz` in microseconds since 1970.
  /// - Throws: also for `infinity` and `-infinity`.
  package func timestamp(_ column: Int) throws(DatabaseError) -> Int64 {
    try required(optionalTimestamp(column), column)
  }

  package func optionalTimestamp(_ column: Int) throws(DatabaseError) -> Int64? {
    guard let value = try value(column, ObjectType.timestamptz, length: 8) else { return nil }
    let server: Int64 = loadBigEndian(value, 0)
    let (sum, overflow) = server.addingReportingOverflow(epochMicroseconds)
    guard !overflow, server != .min else {
      throw .undecodable(column: column, reason: "timestamp out of range")
    }
    return sum
  }

  package func xid8(_ column: Int) throws(DatabaseError) -> UInt64 {
    try required(optionalXid8(column), column)
  }

  package func optionalXid8(_ column: Int) throws(DatabaseError) -> UInt64? {
    try value(column, ObjectType.xid8, length: 8).map { loadBigEndian($0, 0) }
  }

  /// The text of a `jsonb`, in the server's spelling.
  package func jsonb(_ column: Int) throws(DatabaseError) -> String {
    try required(optionalJSONB(column), column)
  }

  package func optionalJSONB(_ column: Int) throws(DatabaseError) -> String? {
    guard let value = try value(column, ObjectType.jsonb, length: nil) else { return nil }
    guard value.first == 1 else {
      throw .undecodable(column: column, reason: "unknown jsonb version")
    }
    return try decodeText(UnsafeRawBufferPointer(rebasing: value.dropFirst()), column)
  }

  /// Appends a value of any type as the server sent it in binary, after its length as 4 bytes,
  /// big-endian; NULL is a length of -1.
  package func append(_ column: Int, to bytes: inout [UInt8]) throws(DatabaseError) {
    _ = try columnType(column)
    guard let value = raw(Int32(truncatingIfNeeded: column)) else {
      return bytes.appendBigEndian(Int32(-1))
    }
    bytes.appendBigEndian(UInt32(truncatingIfNeeded: value.count))
    bytes.append(contentsOf: value)
  }

  /// The bytes of one value, `nil` for NULL, after checking the type and, if given, the length.
  func value(
    _ column: Int, _ type: UInt32, length: Int?
  ) throws(DatabaseError) -> UnsafeRawBufferPointer? {
    let actual = try columnType(column)
    guard actual == type else { throw mistyped(column, actual) }
    guard let value = raw(Int32(truncatingIfNeeded: column)) else { return nil }
    guard length == nil || value.count == length else {
      throw .undecodable(column: column, reason: "\(value.count) bytes for type \(type)")
    }
    return value
  }

  func columnType(_ column: Int) throws(DatabaseError) -> UInt32 {
    guard column >= 0, column < Int(width) else {
      throw .undecodable(column: column, reason: "the row has \(width) columns")
    }
    return PQftype(result, Int32(truncatingIfNeeded: column))
  }

  func mistyped(_ column: Int, _ type: UInt32) -> DatabaseError {
    .undecodable(column: column, reason: "the column has type \(type)")
  }

  func decodeText(
    _ value: UnsafeRawBufferPointer, _ column: Int
  ) throws(DatabaseError) -> String {
    guard let text = String(validating: value, as: UTF8.self) else {
      throw .undecodable(column: column, reason: "not UTF-8")
    }
    return text
  }

  func required<Value>(_ value: Value?, _ column: Int) throws(DatabaseError) -> Value {
    guard let value else { throw .undecodable(column: column, reason: "NULL") }
    return value
  }

  /// The column must have been checked against the count.
  private func raw(_ column: Int32) -> UnsafeRawBufferPointer? {
    guard PQgetisnull(result, row, column) == 0 else { return nil }
    return UnsafeRawBufferPointer(
      start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
  }
}

/// Loads an integer whose bytes the caller has counted.
func loadBigEndian<Integer: FixedWidthInteger & BitwiseCopyable>(
  _ bytes: UnsafeRawBufferPointer, _ offset: Int
) -> Integer {
  Integer(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Integer.self))
}
