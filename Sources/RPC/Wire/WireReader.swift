/// Reads the protobuf wire format field by field; every length is checked against what is left.
package struct WireReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  package struct Malformed: Error, Equatable {
    package init() {}
  }

  /// The content of one field. Groups (wire types 3 and 4) are refused.
  package enum Value: Equatable {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed32(UInt32)
  }

  package struct Field: Equatable {
    package let number: Int
    package let value: Value
  }

  package init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    self.position = bytes.startIndex
  }

  package init(_ bytes: [UInt8]) {
    self.init(bytes[...])
  }

  /// The next field, or nil at the end.
  package mutating func next() throws(Malformed) -> Field? {
    guard position < bytes.endIndex else { return nil }
    let tag = try varint()
    let number = tag >> 3
    guard (1...536_870_911).contains(number) else { throw Malformed() }
    switch tag & 7 {
    case 0: return Field(number: Int(number), value: .varint(try varint()))
    case 1: return Field(number: Int(number), value: .fixed64(try fixed(byteCount: 8)))
    case 2:
      let byteCount = try varint()
      guard byteCount <= UInt64(bytes.endIndex - position) else { throw Malformed() }
      let start = position
      position += Int(byteCount)
      return Field(number: Int(number), value: .bytes(bytes[start..<position]))
    case 5:
      let value = UInt32(truncatingIfNeeded: try fixed(byteCount: 4))
      return Field(number: Int(number), value: .fixed32(value))
    default: throw Malformed()
    }
  }

  private mutating func varint() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard position < bytes.endIndex else { throw Malformed() }
      let byte = bytes[position]
      position += 1
      // Ten bytes hold 70 bits: the last may only carry the 64th.
      guard shift < 63 || byte <= 1 else { throw Malformed() }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw Malformed()
  }

  private mutating func fixed(byteCount: Int) throws(Malformed) -> UInt64 {
    guard bytes.endIndex - position >= byteCount else { throw Malformed() }
    var value: UInt64 = 0
    for index in 0..<byteCount {
      value |= UInt64(bytes[position + index]) << UInt64(8 * index)
    }
    position += byteCount
    return value
  }
}

extension WireReader.Value {
  /// The text of a string field; nil for another wire type or invalid UTF-8.
  package var text: String? {
    guard case .bytes(let content) = self else { return nil }
    return String(validating: content, as: UTF8.self)
  }

  /// The number of a varint field.
  package var number: UInt64? {
    guard case .varint(let value) = self else { return nil }
    return value
  }

  /// The content of a bytes field or an embedded message.
  package var content: ArraySlice<UInt8>? {
    guard case .bytes(let content) = self else { return nil }
    return content
  }
}
