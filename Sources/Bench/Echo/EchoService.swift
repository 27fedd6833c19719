import API
import RPC

/// Answers what it is sent.
struct EchoService: EchoServiceServer {
  /// Each call gets a task, as if its answer could take a wait.
  var usesTasks = false

  var echoAtOnce: (@Sendable (Roster_Bench_V1_EchoRequest, Void) -> Roster_Bench_V1_EchoResponse?)?
  {
    if usesTasks { return nil }
    return { request, _ in
      var response = Roster_Bench_V1_EchoResponse()
      response.payload = request.payload
      return response
    }
  }

  func echo(
    _ request: Roster_Bench_V1_EchoRequest, for caller: Void
  ) async throws(Status) -> Roster_Bench_V1_EchoResponse {
    var response = Roster_Bench_V1_EchoResponse()
    response.payload = request.payload
    return response
  }

  func echoMany(
    _ request: Roster_Bench_V1_EchoManyRequest,
    _ responses: ResponseStream<Roster_Bench_V1_EchoResponse>, for caller: Void
  ) async throws(Status) {
    var response = Roster_Bench_V1_EchoResponse()
    response.payload = request.payload
    for _ in 0..<request.count { try await responses.send(response) }
  }
}

/// Lets everyone in.
struct Everyone: CallAdmission {
  func admitAtOnce(_ call: ServerCall, to method: MethodDescriptor) -> Void? { () }

  func admit(_ call: ServerCall, to method: MethodDescriptor) async throws(Status) {}

  func enter(
    organizationID: String, _ method: MethodDescriptor, as caller: consuming Void
  ) async throws(Status) {}
}
