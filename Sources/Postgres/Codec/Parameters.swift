/// The binary values of a statement's parameters, in order; one arena, reused between statements.
package struct Parameters: Sendable {
  /// Where one value lies; a negative length is NULL.
  struct Slot {
    var type: UInt32
    var offset: Int32
    var length: Int32
  }

  var bytes: [UInt8] = []
  var slots: [Slot] = []

  package init() {}

  package mutating func uuid(high: UInt64, low: UInt64) {
    open(ObjectType.uuid) { bytes in
      bytes.appendBigEndian(high)
      bytes.appendBigEndian(low)
    }
  }

  package mutating func uuid(_ value: (high: UInt64, low: UInt64)?) {
    guard let value else { return null(ObjectType.uuid) }
    uuid(high: value.high, low: value.low)
  }

  /// PostgreSQL refuses NUL inside a text with ``DatabaseError/invalidValue(sqlState:message:)``.
  package mutating func text(_ value: String?) {
    guard let value else { return null(ObjectType.text) }
    open(ObjectType.text) { $0.appendText(value) }
  }

  package mutating func bytes(_ value: [UInt8]?) {
    guard let value else { return null(ObjectType.bytea) }
    open(ObjectType.bytea) { $0.append(contentsOf: value) }
  }

  package mutating func int16(_ value: Int16?) {
    guard let value else { return null(ObjectType.int2) }
    open(ObjectType.int2) { $0.appendBigEndian(UInt16(bitPattern: value)) }
  }

  package mutating func int32(_ value: Int32?) {
    guard let value else { return null(ObjectType.int4) }
    open(ObjectType.int4) { $0.appendBigEndian(UInt32(bitPattern: value)) }
  }

  package mutating func int64(_ value: Int64?) {
    guard let value else { return null(ObjectType.int8) }
    open(ObjectType.int8) { $0.appendBigEndian(UInt64(bitPattern: value)) }
  }

  package mutating func bool(_ value: Bool?) {
    guard let value else { return null(ObjectType.bool) }
    open(ObjectType.bool) { $0.append(value ? 1 : 0) }
  }

  /// A `timestamptz` from microseconds since 1970; one before 4713 BC is refused by the server.
  package mutating func timestamp(microseconds value: Int64?) {
    guard let value else { return null(ObjectType.timestamptz) }
    open(ObjectType.timestamptz) { $0.appendBigEndian(serverTimestamp(value)) }
  }

  package mutating func xid8(_ value: UInt64?) {
    guard let value else { return null(ObjectType.xid8) }
    open(ObjectType.xid8) { $0.appendBigEndian(value) }
  }

  /// A `jsonb` from its text; the server parses and checks it.
  package mutating func jsonb(_ value: String?) {
    guard let value else { return null(ObjectType.jsonb) }
    open(ObjectType.jsonb) { bytes in
      bytes.append(1)
      bytes.appendText(value)
    }
  }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    slots.removeAll(keepingCapacity: true)
  }

  mutating func null(_ type: UInt32) {
    slots.append(Slot(type: type, offset: 0, length: -1))
  }

  mutating func open(_ type: UInt32, _ body: (inout [UInt8]) -> Void) {
    let offset = bytes.count
    body(&bytes)
    slots.append(
      Slot(
        type: type, offset: Int32(truncatingIfNeeded: offset),
        length: Int32(truncatingIfNeeded: bytes.count &- offset)))
  }
}

/// PostgreSQL's form of an instant. A value too early to convert becomes one the server refuses,
/// never `-infinity` (`Int64.min`).
func serverTimestamp(_ microseconds: Int64) -> UInt64 {
  let (value, overflow) = microseconds.subtractingReportingOverflow(epochMicroseconds)
  return UInt64(bitPattern: overflow || value == .min ? .min &+ 1 : value)
}

extension [UInt8] {
  mutating func appendBigEndian(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  mutating func appendText(_ value: String) {
    var value = value
    value.withUTF8 { append(contentsOf: $0) }
  }
}
