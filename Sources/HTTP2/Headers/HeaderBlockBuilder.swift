internal import CNghttp2

/// Collects the fields of a `HeaderBlock`.
package struct HeaderBlockBuilder: ~Copyable {
  struct Field {
    var nameCount: Int
    var valueCount: Int
    var flags: UInt32
  }

  private(set) var fields: [Field] = []
  private(set) var bytes: [UInt8] = []
  package var count: Int { fields.count }
  /// Size as of RFC 9113 §6.5.2, in octets.
  package var byteSize: Int { bytes.count + 32 * fields.count }

  package init() {
    fields.reserveCapacity(6)
    bytes.reserveCapacity(128)
  }

  /// - Parameter isIndexed: false keeps the value out of the peer's HPACK table (RFC 7541 §7.1.3):
  ///   for secrets, and for values that do not come again.
  package mutating func append(_ name: StaticString, _ value: String, isIndexed: Bool = true) {
    let octets = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    bytes.append(contentsOf: octets)
    let start = bytes.count
    bytes.append(contentsOf: value.utf8)
    note(octets.count, bytes.count - start, isIndexed)
  }

  package mutating func append(
    _ name: StaticString, _ value: UnsafeRawBufferPointer, isIndexed: Bool = true
  ) {
    let octets = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    bytes.append(contentsOf: octets)
    bytes.append(contentsOf: value)
    note(octets.count, value.count, isIndexed)
  }

  package mutating func append(
    _ name: some Collection<UInt8>, _ value: some Collection<UInt8>, isIndexed: Bool = true
  ) {
    let start = bytes.count
    bytes.append(contentsOf: name)
    let middle = bytes.count
    bytes.append(contentsOf: value)
    note(middle - start, bytes.count - middle, isIndexed)
  }
}

extension HeaderBlockBuilder {
  private mutating func note(_ nameCount: Int, _ valueCount: Int, _ isIndexed: Bool) {
    var flags = NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
    if !isIndexed { flags |= NGHTTP2_NV_FLAG_NO_INDEX.rawValue }
    fields.append(Field(nameCount: nameCount, valueCount: valueCount, flags: flags))
  }
}
