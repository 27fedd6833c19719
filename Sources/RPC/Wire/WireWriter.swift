/// Writes the protobuf wire format, for the few messages that RPC itself speaks.
package struct WireWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// A varint field; zero is left out, as proto3 does.
  package mutating func field(_ number: Int, _ value: UInt64) {
    guard value != 0 else { return }
    varint(UInt64(number) << 3)
    varint(value)
  }

  /// A signed field of type int32 or int64: negative numbers take ten bytes.
  package mutating func field(_ number: Int, signed value: Int64) {
    field(number, UInt64(bitPattern: value))
  }

  /// A string field; the empty string is left out.
  package mutating func field(_ number: Int, _ text: String) {
    guard !text.isEmpty else { return }
    field(number, bytes: text.utf8)
  }

  /// A bytes field or an embedded message, written even when it is empty.
  package mutating func field(_ number: Int, bytes content: some Collection<UInt8>) {
    varint(UInt64(number) << 3 | 2)
    varint(UInt64(content.count))
    bytes.append(contentsOf: content)
  }

  /// An embedded message, written even when it is empty.
  package mutating func field(_ number: Int, _ body: (inout WireWriter) -> Void) {
    var inner = WireWriter()
    body(&inner)
    field(number, bytes: inner.bytes)
  }
}
