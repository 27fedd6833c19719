/// What the peer of a call speaks. Handlers do not see the difference.
package enum WireProtocol: UInt8, Sendable {
  /// gRPC over HTTP/2: the status is in trailers.
  case grpc
  /// gRPC-Web: the trailers are the last frame of the body.
  case grpcWeb
  /// gRPC-Web with a body in base64.
  case grpcWebText
  /// Connect's unary calls: bare messages, an HTTP status, errors in JSON.
  case connectUnary
  /// Connect's streams: messages in envelopes, the last of which is a JSON end.
  case connectStreaming

  /// The field in which a peer lists the encodings that it takes.
  var acceptField: StaticString {
    switch self {
    case .grpc, .grpcWeb, .grpcWebText: "grpc-accept-encoding"
    case .connectUnary: "accept-encoding"
    case .connectStreaming: "connect-accept-encoding"
    }
  }
}

/// How the messages of a call are encoded. RPC itself reads neither.
package enum MessageCodec: UInt8, Sendable {
  case proto
  /// The canonical JSON of protobuf.
  case json
}
