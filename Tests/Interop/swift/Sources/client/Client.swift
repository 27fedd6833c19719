import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// `client ADDRESS CASE [CA FILE]`: the cases of gRPC's interop-test-descriptions.md, as far as
/// grpc-swift-2 can express them. Ends with 0 when all is as the case demands.
@main
enum Client {
  static func main() async {
    let arguments = CommandLine.arguments
    do {
      try require(arguments.count > 2, "client ADDRESS CASE [CA FILE]")
      guard let run = cases[arguments[2]] else { throw Unexpected("no case \(arguments[2])") }
      try await run(Server(address: arguments[1], authority: arguments.dropFirst(3).first))
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }
}

struct Unexpected: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

func require(_ claim: Bool, _ message: @autoclosure () -> String) throws {
  guard claim else { throw Unexpected(message()) }
}

/// Where the server is, and the file of the certificate authority when it speaks TLS.
struct Server: Sendable {
  let host: String
  let port: Int
  let authority: String?

  init(address: String, authority: String?) throws {
    let parts = address.split(separator: ":")
    guard parts.count == 2, let port = Int(parts[1]) else { throw Unexpected(address) }
    (self.host, self.port, self.authority) = (String(parts[0]), port, authority)
  }

  /// Runs `body` on a connection of its own.
  func connected(_ body: (Stub) async throws -> Void) async throws {
    var security = HTTP2ClientTransport.Posix.TransportSecurity.plaintext
    if let authority {
      security = .tls { tls in
        tls.trustRoots = .certificates([.file(path: authority, format: .pem)])
      }
    }
    let transport = try HTTP2ClientTransport.Posix(
      target: .dns(host: host, port: port), transportSecurity: security,
      config: .defaults { config in
        config.compression.enabledAlgorithms = [.gzip]
      })
    try await withGRPCClient(transport: transport) { try await body(Stub(client: $0)) }
  }
}
