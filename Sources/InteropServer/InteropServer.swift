import EventLoop
import Glibc
import RPC
import Transport

/// Serves `grpc.testing.TestService` and health for the interoperability tests:
/// `InteropServer [--port N]` prints `listening on ADDRESS:PORT` and runs until SIGTERM.
@main
enum InteropServer {
  static func main() throws {
    // Blocked before any other thread starts: they inherit it, and the main thread waits for it.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)

    let address = try SocketAddress(parsing: "127.0.0.1:\(port)")
    let group = try EventLoopGroup(count: 1)
    let server = makeServer(group)
    Task.detached {
      do {
        print("listening on \(try await server.listen(on: address))")
        fflush(nil)
      } catch {
        print("\(error)")
        exit(1)
      }
    }
    var signal: CInt = 0
    sigwait(&signals, &signal)
    Task.detached {
      await server.shutdown(within: .seconds(5))
      exit(0)
    }
    while true { pause() }
  }

  private static func makeServer(_ group: EventLoopGroup) -> TransportServer {
    let health = HealthService(HealthState(services: ["grpc.testing.TestService"]))
    let service = TestService(loop: group.loops[0], handlers: RunningHandlers())
    return TransportServer(
      group: group, router: Router(service.methods + health.methods),
      configuration: ServerConfiguration(), observer: SilentObserver())
  }

  /// 0 lets the kernel choose one.
  private static var port: UInt16 {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, arguments[1] == "--port" else { return 0 }
    return UInt16(arguments[2]) ?? 0
  }
}

private struct SilentObserver: ServerObserver {
  func connectionEnded(peer: String, _ end: ConnectionEnd) {}
  func callEnded(_ call: ServerCall, _ status: StatusCode) {}
  func requestRefused(peer: String, path: String, _ status: Status) {}
  func acceptFailed(_ reason: String) {}
}
