import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import SwiftProtobuf

typealias Message = SwiftProtobuf.Message
typealias Sizes = [Int]

/// The calls of `grpc.testing.TestService`. Each has a deadline, so that none hangs a test.
struct Stub: Sendable {
  let client: GRPCClient<HTTP2ClientTransport.Posix>

  var options: CallOptions {
    var options = CallOptions.defaults
    options.timeout = .seconds(30)
    options.maxResponseMessageBytes = 64 << 20
    return options
  }

  func unary<Response: Message>(
    _ method: String, _ request: some Message, metadata: Metadata = [:],
    service: String = "grpc.testing.TestService", options: CallOptions? = nil
  ) async throws -> ClientResponse<Response> {
    try await client.unary(
      request: ClientRequest(message: request, metadata: metadata),
      descriptor: MethodDescriptor(fullyQualifiedService: service, method: method),
      serializer: ProtobufSerializer(), deserializer: ProtobufDeserializer<Response>(),
      options: options ?? self.options
    ) { response in response }
  }

  func call(
    _ request: Grpc_Testing_SimpleRequest, metadata: Metadata = [:], options: CallOptions? = nil
  ) async throws -> ClientResponse<Grpc_Testing_SimpleResponse> {
    try await unary("UnaryCall", request, metadata: metadata, options: options)
  }

  func sum(
    _ producer:
      @escaping @Sendable (
        RPCWriter<Grpc_Testing_StreamingInputCallRequest>
      ) async throws -> Void
  ) async throws -> Int {
    try await client.clientStreaming(
      request: StreamingClientRequest(producer: producer),
      descriptor: .testing("StreamingInputCall"), serializer: ProtobufSerializer(),
      deserializer: ProtobufDeserializer<Grpc_Testing_StreamingInputCallResponse>(),
      options: options
    ) { response in Int(try response.message.aggregatedPayloadSize) }
  }

  /// A call with many answers; `body` reads them.
  func streaming<Result: Sendable>(
    _ method: String, metadata: Metadata = [:], options: CallOptions? = nil,
    _ producer:
      @escaping @Sendable (
        RPCWriter<Grpc_Testing_StreamingOutputCallRequest>
      ) async throws -> Void,
    body:
      @escaping @Sendable (
        StreamingClientResponse<Grpc_Testing_StreamingOutputCallResponse>
      ) async throws -> Result
  ) async throws -> Result {
    try await client.bidirectionalStreaming(
      request: StreamingClientRequest(metadata: metadata, producer: producer),
      descriptor: .testing(method), serializer: ProtobufSerializer(),
      deserializer: ProtobufDeserializer<Grpc_Testing_StreamingOutputCallResponse>(),
      options: options ?? self.options, onResponse: body)
  }
}

extension MethodDescriptor {
  static func testing(_ method: String) -> MethodDescriptor {
    MethodDescriptor(fullyQualifiedService: "grpc.testing.TestService", method: method)
  }
}

extension StreamingClientResponse<Grpc_Testing_StreamingOutputCallResponse> {
  /// The sizes of all payloads, in order.
  var sizes: Sizes {
    get async throws {
      var sizes: Sizes = []
      for try await message in messages { sizes.append(message.payload.body.count) }
      return sizes
    }
  }
}
