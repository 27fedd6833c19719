import API
import ArgumentParser
import EventLoop
import Glibc
import RPC
import Transport

/// `roster-bench echo`: roster.bench.v1.EchoService and health, without a database.
struct ServeEcho: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "echo", abstract: "Serves EchoService until it is ended.")

  @Option(help: "Where calls are taken; port 0 is chosen by the kernel.")
  var listen = "127.0.0.1:0"

  @Option(help: "Event loops.")
  var loops = 1

  @Option(help: "PEM file of a certificate; with a key, calls come over TLS.")
  var tlsCertificate: String?

  @Option(help: "PEM file of its key.")
  var tlsKey: String?

  @Flag(help: "Gives each call a task, as one whose answer takes a wait needs.")
  var tasks = false

  func run() async throws {
    let group = try EventLoopGroup(count: loops)
    let health = HealthService(HealthState(services: ["roster.bench.v1.EchoService"]))
    let methods = EchoService(usesTasks: tasks).methods(admission: Everyone()) + health.methods
    let server = TransportServer(
      group: group, router: Router(methods), configuration: ServerConfiguration(),
      observer: SilentObserver())
    let address = try await server.listen(
      on: SocketAddress(parsing: listen), security: try security())
    print("listening on \(address)")
    fflush(nil)
    while true { pause() }
  }

  private func security() throws -> ListenerSecurity {
    guard let tlsCertificate, let tlsKey else { return .plaintext }
    let files = TLSFiles(
      certificateFile: tlsCertificate, keyFile: tlsKey, clientCAFile: nil, crlFile: nil)
    return .tls(
      try TLSCredentials.load(files, at: Int64(time(nil))), clientCertificates: .none)
  }
}

private struct SilentObserver: ServerObserver {
  func connectionEnded(peer: String, _ end: ConnectionEnd) {}
  func callEnded(_ call: ServerCall, _ status: StatusCode) {}
  func requestRefused(peer: String, path: String, _ status: Status) {}
  func acceptFailed(_ reason: String) {}
}
