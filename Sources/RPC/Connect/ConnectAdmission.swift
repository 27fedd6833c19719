internal import HTTP2

extension WebAdmission {
  /// Decides on a call of Connect.
  func judgeConnect(
    _ headers: HeaderList, _ head: RequestHead, _ shape: WebShape,
    find: (UnsafeRawBufferPointer) -> Router.Entry?
  ) -> Verdict {
    var shape = shape
    do throws(Refusal) {
      try checkVersion(headers)
      if head.malformedIndex >= 0, !head.isTimeoutMalformed {
        throw .malformed(.metadata(headers.name(at: head.malformedIndex)))
      }
      let timeout = try timeoutNanoseconds(headers)
      guard shape.isGet || headers.method.equals("POST") else {
        throw .verb(headers.method, allowed: "POST")
      }
      if timeout == 0 { throw .deadlinePassed }
      let path = headers.path.beforeQuery
      guard let entry = find(path) else {
        var refusal = Refusal.path(path, router: router)
        refusal.httpStatus = 404
        throw refusal
      }
      let request: WebRequest
      if shape.isGet {
        let query = try ConnectQuery(headers, entry.method)
        shape.codec = query.codec
        try checkContent(shape, entry.method)
        request = WebRequest(shape)
        request.body = query.message
        request.encoding = query.encoding
      } else {
        try checkContent(shape, entry.method)
        request = WebRequest(shape)
        try readBodyHeaders(headers, request, entry.method)
      }
      return .admitted(entry, request, timeoutNanoseconds: timeout)
    } catch {
      return .refused(error, shape)
    }
  }

  private func checkVersion(_ headers: HeaderList) throws(Refusal) {
    if let version = headers.firstValue(named: "connect-protocol-version"), !version.equals("1") {
      throw .version(Refusal.printable(version))
    }
  }

  private func timeoutNanoseconds(_ headers: HeaderList) throws(Refusal) -> UInt64? {
    guard let text = headers.firstValue(named: "connect-timeout-ms") else { return nil }
    guard (1...10).contains(text.count), let milliseconds = text.decimal else {
      throw .connectTimeout(Refusal.printable(text))
    }
    return UInt64(milliseconds) * 1_000_000
  }

  /// Streams come in envelopes and unary messages bare, and not every method reads JSON.
  private func checkContent(_ shape: WebShape, _ method: Method) throws(Refusal) {
    let isUnary = method.kind == .unary
    guard isUnary == (shape.wire == .connectUnary),
      shape.codec == .proto || method.traits.contains(.takesJSON)
    else { throw .content(shape, method) }
  }

  private func readBodyHeaders(
    _ headers: HeaderList, _ request: WebRequest, _ method: Method
  ) throws(Refusal) {
    let isUnary = request.shape.wire == .connectUnary
    let encoding = headers.firstValue(
      named: isUnary ? "content-encoding" : "connect-content-encoding")
    if let encoding {
      guard let installed = MessageEncoding(named: encoding) else {
        throw .connectEncoding(Refusal.printable(encoding))
      }
      request.encoding = installed
    }
    guard isUnary, let length = headers.firstValue(named: "content-length")?.decimal else { return }
    let limit = method.options.messageSizeMax(within: limits)
    guard length <= limit else {
      throw Refusal(status: .messageTooLarge(length, limit: limit))
    }
    request.contentLength = length
  }
}

extension UnsafeRawBufferPointer {
  /// At most 18 digits as a number.
  var decimal: Int? {
    guard (1...18).contains(count) else { return nil }
    var value = 0
    for byte in self {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }

  /// A path without `?` and what follows it.
  var beforeQuery: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: prefix { $0 != UInt8(ascii: "?") })
  }
}
