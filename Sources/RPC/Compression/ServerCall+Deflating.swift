internal import HTTP2

// Messages of the answer: compressed where the peer takes it and it is worth the time.

extension ServerCall {
  /// Decides what the headers name, which later messages can't change. A call with one answer
  /// names what that one is in; a stream names gzip when a message of it may be.
  func chooseEncoding(for message: ResponseMessage?) {
    guard let message, method.kind.hasSingleResponse else {
      if !method.kind.hasSingleResponse, mayCompress { answerEncoding = .gzip }
      return
    }
    if isWorthIt(message), mayCompress { answerEncoding = .gzip }
  }

  /// The compressed bytes, or nil when the message is to be sent as it is.
  func deflated(_ message: ResponseMessage) -> [UInt8]? {
    guard answerEncoding == .gzip, isWorthIt(message), let gzip = connection.host?.gzip,
      let packed = message.bytes.withUnsafeBytes({ gzip.deflate($0) })
    else { return nil }
    return message.compression == .automatic && packed.count >= message.bytes.count ? nil : packed
  }

  private func isWorthIt(_ message: ResponseMessage) -> Bool {
    switch message.compression {
    case .automatic:
      message.bytes.count >= connection.limits.compressionSizeMin
        && message.bytes.count <= connection.limits.compressionSizeMax
    case .on: true
    case .off: false
    }
  }

  private var mayCompress: Bool { !method.options.answersSecret && peerTakesGzip }

  /// One of the peer's lists of encodings names gzip: a list may be spread over several fields.
  private var peerTakesGzip: Bool {
    let name = wire.acceptField
    var isNamed = false
    for index in 0..<headers.count where headers.name(at: index).equals(name) {
      isNamed = true
      if MessageEncoding.takesGzip(headers.value(at: index)) { return true }
    }
    // A peer of Connect that names none takes what it sends.
    return !isNamed && web?.encoding == .gzip
  }
}
