internal import HTTP2

/// Decides on a request that is no gRPC: a call of gRPC-Web or Connect, by the rows of
/// ``Admission`` as far as they apply, or one of the few pages.
struct WebAdmission {
  enum Verdict {
    case admitted(Router.Entry, WebRequest, timeoutNanoseconds: UInt64?)
    case refused(Refusal, WebShape)
    /// RST_STREAM REFUSED_STREAM: nothing was processed, and a retry is safe.
    case overloaded
    /// Answered without a call.
    case answered(WholeAnswer)
    /// Of no content-type that is served: refused as gRPC does.
    case foreign(Refusal)
  }

  let router: Router
  let limits: ServerLimits
  let sessionLimits: SessionLimits
  let isFull: Bool

  /// - Parameter find: the router's look-up, behind the connection's memory of the last path.
  func judge(
    _ stream: ServerStream, _ head: RequestHead, find: (UnsafeRawBufferPointer) -> Router.Entry?
  ) -> Verdict {
    let headers = stream.headers
    let contentType = head.contentTypeIndex < 0 ? nil : headers.value(at: head.contentTypeIndex)
    let origin = limits.crossOrigin.allowed(headers)
    switch WebKind(headers, contentType: contentType) {
    case .preflight:
      return .answered(
        origin.map(limits.crossOrigin.preflight) ?? CrossOriginPolicy.refusal(of: headers))
    case .healthPage:
      return .answered(HealthPage.answer(to: headers, router.health, origin: origin))
    case .foreign:
      return .foreign(
        stream.headerListOverLimit
          ? .headersTooLarge(headers, limits: sessionLimits) : .contentType(contentType))
    case .call(var shape, let isText):
      shape.origin = origin
      if stream.headerListOverLimit {
        return .refused(.headersTooLarge(headers, limits: sessionLimits), shape)
      }
      if isFull { return .overloaded }
      if shape.isConnect { return judgeConnect(headers, head, shape, find: find) }
      let request = WebRequest(shape)
      if isText { request.text = Base64Stream() }
      return judge(headers, head, request, find: find)
    }
  }

  /// gRPC-Web differs from gRPC in its framing only.
  private func judge(
    _ headers: HeaderList, _ head: RequestHead, _ request: WebRequest,
    find: (UnsafeRawBufferPointer) -> Router.Entry?
  ) -> Verdict {
    func refuse(_ refusal: Refusal) -> Verdict { .refused(refusal, request.shape) }

    if head.malformedIndex >= 0 {
      return refuse(
        head.isTimeoutMalformed
          ? .timeout(headers.value(at: head.malformedIndex))
          : .metadata(headers.name(at: head.malformedIndex)))
    }
    if !headers.method.equals("POST") { return refuse(.verb(headers.method)) }
    if head.timeoutNanoseconds == 0 { return refuse(.deadlinePassed) }
    guard let entry = find(headers.path) else {
      return refuse(.path(headers.path, router: router))
    }
    if head.encodingIndex >= 0 {
      return refuse(.encoding(headers.value(at: head.encodingIndex)))
    }
    return .admitted(entry, request, timeoutNanoseconds: head.timeoutNanoseconds)
  }
}

extension ServerConnection {
  /// Drops octets of a request that was answered already; where the answer awaits the request's
  /// end, only so many.
  func discard(_ byteCount: Int, on stream: ServerStream) {
    if stream.awaitsEnd, stream.receivedByteCount > limits.unreadBodySizeMax {
      session.reset(stream, .noError)
    } else {
      session.consume(stream, byteCount: byteCount)
    }
  }

  /// A request whose content-type is not gRPC's.
  func receiveWeb(_ stream: ServerStream, _ head: RequestHead, endStream: Bool) {
    session.awaitEnd(of: stream)
    let admission = WebAdmission(
      router: router, limits: limits, sessionLimits: session.limits,
      isFull: callCount >= limits.callsMax)
    switch admission.judge(stream, head, find: find) {
    case .admitted(let entry, let request, let timeout):
      if let refusal = overload(entry.method) {
        send(request.shape.answer(refusal), on: stream)
        noteRefusal(stream, refusal.status)
        return
      }
      let call = ServerCall(
        entry, on: stream, of: self, namesProto: false,
        encoding: request.shape.isConnect ? request.encoding : head.encoding, web: request)
      admit(call, timeoutNanoseconds: timeout, endStream: endStream)
    case .refused(let refusal, let shape):
      send(shape.answer(refusal), on: stream)
      noteRefusal(stream, refusal.status)
    case .overloaded:
      session.reset(stream, .refusedStream)
    case .answered(let answer):
      send(answer, on: stream)
    case .foreign(let refusal):
      refuse(stream, refusal, namesProto: false)
    }
  }
}
