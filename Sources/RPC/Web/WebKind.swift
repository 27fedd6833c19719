internal import HTTP2

/// What a request is that is no gRPC, by its method, path and content-type.
enum WebKind {
  /// A browser asks whether a page of another origin may call.
  case preflight
  case healthPage
  /// A call, or what looks most like one.
  case call(WebShape, isText: Bool)
  /// Nothing that is served here.
  case foreign

  init(_ headers: HeaderList, contentType: UnsafeRawBufferPointer?) {
    let verb = headers.method
    if verb.equals("OPTIONS"), headers.firstValue(named: "access-control-request-method") != nil {
      self = .preflight
    } else if headers.path.equals(HealthPage.path) {
      self = .healthPage
    } else if verb.equals("GET"), contentType?.starts(with: "application/grpc") != true {
      // Its query says what a content-type would.
      self = .call(WebShape(wire: .connectUnary, isGet: true), isText: false)
    } else if let contentType, let call = Self.call(contentType.mediaType, headers) {
      self = call
    } else {
      self = .foreign
    }
  }

  private static func call(_ type: UnsafeRawBufferPointer, _ headers: HeaderList) -> WebKind? {
    func call(_ shape: WebShape, isText: Bool = false) -> WebKind { .call(shape, isText: isText) }
    if type.equals("application/proto") { return call(WebShape(wire: .connectUnary)) }
    if type.equals("application/json") { return call(WebShape(wire: .connectUnary, codec: .json)) }
    if type.equals("application/connect+proto") { return call(WebShape(wire: .connectStreaming)) }
    if type.equals("application/connect+json") {
      return call(WebShape(wire: .connectStreaming, codec: .json))
    }
    let isText = type.starts(with: "application/grpc-web-text")
    guard isText || type.starts(with: "application/grpc-web") else { return nil }
    let codec = UnsafeRawBufferPointer(rebasing: type.dropFirst(isText ? 25 : 20))
    guard codec.isEmpty || codec.equals("+proto") else { return nil }
    return call(
      WebShape(wire: answerWire(isText: isText, headers), namesProto: !codec.isEmpty),
      isText: isText)
  }

  /// The answer follows what the peer accepts, where that is one of the two.
  private static func answerWire(isText: Bool, _ headers: HeaderList) -> WireProtocol {
    if let accepted = headers.firstValue(named: "accept") {
      if accepted.starts(with: "application/grpc-web-text") { return .grpcWebText }
      if accepted.starts(with: "application/grpc-web") { return .grpcWeb }
    }
    return isText ? .grpcWebText : .grpcWeb
  }
}

extension UnsafeRawBufferPointer {
  /// A content-type without its parameters.
  fileprivate var mediaType: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      rebasing: prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") })
  }
}
