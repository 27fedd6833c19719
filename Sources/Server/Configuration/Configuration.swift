package import Logging
package import Service
package import Transport

/// Everything an operator may set, typed and within its limits. ``ConfigurationKey/table`` is the
/// only way in: a property without a key there keeps its default for ever.
package struct Configuration: Sendable {
  package var listen: [SocketAddress] = []
  package var tls = TLSMode.none
  package var tlsSettings = TLSSettings()
  package var allowPlaintext = false
  package var database = DatabaseSettings()
  /// The file of the key ring; see `rosterd keys create`.
  package var keysFile: String?
  /// Where heads of event chains are written; nil: nowhere.
  package var headsFile: String?
  package var logLevel = Logger.Level.info
  package var logCalls = CallLines.failed
  /// Nil: there is no admin port.
  package var adminListen: SocketAddress? = .loopbackIPv4(port: 9090)
  /// Event loops, each one thread; 0 stands for one a core.
  package var loops = 0
  package var reflection = true
  /// The limits of connections, as the transport has them.
  package var server = ServerConfiguration.standard
  /// How many calls each service identity may make.
  package var quotas = QuotaLimits()
  package var shutdown = ShutdownSettings()

  package init() {}
}

package enum TLSMode: String, Sendable, CaseIterable {
  /// Clients prove themselves by a certificate; a call without a service token is its identity's.
  case mutual
  case server
  case none
}

/// What TLS proves itself with, and whom it trusts.
package struct TLSSettings: Sendable {
  package var certificateFile: String?
  package var keyFile: String?
  package var clientCAFile: String?
  package var crlFile: String?
  package var identities: [IdentitySettings] = []
}

/// What one client certificate stands for, as it was written.
package struct IdentitySettings: Hashable, Sendable {
  package let uri: String
  package let name: String
  package let methods: [String]
  /// `*` alone, or ids.
  package let organizations: [String]
  package let actsForUsers: Bool

  package init(
    uri: String, name: String, methods: [String], organizations: [String], actsForUsers: Bool
  ) {
    self.uri = uri
    self.name = name
    self.methods = methods
    self.organizations = organizations
    self.actsForUsers = actsForUsers
  }
}

package struct DatabaseSettings: Sendable {
  /// Serves requests, as roster_service.
  package var url: SecretText?
  /// Polls, background jobs and `rosterd token`, as roster_system.
  package var systemURL: SecretText?
  /// `rosterd migrate` only, as roster_owner.
  package var ownerURL: SecretText?
  /// Connections a loop on which point reads share a Sync.
  package var sharedConnections = 2
  /// Connections a loop for writes, lists and everything that owns its connection.
  package var exclusiveConnections = 6
  /// Connections of the whole process to PostgreSQL.
  package var totalMax = 80
}

package struct ShutdownSettings: Sendable {
  /// From NOT_SERVING to the first GOAWAY: balancers stop sending meanwhile.
  package var notice: Duration = .seconds(5)
  /// From the last GOAWAY to the end of calls still in flight.
  package var finish: Duration = .seconds(25)
}

/// Text that must not reach a log, an error or a crash report: it prints as `(secret)`.
package struct SecretText: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  package var description: String { "(secret)" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
