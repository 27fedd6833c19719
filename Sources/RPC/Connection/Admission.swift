internal import HTTP2

/// Decides on a request from its header list alone, in grpc-go's order (wire.md 1.1).
///
/// Rows 2, 3, 4 and 7 are libnghttp2's: stream ids, a second authority or host, the fields of a
/// connection, and streams after the last GOAWAY.
struct Admission {
  enum Verdict {
    case admitted(Router.Entry, RequestHead)
    /// The content-type is not gRPC's (row 5).
    case other(RequestHead)
    case refused(Refusal, RequestHead)
    /// RST_STREAM REFUSED_STREAM: nothing was processed, and a retry is safe.
    case overloaded
  }

  let sessionLimits: SessionLimits
  let router: Router
  let isFull: Bool

  /// - Parameter find: the router's look-up, behind the connection's memory of the last path.
  func judge(
    _ stream: ServerStream, find: (UnsafeRawBufferPointer) -> Router.Entry?
  ) -> Verdict {
    let headers = stream.headers
    let head = RequestHead(headers)
    func refuse(_ refusal: Refusal) -> Verdict { .refused(refusal, head) }

    if head.contentType == .foreign { return .other(head) }
    if stream.headerListOverLimit {
      return refuse(.headersTooLarge(headers, limits: sessionLimits))
    }
    if head.malformedIndex >= 0 {
      return refuse(
        head.isTimeoutMalformed
          ? .timeout(headers.value(at: head.malformedIndex))
          : .metadata(headers.name(at: head.malformedIndex)))
    }
    if isFull { return .overloaded }
    if !headers.method.equals("POST") { return refuse(.verb(headers.method)) }
    if head.timeoutNanoseconds == 0 { return refuse(.deadlinePassed) }
    guard let entry = find(headers.path) else {
      return refuse(.path(headers.path, router: router))
    }
    if head.encodingIndex >= 0 {
      return refuse(.encoding(headers.value(at: head.encodingIndex)))
    }
    if head.contentType == .otherCodec {
      return refuse(.codec(headers.value(at: head.contentTypeIndex)))
    }
    return .admitted(entry, head)
  }
}
