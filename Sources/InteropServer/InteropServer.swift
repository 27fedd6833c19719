import EventLoop
import Glibc
import RPC
import Transport

/// Serves `grpc.testing.TestService` and health for the interoperability tests: prints
/// `listening on ADDRESS:PORT` and runs until SIGTERM. SIGHUP reads the files of TLS again.
@main
enum InteropServer {
  static func main() throws {
    // Blocked before any other thread starts: they inherit it, and the main thread waits for it.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)

    let arguments: Arguments
    let security: ListenerSecurity
    do {
      arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
      security = try arguments.security()
    } catch {
      print("\(error)")
      exit(1)
    }
    let address = try SocketAddress(parsing: "127.0.0.1:\(arguments.port)")
    let server = makeServer(try EventLoopGroup(count: 1), arguments)
    Task.detached {
      do {
        print("listening on \(try await server.listen(on: address, security: security))")
        fflush(nil)
      } catch {
        print("\(error)")
        exit(1)
      }
    }
    var signal: CInt = 0
    while sigwait(&signals, &signal) == 0, signal == SIGHUP {
      Task.detached { await reload(server, arguments) }
    }
    Task.detached {
      await server.shutdown(within: .seconds(5))
      exit(0)
    }
    while true { pause() }
  }

  /// Says on standard error how it went.
  private static func reload(_ server: TransportServer, _ arguments: Arguments) async {
    do {
      guard let credentials = try arguments.credentials() else { return }
      say("reloaded, draining \(try await server.reloadTLS(credentials))")
    } catch {
      say("not reloaded: \(error)")
    }
  }

  private static func makeServer(
    _ group: EventLoopGroup, _ arguments: Arguments
  ) -> TransportServer {
    let health = HealthState(services: ["grpc.testing.TestService"])
    health.setAll(.serving)
    var configuration = ServerConfiguration()
    configuration.rpcLimits.crossOrigin.origins = arguments.origins
    if let time = arguments.pingMinTime { configuration.pingMinTime = .milliseconds(time) }
    let service = TestService(loop: group.loops[0], handlers: RunningHandlers())
    return TransportServer(
      group: group, router: Router(service.methods + HealthService(health).methods, health: health),
      configuration: configuration, observer: TLSObserver())
  }
}

/// One line on standard error.
private func say(_ text: String) {
  let line = Array("\(text)\n".utf8)
  _ = write(STDERR_FILENO, line, line.count)
}

/// Tells of handshakes that failed.
private struct TLSObserver: ServerObserver {
  func connectionEnded(peer: String, _ end: ConnectionEnd) {
    switch end {
    case .handshakeFailed(let failure): say("handshake failed: \(failure.label): \(failure)")
    case .tlsBroken(let rule): say("TLS broken: \(rule)")
    case .tlsMismatch: say("TLS on a plaintext listener")
    default: break
    }
  }

  func callEnded(_ call: ServerCall, _ status: StatusCode) {}
  func requestRefused(peer: String, path: String, _ status: Status) {}
  func acceptFailed(_ reason: String) {}
}
