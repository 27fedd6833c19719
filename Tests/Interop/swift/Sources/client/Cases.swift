import Foundation
import GRPCCore

typealias Case = @Sendable (Server) async throws -> Void

let cases: [String: Case] = [
  "empty_unary": onOneConnection(emptyUnary),
  "large_unary": onOneConnection(largeUnary),
  "cacheable_unary": onOneConnection(cacheableUnary),
  "client_streaming": onOneConnection(clientStreaming),
  "server_streaming": onOneConnection(serverStreaming),
  "ping_pong": onOneConnection(pingPong),
  "empty_stream": onOneConnection(emptyStream),
  "half_duplex": onOneConnection(halfDuplex),
  "client_compressed_unary": onOneConnection(clientCompressedUnary),
  "custom_metadata": onOneConnection(customMetadata),
  "status_code_and_message": onOneConnection(statusCodeAndMessage),
  "special_status_message": onOneConnection(specialStatusMessage),
  "unimplemented_method": onOneConnection(unimplementedMethod),
  "unimplemented_service": onOneConnection(unimplementedService),
  "cancel_after_begin": onOneConnection(cancelAfterBegin),
  "cancel_after_first_response": onOneConnection(cancelAfterFirstResponse),
  "timeout_on_sleeping_server": onOneConnection(timeoutOnSleepingServer),
  "concurrent_large_unary": onOneConnection(concurrentLargeUnary),
  "rpc_soak": onOneConnection { stub in for _ in 0..<50 { try await largeUnary(stub) } },
  "channel_soak": { server in for _ in 0..<25 { try await server.connected(largeUnary) } },
]

private func onOneConnection(
  _ run: @escaping @Sendable (Stub) async throws -> Void
) -> Case {
  { server in try await server.connected(run) }
}

func payload(_ size: Int) -> Grpc_Testing_Payload {
  .with { $0.body = Data(count: size) }
}

var largeRequest: Grpc_Testing_SimpleRequest {
  .with {
    $0.responseSize = 314_159
    $0.payload = payload(271_828)
  }
}

func asking(_ sizes: Sizes, body: Int = 0) -> Grpc_Testing_StreamingOutputCallRequest {
  .with {
    $0.responseParameters = sizes.map { size in .with { $0.size = Int32(size) } }
    $0.payload = payload(body)
  }
}

@Sendable private func emptyUnary(_ stub: Stub) async throws {
  let response: ClientResponse<Grpc_Testing_Empty> = try await stub.unary(
    "EmptyCall", Grpc_Testing_Empty())
  _ = try response.message
}

@Sendable private func largeUnary(_ stub: Stub) async throws {
  let answer = try await stub.call(largeRequest).message
  try require(answer.payload.body == Data(count: 314_159), "another payload")
}

@Sendable private func cacheableUnary(_ stub: Stub) async throws {
  let response: ClientResponse<Grpc_Testing_SimpleResponse> = try await stub.unary(
    "CacheableUnaryCall", Grpc_Testing_SimpleRequest.with { $0.responseSize = 7 })
  try require(try response.message.payload.body.count == 7, "another payload")
}

@Sendable private func clientStreaming(_ stub: Stub) async throws {
  let sum = try await stub.sum { writer in
    for size in [27182, 8, 1828, 45904] {
      try await writer.write(.with { $0.payload = payload(size) })
    }
  }
  try require(sum == 74922, "\(sum)")
}

@Sendable private func serverStreaming(_ stub: Stub) async throws {
  let sizes = try await stub.streaming("StreamingOutputCall") { writer in
    try await writer.write(asking([31415, 9, 2653, 58979]))
  } body: { response in
    try await response.sizes
  }
  try require(sizes == [31415, 9, 2653, 58979], "\(sizes)")
}

/// Each request is sent only after the answer to the one before.
@Sendable private func pingPong(_ stub: Stub) async throws {
  let turns = [(27182, 31415), (8, 9), (1828, 2653), (45904, 58979)]
  let (answered, answer) = AsyncStream.makeStream(of: Void.self)
  let sizes = try await stub.streaming("FullDuplexCall") { writer in
    var answers = answered.makeAsyncIterator()
    for (sent, taken) in turns {
      try await writer.write(asking([taken], body: sent))
      await answers.next()
    }
  } body: { response in
    var sizes: Sizes = []
    for try await message in response.messages {
      sizes.append(message.payload.body.count)
      answer.yield()
    }
    return sizes
  }
  try require(sizes == turns.map(\.1), "\(sizes)")
}

@Sendable private func emptyStream(_ stub: Stub) async throws {
  let sizes = try await stub.streaming("FullDuplexCall") { _ in
  } body: { response in
    try await response.sizes
  }
  try require(sizes.isEmpty, "\(sizes)")
}

@Sendable private func halfDuplex(_ stub: Stub) async throws {
  let sizes = try await stub.streaming("HalfDuplexCall") { writer in
    for size in [31415, 9, 2653] { try await writer.write(asking([size])) }
  } body: { response in
    try await response.sizes
  }
  try require(sizes == [31415, 9, 2653], "\(sizes)")
}

@Sendable private func clientCompressedUnary(_ stub: Stub) async throws {
  func ask(compressed: Bool, expected: Bool) async throws -> Int {
    var options = stub.options
    options.compression = compressed ? .gzip : CompressionAlgorithm.none
    var request = largeRequest
    request.expectCompressed = .with { $0.value = expected }
    return try await stub.call(request, options: options).message.payload.body.count
  }
  // The probe: a server that can't see the flag would take it.
  try await expect(.invalidArgument) { _ = try await ask(compressed: false, expected: true) }
  let sizes = [
    try await ask(compressed: true, expected: true),
    try await ask(compressed: false, expected: false),
  ]
  try require(sizes == [314_159, 314_159], "\(sizes)")
}

/// Over one connection. Not beyond the streams that the server allows at once: there the library
/// trips over an assertion of its own.
@Sendable private func concurrentLargeUnary(_ stub: Stub) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    for _ in 0..<100 { group.addTask { try await largeUnary(stub) } }
    try await group.waitForAll()
  }
}
