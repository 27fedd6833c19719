/// `grpc.health.v1.Health` (grpc doc/health-checking.md), with List of 2025.
package struct HealthService: Sendable {
  package static let name = "grpc.health.v1.Health"
  /// Past it List answers RESOURCE_EXHAUSTED, as its proto says.
  private static let listCountMax = 100

  private let state: HealthState

  package init(_ state: HealthState) {
    self.state = state
  }

  package var methods: [Method] {
    let state = state
    return [
      Method(
        path: "/\(Self.name)/Check", kind: .unary, isHot: true,
        body: .unary { request, _ async throws(Status) in
          let service = try Self.service(request)
          guard let status = state.status(of: service) else {
            throw .serviceUnknown(service)
          }
          return Self.response(status)
        }),
      Method(
        path: "/\(Self.name)/Watch", kind: .serverStreaming,
        body: .streaming { call async throws(Status) in try await Self.watch(state, call) }),
      Method(
        path: "/\(Self.name)/List", kind: .unary,
        body: .unary { _, _ async throws(Status) in try Self.list(state) }),
    ]
  }

  /// The status now, and from then on every change a slow reader can follow: those in between
  /// are skipped. A name that is not known may become known.
  ///
  /// Watches are many and long: what a step needs is gone with its frame before the next wait.
  private static func watch(_ state: HealthState, _ call: ServerCall) async throws(Status) {
    guard let service = try await watchedService(call) else { return }
    var sent: HealthState.ServingStatus?
    while !call.isCancelled {
      let (status, version) = state.reading(of: service)
      if status != sent {
        try await send(status, call)
        sent = status
      }
      if state.areWatchesEnded { throw .shuttingDown }
      await state.change(after: version, call)
    }
    throw .cancelled
  }

  @inline(never)
  private static func watchedService(_ call: ServerCall) async throws(Status) -> String? {
    guard let request = try await call.nextMessage() else { return nil }
    return try service(request)
  }

  @inline(never)
  private static func send(
    _ status: HealthState.ServingStatus, _ call: ServerCall
  ) async throws(Status) {
    try await call.send(response(status))
  }

  private static func list(_ state: HealthState) throws(Status) -> ResponseMessage {
    let all = state.all
    guard all.count <= listCountMax else {
      throw Status(
        .resourceExhausted, .messageTooLarge,
        "there are \(all.count) services, more than the \(listCountMax) that fit: use Check",
        metadata: ["count": "\(all.count)", "limit": "\(listCountMax)"])
    }
    var writer = WireWriter()
    for (service, status) in all {
      writer.field(1) { entry in
        entry.field(1, service)
        entry.field(2) { $0.field(1, status.rawValue) }
      }
    }
    return ResponseMessage(writer.bytes)
  }

  private static func service(_ request: RequestMessage) throws(Status) -> String {
    var service = ""
    var reader = WireReader(try request.bytes)
    do {
      while let field = try reader.next() {
        guard field.number == 1 else { continue }
        guard let text = field.value.text else { throw WireReader.Malformed() }
        service = text
      }
    } catch {
      throw .requestUnreadable("grpc.health.v1.HealthCheckRequest")
    }
    return service
  }

  private static func response(_ status: HealthState.ServingStatus) -> ResponseMessage {
    var writer = WireWriter()
    writer.field(1, status.rawValue)
    return ResponseMessage(writer.bytes)
  }
}

extension Status {
  fileprivate static func serviceUnknown(_ service: String) -> Status {
    Status(
      .notFound, .serviceUnknown, "unknown service \(service)", metadata: ["service": service])
  }

  /// The message is no protobuf of that type: a fault of the client's library, hence INTERNAL.
  package static func requestUnreadable(_ type: String) -> Status {
    Status(
      .internal, .requestMalformed, "the request is no \(type)", metadata: ["type": type])
  }
}
