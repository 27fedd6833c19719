internal import HTTP2

/// How an answer is written to a peer that does not speak gRPC proper.
struct WebShape {
  let wire: WireProtocol
  var codec = MessageCodec.proto
  /// The content-type names the codec, as the request's did. Only for gRPC-Web.
  var namesProto = false
  /// The answer to a GET, which caches keep unless they are told not to.
  var isGet = false
  var origin: AllowedOrigin?

  var isConnect: Bool { wire == .connectUnary || wire == .connectStreaming }

  /// Of an answer that is not an error of Connect.
  var contentType: String {
    switch (wire, codec) {
    case (.grpc, _): "application/grpc"
    case (.grpcWeb, _): namesProto ? "application/grpc-web+proto" : "application/grpc-web"
    case (.grpcWebText, _):
      namesProto ? "application/grpc-web-text+proto" : "application/grpc-web-text"
    case (.connectUnary, .proto): "application/proto"
    case (.connectUnary, .json): "application/json"
    case (.connectStreaming, .proto): "application/connect+proto"
    case (.connectStreaming, .json): "application/connect+json"
    }
  }

  /// The first fields of an answer.
  func start(httpStatus: Int = 200, contentType: String? = nil) -> HeaderBlockBuilder {
    var builder = HeaderBlockBuilder()
    builder.append(":status", String(httpStatus))
    builder.append("content-type", contentType ?? self.contentType)
    origin?.append(to: &builder)
    if isGet { builder.append("cache-control", "no-store") }
    return builder
  }

  /// The answer to a request that gets no handler.
  func answer(_ refusal: Refusal) -> WholeAnswer {
    switch wire {
    case .connectStreaming where refusal.httpStatus == 200:
      return WholeAnswer(
        headers: HeaderBlock(start()), body: ConnectEnd.envelope(refusal.status, refusal.metadata)
      )
    case .connectUnary, .connectStreaming:
      return connectError(refusal)
    case .grpc, .grpcWeb, .grpcWebText:
      return trailersOnly(refusal.status, refusal.metadata, httpStatus: refusal.httpStatus)
    }
  }
}

/// An answer as a whole: headers, and a body that may be empty.
struct WholeAnswer {
  let headers: HeaderBlock
  var body: [UInt8] = []
}

extension ServerConnection {
  func send(_ answer: WholeAnswer, on stream: ServerStream) {
    guard !answer.body.isEmpty else {
      session.respondOnly(stream, answer.headers)
      return
    }
    session.respond(stream, answer.headers)
    session.write(stream, answer.body)
    session.finish(stream)
  }
}

extension HeaderBlockBuilder {
  /// Adds metadata until the list is as long as clients take.
  mutating func append(_ metadata: ResponseMetadata, prefix: String = "") {
    for field in metadata.fields
    where byteSize + field.byteSize + prefix.utf8.count < AnswerBlocks.headersSizeMax {
      append(prefix.utf8 + field.name, field.value, isIndexed: false)
    }
  }
}
