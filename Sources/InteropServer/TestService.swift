import API
import EventLoop
import RPC

/// The service of gRPC's interop-test-descriptions.md. `UnimplementedCall` is absent on purpose.
struct TestService: Sendable {
  /// The one that serves every connection.
  let loop: EventLoop
  let handlers: RunningHandlers

  var methods: [Method] {
    [
      method("EmptyCall", .unary, isHot: true, .unary(empty)),
      method("UnaryCall", .unary, isHot: true, .unary(unary)),
      method("CacheableUnaryCall", .unary, isHot: false, .unary(unary))
        .with([.takesJSON, .hasNoSideEffects]),
      method("StreamingInputCall", .clientStreaming, isHot: false, .streaming(sum)),
      method("StreamingOutputCall", .serverStreaming, isHot: false, .streaming(answerEach)),
      method("FullDuplexCall", .bidirectional, isHot: false, .streaming(answerEach)),
      method("HalfDuplexCall", .bidirectional, isHot: false, .streaming(answerAfterwards)),
    ]
  }

  private func method(
    _ name: String, _ kind: CallKind, isHot: Bool, _ body: MethodBody
  ) -> Method {
    Method(
      path: "/grpc.testing.TestService/\(name)", kind: kind, isHot: isHot,
      body: handlers.counting(body)
    ).with(.takesJSON)
  }

  @Sendable private func empty(
    _ request: RequestMessage, _ call: ServerCall
  ) async throws(Status) -> ResponseMessage {
    try request.decoded(as: Grpc_Testing_Empty.self).encoded(as: call.codec)
  }

  @Sendable private func unary(
    _ message: RequestMessage, _ call: ServerCall
  ) async throws(Status) -> ResponseMessage {
    echoMetadata(of: call)
    let request = try message.decoded(as: Grpc_Testing_SimpleRequest.self)
    if request.hasExpectCompressed { try message.check(request.expectCompressed) }
    try request.responseStatus.throwIfError()
    var response = Grpc_Testing_SimpleResponse()
    if request.responseSize != 0 { response.payload = try .zeros(request.responseSize) }
    if request.fillServerID { response.serverID = "\(handlers.count)" }
    return try response.encoded(as: call.codec).compressed(request.responseCompressed)
  }

  @Sendable private func sum(_ call: ServerCall) async throws(Status) {
    echoMetadata(of: call)
    var size = 0
    while let message = try await call.nextMessage() {
      let request = try message.decoded(as: Grpc_Testing_StreamingInputCallRequest.self)
      if request.hasExpectCompressed { try message.check(request.expectCompressed) }
      size += request.payload.body.count
    }
    var response = Grpc_Testing_StreamingInputCallResponse()
    response.aggregatedPayloadSize = Int32(clamping: size)
    try await call.send(response.encoded(as: call.codec))
  }

  @Sendable private func answerEach(_ call: ServerCall) async throws(Status) {
    echoMetadata(of: call)
    while let message = try await call.nextMessage() {
      try await answer(message.decoded(), on: call)
    }
  }

  @Sendable private func answerAfterwards(_ call: ServerCall) async throws(Status) {
    echoMetadata(of: call)
    var requests: [Grpc_Testing_StreamingOutputCallRequest] = []
    while let message = try await call.nextMessage() { requests.append(try message.decoded()) }
    for request in requests { try await answer(request, on: call) }
  }

  private func answer(
    _ request: Grpc_Testing_StreamingOutputCallRequest, on call: ServerCall
  ) async throws(Status) {
    try request.responseStatus.throwIfError()
    for parameters in request.responseParameters {
      if parameters.intervalUs > 0 { try await sleep(microseconds: parameters.intervalUs) }
      var response = Grpc_Testing_StreamingOutputCallResponse()
      response.payload = try .zeros(parameters.size)
      try await call.send(response.encoded(as: call.codec).compressed(parameters.compressed))
    }
  }

  private func sleep(microseconds: Int32) async throws(Status) {
    do {
      try await loop.sleep(for: .microseconds(microseconds))
    } catch {
      throw Status(code: .cancelled, message: "the caller has gone")
    }
  }

  /// Sends two of the request's fields back: one with the headers, one with the trailers.
  /// With them goes who the caller is by its certificate.
  private func echoMetadata(of call: ServerCall) {
    if let identity = call.connection.peerIdentity {
      call.initialMetadata.add("x-peer-uri", identity.uri)
      call.initialMetadata.add("x-peer-serial", identity.serialNumber)
    }
    for value in call.metadata.all("x-grpc-test-echo-initial") {
      call.initialMetadata.add("x-grpc-test-echo-initial", value)
    }
    for value in call.metadata.binary("x-grpc-test-echo-trailing-bin") {
      call.trailingMetadata.add(binary: "x-grpc-test-echo-trailing-bin", value)
    }
  }
}
