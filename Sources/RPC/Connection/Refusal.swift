internal import HTTP2

/// Why a request gets no handler, and how it is told.
struct Refusal: Error {
  var httpStatus = 200
  let status: Status
  /// Names the encodings that would have been taken.
  var accepts = false
  /// Sent with the status.
  var metadata = ResponseMetadata()
  /// Further headers, for peers that speak plain HTTP.
  var fields: [(name: StaticString, value: String)] = []
}

extension Refusal {
  static func headersTooLarge(_ headers: HeaderList, limits: SessionLimits) -> Refusal {
    Refusal(
      status: Status(
        .resourceExhausted, .headersTooLarge,
        """
        the request's headers are larger than \(limits.headerListMax) bytes or more than \
        \(limits.headerFieldCountMax): send less metadata
        """,
        metadata: [
          "limit": "\(limits.headerListMax)", "count_limit": "\(limits.headerFieldCountMax)",
        ]))
  }

  static func contentType(_ value: UnsafeRawBufferPointer?) -> Refusal {
    let text = value.map(printable)
    return Refusal(
      httpStatus: 415,
      status: Status(
        .invalidArgument, .contentTypeUnsupported,
        """
        content-type must be application/grpc and \(text.map { "is \"\($0)\"" } ?? "is absent"): \
        call with a gRPC client
        """,
        metadata: ["content_type": text ?? ""]))
  }

  static func codec(_ value: UnsafeRawBufferPointer) -> Refusal {
    Refusal(
      status: Status(
        .unimplemented, .contentTypeUnsupported,
        "the codec of content-type \"\(printable(value))\" is unknown: use application/grpc+proto",
        metadata: ["content_type": printable(value)]))
  }

  static func timeout(_ value: UnsafeRawBufferPointer) -> Refusal {
    Refusal(
      httpStatus: 400,
      status: Status(
        .internal, .timeoutMalformed,
        "malformed grpc-timeout \"\(printable(value))\": 1 to 8 digits and one of H M S m u n",
        metadata: ["value": printable(value)]))
  }

  static func metadata(_ name: UnsafeRawBufferPointer) -> Refusal {
    Refusal(
      httpStatus: 400,
      status: Status(
        .internal, .metadataMalformed,
        "malformed binary metadata \"\(printable(name))\": its value is no base64",
        metadata: ["name": printable(name)]))
  }

  static func verb(_ method: UnsafeRawBufferPointer) -> Refusal {
    Refusal(
      httpStatus: 405,
      status: Status(
        .internal, .verbUnsupported,
        "a call is a POST, and this is a \(printable(method)): call with a gRPC client",
        metadata: ["verb": printable(method)]))
  }

  static let deadlinePassed = Refusal(status: .deadlinePassed)

  /// UNAVAILABLE, which a retry policy may repeat, and when (gRFC A6).
  static func overloaded(_ admissionClass: AdmissionClass, _ shed: Pressure.Shed) -> Refusal {
    var refusal = Refusal(
      status: .unavailable(
        reason: WireReason.overloaded.rawValue,
        "calls wait too long: this one was turned away, and may be repeated later",
        metadata: ["class": "\(admissionClass)", "queue": shed.reason.rawValue],
        retryAfter: .milliseconds(shed.pushbackMilliseconds)))
    refusal.metadata.add("grpc-retry-pushback-ms", String(shed.pushbackMilliseconds))
    return refusal
  }

  /// - Parameter router: tells an unknown service from an unknown method.
  static func path(_ path: UnsafeRawBufferPointer, router: Router) -> Refusal {
    guard let name = MethodName(path) else {
      return Refusal(
        status: Status(
          .unimplemented, .methodUnknown,
          "malformed method name: \"\(printable(path))\" is not /package.Service/Method",
          metadata: ["path": printable(path)]))
    }
    let service = printable(UnsafeRawBufferPointer(rebasing: name.service))
    let method = printable(UnsafeRawBufferPointer(rebasing: name.method))
    guard router.services.contains(service) else {
      return Refusal(
        status: Status(
          .unimplemented, .serviceUnknown, "unknown service \(service)",
          metadata: ["service": service]))
    }
    return Refusal(
      status: Status(
        .unimplemented, .methodUnknown, "unknown method \(method) for service \(service)",
        metadata: ["service": service, "method": method]))
  }

  static func encoding(_ value: UnsafeRawBufferPointer) -> Refusal {
    Refusal(
      status: Status(
        .unimplemented, .compressionUnsupported,
        "grpc-encoding \"\(printable(value))\" is not supported: use gzip or identity",
        metadata: ["encoding": printable(value)]),
      accepts: true)
  }

  /// A peer's text for an answer or the log: at most 256 bytes of it.
  static func printable(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix(256), as: UTF8.self)
  }
}
