import Logging
import RPC
package import Transport

extension ConfigurationKey {
  /// Every setting there is: the help prints it, README is compared with it, and a name that isn't
  /// here is refused.
  package static let table: [ConfigurationKey] =
    [
      ConfigurationKey(
        name: "listen",
        summary: "Where calls are taken.",
        expected: "addresses such as 127.0.0.1:8443, [::1]:8443 or unix:/run/roster.sock",
        isSecret: false,
        standard: Configuration.listenStandard.map(\.description).joined(separator: ",")
      ) {
        let addresses = $1.list?.map { try? SocketAddress(parsing: $0) } ?? []
        guard !addresses.isEmpty, addresses.allSatisfy({ $0 != nil }) else { return false }
        $0.listen = addresses.compactMap(\.self)
        return true
      },
      .choice("tls", "How connections are encrypted.", \.tls),
      .path(
        "tls.certificate_file", "The certificate and those between it and the root, PEM.",
        \.tlsSettings.certificateFile
      ).hot,
      .path("tls.key_file", "The certificate's key, PEM, 0600.", \.tlsSettings.keyFile).hot,
      .path(
        "tls.client_ca_file", "The authorities of clients' certificates, PEM.",
        \.tlsSettings.clientCAFile
      ).hot,
      .path(
        "tls.crl_file", "The authorities' lists of revoked certificates, PEM.",
        \.tlsSettings.crlFile
      ).hot,
      identities,
      ConfigurationKey(
        name: "cors.origins", summary: "Origins whose pages may call from a browser.",
        expected: "origins such as https://console.example", isSecret: false, standard: ""
      ) {
        guard let origins = $1.list, origins.allSatisfy({ isOrigin($0) }) else { return false }
        $0.server.rpcLimits.crossOrigin.origins = origins
        return true
      }.hot,
      .flag(
        "allow_plaintext", "Allows tls none beyond this machine, behind a proxy that ends TLS.",
        \.allowPlaintext),
      .url("database.url", "PostgreSQL for requests, as roster_service.", \.database.url),
      .url(
        "database.system_url", "PostgreSQL for polls, jobs and rosterd token, as roster_system.",
        \.database.systemURL),
      .url(
        "database.owner_url", "PostgreSQL for rosterd migrate only, as roster_owner.",
        \.database.ownerURL),
      .integer(
        "database.shared_connections", "Connections a loop that point reads share.", 1...16,
        \.database.sharedConnections),
      .integer(
        "database.exclusive_connections", "Connections a loop for writes and lists.", 1...64,
        \.database.exclusiveConnections),
      .integer(
        "database.max_total", "Connections of this process to PostgreSQL.", 3...10_000,
        \.database.totalMax),
      .path("keys_file", "The key ring; rosterd keys create makes one.", \.keysFile),
      .path(
        "audit.heads_file",
        "Where signed heads of event chains are added, out of the reach of the database.",
        \.headsFile),
      .choice("log.level", "The least level that is logged.", \.logLevel).hot,
      .choice("log.calls", "Which calls have a line of the log.", \.logCalls).hot,
      ConfigurationKey(
        name: "admin.listen",
        summary: "Where /metrics, /livez, /readyz, /startupz and /configz are answered.",
        expected: "an address such as 127.0.0.1:9090, or off", isSecret: false,
        standard: Configuration().adminListen?.description ?? "off"
      ) {
        guard let text = $1.text else { return false }
        let address = try? SocketAddress(parsing: text)
        $0.adminListen = address
        return address != nil || text == "off"
      },
      .integer("loops", "Event loops, one thread each; 0 is one a core.", 0...256, \.loops),
      .flag("reflection", "Answers gRPC reflection, without a token.", \.reflection),
      .duration(
        "shutdown.notice", "From NOT_SERVING to the first GOAWAY.", .zero...(.seconds(60)),
        \.shutdown.notice),
      .duration(
        "shutdown.finish", "How long calls in flight may take to finish.", .zero...(.seconds(600)),
        \.shutdown.finish),
    ] + limits

  /// Variables of our prefix that are no settings: those `rosterd dev` writes and reads.
  package static let otherVariables: Set<String> = [
    "ROSTER_TOKEN", "ROSTER_OPERATOR_TOKEN", "ROSTER_ADDRESS", "ROSTER_DEV", "ROSTER_CONFIG",
  ]

  /// The settings as `--help` shows them.
  package static var help: String {
    var text = "Settings (a flag stands above its variable, that above the file of --config):\n"
    for key in table {
      let standard = key.standard.isEmpty ? "" : " (\(key.standard))"
      text += "\n  \(key.flag), \(key.variable)\n      \(key.summary)\(standard)"
    }
    return text
  }
}

extension Configuration {
  /// Where `rosterd serve` listens unless told otherwise.
  package static let listenStandard = loopback(port: 8443)

  /// 127.0.0.1 and ::1.
  package static func loopback(port: UInt16) -> [SocketAddress] {
    [.loopbackIPv4(port: port), .ipv6(high: 0, low: 1, port: port)]
  }
}

extension SocketAddress {
  static func loopbackIPv4(port: UInt16) -> SocketAddress {
    .ipv4(address: UInt32(0x7F00_0001).bigEndian, port: port)
  }
}
