import ArgumentParser
import Domain
import EventLoop
import Glibc
import Logging
import Transport

/// A server for a first try: everything it needs is made on the way.
struct Dev: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves 1,000 invented users from a private PostgreSQL, for a first try.",
    discussion: """
      State is kept in $ROSTER_DEV, or in roster-dev-<uid> of /var/tmp: database, keys and token \
      are the same at the next start. Writes .roster/env into the folder it is started in.

      \(ConfigurationKey.help)
      """)

  @Option(help: "The port on 127.0.0.1 and ::1.")
  var port: UInt16 = 8080

  @OptionGroup var options: SettingsOptions

  /// What dev decides itself.
  private static let ownKeys = [
    "listen", "database.url", "database.system_url", "database.owner_url", "keys_file",
  ]

  func run() throws {
    let signals = ProcessSignals()
    let (server, serving, environment) = try start(try read(), signals)
    do {
      try environment.write(in: try currentFolder())
    } catch {
      serving.logger.warning("env_not_written", metadata: ["reason": .string("\(error)")])
    }
    greet()
    serving.runUntilEnd(
      childEnded: {
        if let status = try server.cluster.restartIfEnded() {
          serving.logger.warning(
            "postgres_restarted", metadata: ["status": .stringConvertible(status)])
        }
      },
      served: { server.cluster.stop() })
  }

  private func read() throws -> ConfigurationReader {
    var preset = Configuration()
    preset.shutdown.notice = .zero
    preset.adminListen = nil
    let reader = try options.read(over: preset)
    for key in Self.ownKeys {
      if let origin = reader.origins[key] {
        throw ConfigurationError.unusable(
          key, reason: "rosterd dev decides it itself, and \(origin) sets it; use rosterd serve")
      }
    }
    return reader
  }

  /// Looks at the port before a cluster is made for nothing.
  private func addresses() throws -> [SocketAddress] {
    let failures = [PortProbe.failureIPv4(port: port), PortProbe.failureIPv6(port: port)]
    return try zip(Configuration.loopback(port: port), failures).compactMap { address, failure in
      switch failure {
      case nil: return address
      // A machine without IPv6.
      case EADDRNOTAVAIL, EAFNOSUPPORT: return nil
      case EADDRINUSE:
        throw DevFailure("\(address) is taken by another process; choose another by --port")
      case let code?:
        throw DevFailure("\(address): \(FileFailure.reason(of: code)); choose another by --port")
      }
    }
  }

  private func start(
    _ reader: ConfigurationReader, _ signals: ProcessSignals
  ) throws -> (DevServer, Serving, DevEnvironmentFile) {
    var settings = reader.configuration
    settings.listen = try addresses()
    let server = try DevServer(settings, environment: environmentVariables())
    let ground = try ServingGround.start(server.configuration, signals)
    let keys = try server.keys()
    try server.setUpDatabase(keys: keys, ground)
    let pools = try Pools(ground)
    let demo = try server.claimDemo(pools, keys: keys, ground)
    let token = try server.token(
      "rosterd dev: demo", file: server.state.tokenFile, for: .some([demo]), pools, ground)
    let operatorToken = try server.token(
      "rosterd dev: operator", file: server.state.operatorTokenFile, for: .all, pools, ground)
    let reloading = Reloading(reader) { try read() }
    let serving = try Serving.start(ground, pools, keys: keys, reloading)
    let environment = DevEnvironmentFile(
      address: "localhost:\(port)", token: token, operatorToken: operatorToken,
      toolsFolder: DevEnvironmentFile.toolsFolder(path: environmentVariables()["PATH"] ?? ""))
    return (server, serving, environment)
  }

  private func greet() {
    print(
      """

      Roster answers on localhost:\(port). In another shell, in this folder:

        . .roster/env
        grpcurl -plaintext -H "authorization: Bearer $ROSTER_TOKEN" \\
          -d '{"email":"ada@demo.example"}' localhost:\(port) \\
          roster.v1.UserService/GetUserByEmail

      ^C ends it; the next start finds everything as it was.

      """)
    fflush(nil)
  }

  private func currentFolder() throws -> String {
    guard let here = getcwd(nil, 0) else { throw FileFailure(".") }
    defer { free(here) }
    return String(cString: here)
  }
}
