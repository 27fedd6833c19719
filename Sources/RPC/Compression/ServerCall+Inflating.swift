// Compressed messages of the request: decompressed when the handler takes or reads them.

extension ServerCall {
  /// Decompresses the one request of a unary call in its place.
  func inflateRequest() throws(Status) {
    if let interruption { throw interruption }
    let message = try withRequestAsItCame { bytes throws(Status) in try inflate(bytes) }
    request = .owned(message)
    isRequestPacked = false
  }

  /// Decompresses a message of a stream; what is held for the one before is given back.
  func inflate(_ message: [UInt8]) throws(Status) -> [UInt8] {
    giveBackInflated()
    return try message.withBytes { bytes throws(Status) in try inflate(bytes) }
  }

  /// Lets the connection forget what this call has decompressed.
  func giveBackInflated() {
    connection.inflatedByteCount -= inflatedByteCount
    inflatedByteCount = 0
  }

  private func inflate(_ bytes: UnsafeRawBufferPointer) throws(Status) -> [UInt8] {
    // Nothing is no gzip, and there are peers who mark an empty message like all others.
    guard !bytes.isEmpty else { return [] }
    guard connection.memory.hasRoom(for: bytes.count) else {
      connection.host?.memoryRefused()
      reject(.memoryExhausted)
      throw .memoryExhausted
    }
    let limit = deframer.messageSizeMax
    let room = connection.limits.inflatedSizeMax - connection.inflatedByteCount
    do throws(Gzip.Failure) {
      guard let gzip = connection.host?.gzip else { throw .memoryExhausted }
      // One message always finds room, or a method with a larger limit could never be called.
      let isAlone = connection.inflatedByteCount == 0
      let message = try gzip.inflate(bytes, limit: isAlone ? limit : min(limit, room))
      inflatedByteCount = message.count
      connection.inflatedByteCount += message.count
      return message
    } catch {
      let status =
        error == .tooLarge && connection.inflatedByteCount > 0 && room < limit
        ? Status.inflatedTooMuch : Status.inflating(error, limit: limit)
      reject(status)
      throw status
    }
  }
}

extension Status {
  static func inflating(_ failure: Gzip.Failure, limit: Int) -> Status {
    switch failure {
    case .corrupt:
      Status(.internal, .messageCorrupt, "a message can't be decompressed: it is no whole gzip")
    case .tooLarge:
      Status(
        .resourceExhausted, .messageTooLarge,
        "the message has more bytes than the limit of \(limit) when it is decompressed",
        metadata: ["limit": "\(limit)"])
    case .memoryExhausted: .inflatedTooMuch
    }
  }

  static let inflatedTooMuch = Status(
    .resourceExhausted, .memoryExhausted,
    """
    the calls of this connection hold too much that was compressed: repeat the call when others \
    have ended
    """)
}
