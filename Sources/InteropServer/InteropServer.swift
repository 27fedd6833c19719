import EventLoop
import Glibc
import RPC
import Transport

/// Serves `grpc.testing.TestService` and health for the interoperability tests:
/// `InteropServer [--port N]` prints `listening on ADDRESS:PORT` and runs until SIGTERM.
@main
enum InteropServer {
  static func main() async throws {
    let ended = Termination()
    let group = try EventLoopGroup(count: 1)
    let methods = TestService(loop: group.loops[0], handlers: RunningHandlers()).methods
    let server = TransportServer(
      group: group, router: Router(methods), configuration: ServerConfiguration(),
      observer: SilentObserver())
    let address = try SocketAddress(parsing: "127.0.0.1:\(port)")
    print("listening on \(try await server.listen(on: address))")
    fflush(stdout)
    await ended.wait()
    await server.shutdown(within: .seconds(5))
    exit(0)
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
  func callEnded(_ call: ServerCall, _ status: StatusCode, at nanoseconds: UInt64) {}
  func acceptFailed(_ reason: String) {}
}
