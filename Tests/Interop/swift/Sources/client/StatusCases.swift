import GRPCCore

func expect(
  _ code: RPCError.Code, _ message: String? = nil, _ body: () async throws -> Void
) async throws {
  do {
    try await body()
  } catch let error as RPCError {
    try require(error.code == code, "\(error)")
    try require(message == nil || error.message == message, "\(error)")
    return
  }
  throw Unexpected("no \(code)")
}

@Sendable func customMetadata(_ stub: Stub) async throws {
  let metadata: Metadata = [
    "x-grpc-test-echo-initial": "test_initial_metadata_value",
    "x-grpc-test-echo-trailing-bin": [0xab, 0xab, 0xab],
  ]
  @Sendable func check(_ initial: Metadata, _ trailing: Metadata) throws {
    let text = Array(initial[stringValues: "x-grpc-test-echo-initial"])
    let bytes = Array(trailing[binaryValues: "x-grpc-test-echo-trailing-bin"])
    try require(text == ["test_initial_metadata_value"], "\(initial)")
    try require(bytes == [[0xab, 0xab, 0xab]], "\(trailing)")
  }
  let unary = try await stub.call(largeRequest, metadata: metadata)
  try check(unary.metadata, unary.trailingMetadata)

  try await stub.streaming("FullDuplexCall", metadata: metadata) { writer in
    try await writer.write(asking([314_159], body: 271_828))
  } body: { response in
    var trailing: Metadata = [:]
    for try await part in response.bodyParts {
      if case .trailingMetadata(let found) = part { trailing = found }
    }
    try check(response.metadata, trailing)
  }
}

@Sendable func statusCodeAndMessage(_ stub: Stub) async throws {
  try await expectStatus("test status message", stub)
}

@Sendable func specialStatusMessage(_ stub: Stub) async throws {
  try await expectStatus(
    "\t\ntest with whitespace\r\nand Unicode BMP \u{263a} and non-BMP \u{1f608}\t\n", stub)
}

private func expectStatus(_ message: String, _ stub: Stub) async throws {
  let wanted = Grpc_Testing_EchoStatus.with {
    $0.code = 2
    $0.message = message
  }
  try await expect(.unknown, message) {
    _ = try await stub.call(.with { $0.responseStatus = wanted }).message
  }
  try await expect(.unknown, message) {
    _ = try await stub.streaming("FullDuplexCall") { writer in
      try await writer.write(.with { $0.responseStatus = wanted })
    } body: { response in
      try await response.sizes
    }
  }
}

@Sendable func unimplementedMethod(_ stub: Stub) async throws {
  try await expect(.unimplemented) {
    let response: ClientResponse<Grpc_Testing_Empty> = try await stub.unary(
      "UnimplementedCall", Grpc_Testing_Empty())
    _ = try response.message
  }
}

@Sendable func unimplementedService(_ stub: Stub) async throws {
  try await expect(.unimplemented) {
    let response: ClientResponse<Grpc_Testing_Empty> = try await stub.unary(
      "UnimplementedCall", Grpc_Testing_Empty(), service: "grpc.testing.UnimplementedService")
    _ = try response.message
  }
}

/// A producer that has nothing more to say, until its call is given up.
private func untilCancelled() async throws {
  let (silence, source) = AsyncStream.makeStream(of: Void.self)
  for await _ in silence {}
  withExtendedLifetime(source) {}
  try Task.checkCancellation()
}

/// The call's own task is cancelled while its request is being produced.
@Sendable func cancelAfterBegin(_ stub: Stub) async throws {
  try await expectCancelled { begun in
    _ = try await stub.sum { _ in
      begun.finish()
      try await untilCancelled()
    }
  }
}

@Sendable func cancelAfterFirstResponse(_ stub: Stub) async throws {
  try await expectCancelled { answered in
    _ = try await stub.streaming("FullDuplexCall") { writer in
      try await writer.write(asking([31415], body: 27182))
      try await untilCancelled()
    } body: { response in
      for try await _ in response.messages { answered.finish() }
    }
  }
}

/// Cancels the task of `call` once the stream that it got has finished.
private func expectCancelled(
  _ call: @escaping @Sendable (AsyncStream<Void>.Continuation) async throws -> Void
) async throws {
  let (ready, reached) = AsyncStream.makeStream(of: Void.self)
  let running = Task { try await call(reached) }
  for await _ in ready {}
  running.cancel()
  do {
    try await running.value
  } catch is RPCError {
    // Cancelled, or what the library makes of a stream that closed under its producer.
    return
  } catch is CancellationError {
    return
  }
  throw Unexpected("the call wasn't cancelled")
}

@Sendable func timeoutOnSleepingServer(_ stub: Stub) async throws {
  var options = stub.options
  options.timeout = .milliseconds(1)
  try await expect(.deadlineExceeded) {
    _ = try await stub.streaming("FullDuplexCall", options: options) { writer in
      try await writer.write(asking([], body: 27182))
      try await untilCancelled()
    } body: { response in
      try await response.sizes
    }
  }
}
