/// What tells two keys apart without telling either.
package struct KeyFingerprint: Hashable, Sendable {
  package let keyID: UInt32
  /// 32 octets, one-way.
  package let bytes: [UInt8]

  package init(keyID: UInt32, bytes: [UInt8]) {
    self.keyID = keyID
    self.bytes = bytes
  }
}
