/// Where a sealed value stands: it opens nowhere else.
package struct SealContext: Sendable {
  /// The two halves of the organization's UUID, big-endian; nil UUID where there is none.
  package var organization: (high: UInt64, low: UInt64)
  /// The primary key of the row within the organization, or what identifies the value.
  package var rowKey: [UInt8]

  package init(organization: (high: UInt64, low: UInt64), rowKey: [UInt8]) {
    self.organization = organization
    self.rowKey = rowKey
  }

  /// 2-byte length ‖ use ‖ 16 bytes organization ‖ 4-byte length ‖ row key: lengths first, so that
  /// no two contexts give the same bytes.
  func authenticated(with use: KeyUse) -> [UInt8] {
    let name = Array(use.name.utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 + name.count + 16 + 4 + rowKey.count)
    bytes.append(bigEndian: UInt16(name.count))
    bytes.append(contentsOf: name)
    bytes.append(bigEndian: organization.high)
    bytes.append(bigEndian: organization.low)
    bytes.append(bigEndian: UInt32(truncatingIfNeeded: rowKey.count))
    bytes.append(contentsOf: rowKey)
    return bytes
  }
}

extension [UInt8] {
  mutating func append(bigEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}
