/// Whether a message of an answer is compressed. It never is when the peer does not take it, or
/// when its method answers a secret.
package enum MessageCompression: UInt8, Sendable {
  /// When its size makes it worth the time: ``ServerLimits/compressionSizeMin`` to
  /// ``ServerLimits/compressionSizeMax``, and when it gets smaller.
  case automatic
  /// Whatever its size.
  case on
  case off
}
