/// One message to the peer, encoded and without the 5-byte prefix, which RPC writes itself.
package struct ResponseMessage: Sendable {
  package let bytes: [UInt8]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }
}
