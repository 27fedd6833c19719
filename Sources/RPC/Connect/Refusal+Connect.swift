extension Refusal {
  /// A fault that gRPC calls INTERNAL and Connect the caller's.
  static func malformed(_ refusal: Refusal) -> Refusal {
    let status = refusal.status
    return Refusal(
      status: Status(code: .invalidArgument, message: status.message, details: status.details))
  }

  static func version(_ text: String) -> Refusal {
    Refusal(
      status: Status(
        .invalidArgument, .requestMalformed,
        "the version of the Connect protocol is 1, and the request names \"\(text)\"",
        metadata: ["version": text]))
  }

  static func connectTimeout(_ text: String) -> Refusal {
    Refusal(
      status: Status(
        .invalidArgument, .timeoutMalformed,
        "malformed connect-timeout-ms \"\(text)\": 1 to 10 digits", metadata: ["value": text]))
  }

  /// A GET whose query can't be read.
  static func query(_ text: String) -> Refusal {
    Refusal(status: Status(.invalidArgument, .requestMalformed, text))
  }

  static func verb(_ verb: UnsafeRawBufferPointer, allowed: String) -> Refusal {
    var refusal = Refusal.verb(verb)
    refusal.fields = [("allow", allowed)]
    return refusal
  }

  /// 415 for a content-type in which the method is not called.
  static func content(_ shape: WebShape, _ method: Method) -> Refusal {
    content("content-type \"\(shape.contentType)\"", shape.contentType, method)
  }

  /// 415 for the `encoding` of a GET.
  static func codec(_ encoding: String, _ method: Method) -> Refusal {
    content("encoding \"\(encoding)\"", encoding, method)
  }

  private static func content(_ named: String, _ type: String, _ method: Method) -> Refusal {
    Refusal(
      httpStatus: 415,
      status: Status(
        .invalidArgument, .contentTypeUnsupported,
        "\(method.path) is not called in \(named): use \(method.contentTypes)",
        metadata: ["content_type": type]),
      fields: [("accept-post", method.contentTypes)])
  }

  static func connectEncoding(_ encoding: String) -> Refusal {
    Refusal(
      status: Status(
        .unimplemented, .compressionUnsupported,
        "content encoding \"\(encoding)\" is not supported: use gzip or identity",
        metadata: ["encoding": encoding]),
      fields: [("accept-encoding", "gzip, identity")])
  }
}

extension Method {
  /// Everything it may be called in, for `accept-post`.
  fileprivate var contentTypes: String {
    let prefix = kind == .unary ? "application/" : "application/connect+"
    let json = traits.contains(.takesJSON) ? ["\(prefix)json"] : []
    return
      (json + [
        "\(prefix)proto", "application/grpc", "application/grpc-web", "application/grpc-web-text",
      ]).joined(separator: ", ")
  }
}
