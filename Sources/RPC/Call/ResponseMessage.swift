/// One message to the peer, encoded and without the 5-byte prefix, which RPC writes itself.
package struct ResponseMessage: Sendable {
  package let bytes: [UInt8]
  package var compression: MessageCompression

  package init(_ bytes: [UInt8], compression: MessageCompression = .automatic) {
    self.bytes = bytes
    self.compression = compression
  }
}
