internal import RPC

/// One method of each kind, and the services of RPC itself.
enum FuzzMethods {
  static let router = Router(methods + HealthService(health).methods + reflection)

  private static let health = HealthState(services: ["a.B"])

  private static let methods = [
    Method(
      path: "/a.B/U", kind: .unary,
      body: .unary { request, call async throws(Status) in
        for field in call.metadata.fields { call.trailingMetadata.add(field.name, field.value) }
        return ResponseMessage(try request.bytes, compression: .on)
      }
    ).with([.takesJSON, .hasNoSideEffects]),
    Method(
      path: "/a.B/H", kind: .unary, isHot: true, messageSizeMax: 64,
      body: .unary { request, _ async throws(Status) in
        let sum = try request.bytes.reduce(0, &+)
        guard sum != 1 else {
          throw .notFound(reason: "SUM", String(repeating: "é", count: 9_000))
        }
        await Task.yield()
        return ResponseMessage(try request.bytes)
      }),
    Method(
      path: "/a.B/I", kind: .unary, isHot: true,
      body: .unary { request, _ async throws(Status) in ResponseMessage(try request.bytes) }
    ).answering { request, _ in
      guard let bytes = try? request.bytes, bytes.count.isMultiple(of: 2) else { return nil }
      return ResponseMessage(bytes)
    },
    Method(
      path: "/a.B/C", kind: .clientStreaming,
      body: .streaming { call async throws(Status) in
        var bytes: [UInt8] = []
        while let message = try await call.nextMessage() {
          bytes.append(contentsOf: try message.bytes)
        }
        try await call.send(ResponseMessage(bytes))
      }),
    Method(
      path: "/a.B/S", kind: .serverStreaming,
      body: .streaming { call async throws(Status) in
        guard let message = try await call.nextMessage() else { return }
        for byte in try message.bytes.prefix(64) {
          try await call.send(ResponseMessage([UInt8](repeating: byte, count: Int(byte) * 64)))
        }
      }),
    Method(
      path: "/a.B/D", kind: .bidirectional,
      body: .streaming { call async throws(Status) in
        while let message = try await call.nextMessage() {
          try await call.send(ResponseMessage(try message.bytes))
        }
      }),
  ]

  private static let reflection: [Method] = {
    var writer = WireWriter()
    writer.field(1) { file in
      file.field(1, "a.proto")
      file.field(2, "a")
      file.field(3, "a.proto")
      file.field(6) { $0.field(1, "B") }
    }
    return (try? ReflectionService(descriptorSet: writer.bytes).methods) ?? []
  }()
}
